import { allocation } from "@nightshift/projections/allocation";
import { backlog, type BacklogRow } from "@nightshift/projections/backlog";
import { budgets } from "@nightshift/projections/budgets";
import { complexityOf } from "@nightshift/projections/complexity";
import { growth } from "@nightshift/projections/growth";
import { reviews } from "@nightshift/projections/reviews";
import { routes } from "@nightshift/projections/routes";
import { weekOf } from "@nightshift/protocol/clock";
import { settingsOf, type Outset } from "../night.ts";
import { rank, type Candidate } from "./select.ts";
import { zoneFactor } from "./zone.ts";
import { closedWaitedFor } from "../waited-for.ts";

/** The open tasks of this night's repositories, the most worthwhile first. */
export function candidates(night: Outset): Promise<Candidate[]> {
  const { tasks } = night.ports.views.view(backlog);
  return ranked(
    night,
    tasks.values().filter(({ spec }) => night.plan.repos.has(spec.repo)),
  );
}

/** Any rows in the order in which a night would take them. */
export async function ranked(night: Outset, some: Iterable<BacklogRow>): Promise<Candidate[]> {
  const { clock, views } = night.ports;
  const rows = [...some];
  const closed = await closedWaitedFor(rows, night.ports);
  // What waits for a review is not where the next task begins: whoever builds on it waits as well.
  const inReview = new Set([...views.view(reviews).values()].map(({ task }) => task));
  const week = views.view(budgets).get(weekOf(clock.now(), night.plan.timeZone));
  const settings = settingsOf(night);
  return rank(rows, {
    nowMs: clock.now(),
    weights: views.view(allocation).weights,
    tokensByCategory: week?.tokensByCategory ?? new Map(),
    weekTokens: night.plan.ceilings.weekTokens,
    meanScore: (category) => meanOf(night, category),
    isDone: (task) => closed.get(task)?.status === "done" && !inReview.has(task),
    settings,
    ...(settings.growthSelection > 0 && {
      zone: ({ spec }: BacklogRow) => zoneFactor(views.view(growth), complexityOf(spec), settings),
    }),
  });
}

/** Mean over the models that worked on a category, weighted by how often they did. */
function meanOf({ ports }: Outset, category: string): number | undefined {
  let total = 0;
  let count = 0;
  for (const [key, { n, meanScore }] of ports.views.view(routes)) {
    if (!key.startsWith(`${category}|`)) continue;
    total += n * meanScore;
    count += n;
  }
  return count === 0 ? undefined : total / count;
}
