import { genomes } from "@nightshift/projections/genomes";
import { settingsInForce } from "@nightshift/projections/settings-in-force";
import { BadInput } from "@nightshift/protocol/errors";
import { session } from "../session.ts";
import { printJson, tell } from "../terminal.ts";

/** `nightshift evolve reset`: what evolution changed is taken back; the log keeps all of it. */
export function evolveReset({ yes = false, json }: { yes?: boolean; json?: boolean }) {
  return session(async (house) => {
    const { runner } = house;
    const { open, behind } = runner.view(settingsInForce);
    const changes = [...open.keys(), ...[...behind.values()].map(({ policy }) => policy)];
    const living = [...runner.view(genomes)].filter(([, { retired }]) => !retired);
    if (!yes) {
      const what = `it takes ${changes.length} changes back and retires ${living.length} genomes`;
      throw new BadInput(what, "evolve reset", "nightshift evolve reset --yes");
    }
    const director = house.board("director");
    const rationale = "the director wants it as on the first day";
    // The latest first: what stood before the first of them stands at the end.
    for (const policy of changes.toReversed()) {
      await director.handle("policy", policy, { type: "policy.roll-back", rationale });
    }
    for (const [id] of living) {
      await director.handle("genome", id, { type: "genome.retire", reason: rationale });
    }
    const told = { takenBack: changes.length, retired: living.length };
    if (json) printJson(told);
    else tell("good", `${told.takenBack} changes taken back, ${told.retired} genomes retired.`);
  });
}
