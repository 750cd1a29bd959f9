import { geneTable } from "@nightshift/protocol/settings";
import type { Deed, Landscape, LandscapeTask } from "./landscape.ts";
import { MODELS } from "./models.ts";

const OUTPUTS = [4_000, 6_000, 8_000, 12_000, 16_000];
const { promptStyle, scope, contextDepth } = geneTable;
/** A second continuation changes nothing that the first has not. */
const CONTINUATIONS = 1;
const upTo = (most: number) => Array.from({ length: most + 1 }, (_, at) => at);

/** Every way to do a task that a contender may find, with budgets in five sizes. */
export const EVERY_DEED: readonly Deed[] = MODELS.flatMap(({ name }) =>
  OUTPUTS.flatMap((outputTokensMax) =>
    promptStyle.values.flatMap((style) =>
      upTo(contextDepth.max).flatMap((depth) =>
        upTo(CONTINUATIONS).flatMap((continuations) =>
          scope.values.map((width) => ({
            model: name,
            outputTokensMax,
            promptStyle: style,
            contextDepth: depth,
            continuationsMax: continuations,
            scope: width,
          })),
        ),
      ),
    ),
  ),
);

/** The best that can be expected of a task: what regret is measured against. */
export function bestOf(landscape: Landscape, task: LandscapeTask): number {
  let best = 0;
  for (const deed of EVERY_DEED) best = Math.max(best, landscape.expect(task, deed).fitness);
  return best;
}
