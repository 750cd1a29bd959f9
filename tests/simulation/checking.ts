import type { Checks } from "@nightshift/agents/ports";
import { scriptedChecks } from "@nightshift/agents/testing/scripted-checks";
import { MINUTE_MS } from "@nightshift/protocol/clock";
import type { Chance } from "./chance.ts";
import type { World } from "./world.ts";

/** The repository's tests; as long as they run, the target may move. */
export function checksOf({ chance, clock }: World): Checks {
  const quick = scriptedChecks(({ commit, command }) => checkedAt(chance, command, commit));
  return {
    ...quick,
    async run(repo, commit, command, options) {
      const ms = chance.about(`time of ${command} at ${commit}`).between(1, 10 * MINUTE_MS);
      await clock.sleep(ms, options.signal);
      return quick.run(repo, commit, command, options);
    },
  };
}

/** What a command says at a commit, on a merged tree or after the merge: the same each time. */
export function checkedAt(chance: Chance, command: string, commit: string) {
  const draws = chance.about(`${command} at ${commit}`);
  if (command === "smoke") return { exitCode: draws.odds(0.65) ? 0 : 1 };
  const outcome = draws.weighted({ green: 90, red: 5, none: 3, untold: 5 });
  switch (outcome) {
    case "green":
      return { exitCode: 0, passed: 3, failed: 0 };
    case "red":
      return { exitCode: 1, passed: 2, failed: 1, failures: ["it adds"] };
    case "none":
      return { exitCode: 0, passed: 0, failed: 0 };
    case "untold":
      return { exitCode: 0 };
  }
}
