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

/** What was found wrong in a night; the first of it is what went wrong first. */
export type Watch = {
  readonly problems: readonly string[];
  /** Looks at what is left. */
  end(): void;
};

const PROBLEMS_MAX = 50;

/** Holds every invariant against every event of a world, as soon as it is in the log. */
export function watchOver(world: World): Watch {
  const problems: string[] = [];
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
    brakes(telling("D34")),
    leftovers(world, telling("I10")),
  ];
  world.store.watch((recorded, writer) => {
    for (const rule of rules) rule.see(recorded, writer);
  });
  return {
    problems,
    end: () => {
      for (const rule of rules) rule.end?.();
    },
  };
}
