import type { GuidanceEvent } from "@nightshift/protocol/guidance";
import { defaultSettings } from "@nightshift/protocol/settings";
import type { Projection } from "./projection.ts";

export const REFLECTIONS_KEPT = defaultSettings.reflectionsKept;
export const GUIDANCE_KEPT = 50;

export type Guidance = {
  text: string;
  by: string;
  givenAtMs: number;
  expiresAtMs: number;
  event: string;
};
export type Reflection = {
  attempt: string;
  text: string;
  score: number;
  atMs: number;
  event: string;
};

/** Both by category, oldest first. Each names the event that tells it (I9). */
export type Learning = {
  /** May hold some that are over: whoever uses one compares `expiresAtMs` with the clock. */
  guidance: Map<string, Guidance[]>;
  /** The last 20 (C29). */
  reflections: Map<string, Reflection[]>;
};

/** What the next prompt of a category should heed. */
export const learning: Projection<Learning, GuidanceEvent> = {
  name: "learning",
  version: 3,
  reads: ["guidance.given", "guidance.reflected", "guidance.withdrawn"],
  initial: () => ({ guidance: new Map(), reflections: new Map() }),
  apply(view, { id, atMs, event }) {
    switch (event.type) {
      case "guidance.given": {
        const { category, text, by, expiresAtMs } = event;
        const valid = (view.guidance.get(category) ?? []).filter((old) => old.expiresAtMs > atMs);
        const one = { text, by, givenAtMs: atMs, expiresAtMs, event: id };
        const kept = [...valid, one].slice(-GUIDANCE_KEPT);
        view.guidance.set(category, kept);
        return;
      }
      case "guidance.reflected": {
        const { category, attempt, text, score } = event;
        const known = view.reflections.get(category) ?? [];
        const one = { attempt, text, score, atMs, event: id };
        const kept = [...known, one].slice(-REFLECTIONS_KEPT);
        view.reflections.set(category, kept);
        return;
      }
      case "guidance.withdrawn":
        return withdraw(view, event);
    }
  },
};

type Withdrawn = Extract<GuidanceEvent, { type: "guidance.withdrawn" }>;

function withdraw(view: Learning, { category, text, attempt }: Withdrawn): void {
  if (attempt === null) {
    const given = view.guidance.get(category) ?? [];
    view.guidance.set(
      category,
      given.filter((one) => one.text !== text),
    );
    return;
  }
  const reflected = view.reflections.get(category) ?? [];
  const others = reflected.filter((one) => one.text !== text || one.attempt !== attempt);
  view.reflections.set(category, others);
}
