import type { Recorded } from "@nightshift/protocol/envelope";
import { brakes } from "./rules/brakes.ts";
import { fencing } from "./rules/fencing.ts";
import { judges } from "./rules/judges.ts";
import { leftovers } from "./rules/leftovers.ts";
import { merges } from "./rules/merges.ts";
import { money } from "./rules/money.ts";
import type { Rule } from "./rules/rule.ts";
import { seals } from "./rules/seals.ts";
import { tries } from "./rules/tries.ts";
import { waits } from "./rules/waits.ts";
import type { World } from "./world.ts";

/** What was found wrong in a night. */
export type Watch = {
  readonly problems: readonly string[];
  /** The events up to the first problem, in a line each; the last ones where there was none. */
  readonly story: readonly string[];
  /** Looks at what is left. */
  end(): void;
};

const PROBLEMS_MAX = 20;
const STORY_LINES = 12;

/** Holds every invariant against every event of a world, as soon as it is in the log. */
export function watchOver(world: World): Watch {
  const problems: string[] = [];
  const story: string[] = [];
  const telling = (rule: string) => (problem: string) => {
    if (problems.length < PROBLEMS_MAX) problems.push(`${rule}: ${problem}`);
  };
  const { plan, repo } = world;
  const rules: Rule[] = [
    fencing(telling("I2")),
    money(plan.ceilings, telling("I3")),
    merges(world, telling("I4")),
    seals(plan, repo, telling("I5")),
    judges(telling("I6")),
    tries(plan.settings.triesMax, telling("I7")),
    waits(world, plan.settings, telling("I8")),
    leftovers(world, telling("I10")),
    brakes(telling("D34")),
  ];
  world.store.watch((recorded, writer) => {
    if (problems.length === 0) story.push(lineOf(recorded, writer));
    if (story.length > STORY_LINES) story.shift();
    for (const rule of rules) rule.see(recorded, writer);
  });
  return {
    problems,
    story,
    end: () => {
      for (const rule of rules) rule.end?.();
    },
  };
}

function lineOf({ position, stream, event }: Recorded, writer: string): string {
  return `${position} ${writer}: ${stream} ${JSON.stringify(event)}`.slice(0, 300);
}
