import { Refusal } from "@nightshift/protocol/errors";
import {
  GUIDANCE_CHARS_MAX,
  type GuidanceCommand,
  type GuidanceEvent,
} from "@nightshift/protocol/guidance";
import type { Decider } from "./decider.ts";
import { same } from "./same.ts";

/** Entries of each kind that a category remembers, to know a repeat. */
const GUIDANCE_REMEMBERED_MAX = 200;

type Told<T extends GuidanceEvent["type"]> = Omit<Extract<GuidanceEvent, { type: T }>, "type">;

export type GuidanceState = {
  given: readonly Told<"guidance.given">[];
  reflected: readonly Told<"guidance.reflected">[];
};

/** What the next prompts of a category should heed: short, or it has no effect (D23, C29). */
export const guidance: Decider<GuidanceState, GuidanceCommand, GuidanceEvent> = {
  initial: { given: [], reflected: [] },

  decide(command, state) {
    needsLength(command.text);
    switch (command.type) {
      case "guidance.give": {
        const { type: _, ...told } = command;
        if (state.given.some((known) => same(known, told))) return [];
        return [{ type: "guidance.given", ...told }];
      }
      case "guidance.reflect": {
        const { type: _, ...told } = command;
        if (state.reflected.some((known) => same(known, told))) return [];
        return [{ type: "guidance.reflected", ...told }];
      }
      case "guidance.withdraw": {
        const { category, text, attempt, by } = command;
        const known = attempt === null ? state.given : state.reflected;
        if (!known.some((one) => isOf(one, text, attempt))) return [];
        return [{ type: "guidance.withdrawn", category, text, attempt, by }];
      }
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case "guidance.given": {
        const { type: _, ...told } = event;
        return { ...state, given: [...state.given, told].slice(-GUIDANCE_REMEMBERED_MAX) };
      }
      case "guidance.reflected": {
        const { type: _, ...told } = event;
        return { ...state, reflected: [...state.reflected, told].slice(-GUIDANCE_REMEMBERED_MAX) };
      }
      case "guidance.withdrawn": {
        const { text, attempt } = event;
        const others = (one: { text: string; attempt?: string }) => !isOf(one, text, attempt);
        return {
          given: attempt === null ? state.given.filter(others) : state.given,
          reflected: attempt === null ? state.reflected : state.reflected.filter(others),
        };
      }
    }
  },
};

function isOf(
  one: { text: string; attempt?: string },
  text: string,
  attempt: string | null,
): boolean {
  return one.text === text && (one.attempt ?? null) === attempt;
}

function needsLength(text: string): void {
  if (text.trim() === "") throw new Refusal("out-of-bounds", "empty guidance guides nobody");
  if (text.length > GUIDANCE_CHARS_MAX) {
    const limit = `at most ${GUIDANCE_CHARS_MAX} are heeded`;
    throw new Refusal("too-long", `${text.length} characters of guidance: ${limit}`);
  }
}
