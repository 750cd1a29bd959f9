import { ranked } from "@nightshift/agents/dispatcher/choosing/candidates";
import { closedWaitedFor } from "@nightshift/agents/dispatcher/waited-for";
import type { BacklogRow, ClosedTask } from "@nightshift/projections/backlog";
import type { House } from "../house.ts";
import { planOf } from "../night-plan.ts";

/** A task of the backlog, its place in the order, and what it waits for. */
export type Placed = {
  row: BacklogRow;
  /** From 1; null for what would not be taken now. */
  order: number | null;
  worth: number;
  /** Names of tasks that must be done before. */
  dependsOn: readonly string[];
};

/**
 * The backlog as a night would take it, then what waits. A task that nobody has looked at yet counts
 * as admitted, so that an evening's additions have their place.
 */
export async function inOrder(house: House, rows: Iterable<BacklogRow>): Promise<Placed[]> {
  const { runner, clock, config } = house;
  const plan = planOf(config, {
    repositories: [],
    untilMs: null,
    leader: "director",
    incumbent: "none",
    sandbox: "",
  });
  const ports = { clock, views: runner, board: house.board("director") };
  const all = [...rows];
  const closed = await closedWaitedFor(all, ports);
  const takable = all.map((row): BacklogRow => {
    return row.status === "proposed" ? { ...row, status: "open" } : row;
  });
  const order = await ranked({ ports, plan }, takable);
  const places = new Map(
    order.map(({ row, worth }, index) => [row.task, { worth, order: index + 1 }]),
  );
  const names = new Map(all.map(({ task, spec }) => [task, spec.name]));
  return all
    .map((row): Placed => {
      const place = places.get(row.task);
      const open = row.spec.dependsOn.filter((task) => closed.get(task)?.status !== "done");
      const dependsOn = open.map((task) => names.get(task) ?? nameOf(closed.get(task)) ?? task);
      return { row, order: place?.order ?? null, worth: place?.worth ?? 0, dependsOn };
    })
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.row.proposedAtMs - b.row.proposedAtMs);
}

/** What was given up or refused never lets anyone go on: that is worth saying. */
function nameOf(closed: ClosedTask | undefined): string | undefined {
  return closed && `${closed.title} (${closed.status})`;
}

const LAST = 1_000_000;

/** What is in work first, then the order of the night, then what waits. */
function rankOf({ row, order }: Placed): number {
  if (row.status === "claimed") return 0;
  return order ?? LAST;
}
