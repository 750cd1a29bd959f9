import { backlog, type BacklogRow } from "@nightshift/projections/backlog";
import type { House } from "../house.ts";
import type { Repository } from "../repositories.ts";
import { waitsFor } from "./backlog.ts";
import { leftLines, placedLines } from "./dry-run-lines.ts";
import type { Evening } from "./evening.ts";
import { inOrder, type Placed } from "./order.ts";
import { preview, type Asked, type Preview } from "./preview.ts";
import type { Proposal } from "./proposal.ts";
import { EXIT, print, printJson, tell } from "./terminal.ts";

/** A repository of this night, and what the director left in its files. */
export type Planned = { repository: Repository } & Evening;

/**
 * `nightshift run --dry-run`: what the night would do with the backlog as it would stand, and what
 * it would leave and why. Nothing is written.
 */
export async function dryRun(
  house: House,
  evenings: readonly Planned[],
  json: boolean,
): Promise<number> {
  const rows = evenings.flatMap(({ repository, proposals }) => {
    return rowsOf(house, repository, proposals).map((row) => ({ row, repository }));
  });
  const asked = rows.filter(({ row }) => row.status === "proposed");
  if (asked.length > 0) tell("quiet", "Holding what is new against the rules of admission …");
  const previews = await preview(house, asked.map(askedOf));
  const left = new Set(
    previews.filter(({ decision }) => decision !== "admit").map(({ task }) => task),
  );
  const placed = await inOrder(
    house,
    rows.map(({ row }) => row).filter(({ task }) => !left.has(task)),
  );
  if (json) printJson(asData(house, placed, previews));
  else print([...placedLines(house, placed), ...leftLines(evenings, placed, previews)]);
  return EXIT.ok;
}

/** The rows of a repository as they would stand once its backlog file was told to the log. */
function rowsOf(house: House, { plan }: Repository, proposals: readonly Proposal[]): BacklogRow[] {
  const { tasks } = house.runner.view(backlog);
  const rows = new Map([...tasks].filter(([, { spec }]) => spec.repo === plan.id));
  const proposedAtMs = house.clock.now();
  for (const { task, spec, change } of proposals) {
    const known = rows.get(task);
    if (change === "new") rows.set(task, { ...FRESH, task, spec, proposedAtMs });
    else if (change === "changed" && known) {
      const status = known.status === "parked" ? "proposed" : known.status;
      rows.set(task, { ...known, spec, status });
    }
  }
  return [...rows.values()];
}

const FRESH = {
  status: "proposed",
  generation: 0,
  tries: 0,
  claimedAtMs: null,
  notBeforeMs: null,
  question: null,
  critique: null,
  children: [],
  parent: null,
  epoch: 0,
} satisfies Partial<BacklogRow>;

function askedOf({ row, repository }: { row: BacklogRow; repository: Repository }): Asked {
  return { task: row.task, spec: row.spec, repository };
}

function asData(house: House, placed: readonly Placed[], previews: readonly Preview[]) {
  const all = placed.map((one) => {
    const { task, spec } = one.row;
    return {
      order: one.order,
      worth: one.worth,
      task,
      name: spec.name,
      waitsFor: waitsFor(house, one),
    };
  });
  return {
    tonight: all.filter(({ order }) => order !== null),
    later: all.filter(({ order }) => order === null),
    notTonight: previews.filter(({ decision }) => decision !== "admit"),
  };
}
