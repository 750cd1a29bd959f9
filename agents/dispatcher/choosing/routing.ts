import { outcomes } from "@nightshift/projections/outcomes";
import type { TaskSpec } from "@nightshift/protocol/task";
import { asWorked } from "../../evolver/genome/allowed.ts";
import { learnFrom } from "../../evolver/router/experience.ts";
import { route, type RoutedGenome } from "../../evolver/router/route.ts";
import { routerBy, type Router } from "../../evolver/router/router.ts";
import type { Random } from "../../ports.ts";
import type { Bid } from "./auction.ts";
import { settingsOf, trialsOf, type Night } from "../night.ts";

/** What the router of a night has learned from so far; the next night learns it anew from the log. */
export type Routing = { router: Router | null; learned: number; lastMs: number | null };

export function createRouting(): Routing {
  return { router: null, learned: 0, lastMs: null };
}

/** The router of this night, having learned from all that has ended. */
function routerOf(night: Night): Router {
  const { routing } = night;
  routing.router ??= routerBy(settingsOf(night));
  const { rows, total } = night.ports.views.view(outcomes);
  const fresh = total - routing.learned;
  if (fresh > 0) {
    const [settings, trials] = [settingsOf(night), trialsOf(night)];
    const worked = rows.slice(-fresh).map((row) => asWorked(row, settings, trials));
    routing.lastMs = learnFrom(routing.router, worked, routing.lastMs);
  }
  routing.learned = total;
  return routing.router;
}

/** What is to be done, as far as a choice depends on it. */
export type Routed = {
  spec: TaskSpec;
  estimateTokens: number | null;
  contextTokensMax: number;
  genomes: readonly RoutedGenome[];
};

/**
 * The choice among bids and genomes, with the probability it was made with.
 * @param random Null makes it the best by what is believed, without exploring.
 */
export function choose(
  night: Night,
  { spec, estimateTokens, contextTokensMax, genomes }: Routed,
  bids: readonly Bid[],
  random: Random | null,
): ReturnType<typeof route> {
  const { category, output } = spec;
  const situation = { category, output, estimateTokens };
  const router = routerOf(night);
  return route({ bids, genomes, spec, situation, contextTokensMax, router, random });
}
