import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Recorded } from "@nightshift/protocol/envelope";
import type { NightEvent } from "@nightshift/protocol/events";
import { accounts } from "./accounts.ts";
import { allocation } from "./allocation.ts";
import { attempts } from "./attempts.ts";
import { backlog } from "./backlog.ts";
import { brakes } from "./brakes.ts";
import { budgets } from "./budgets.ts";
import { digest, digestOfShift, factsOf, readDigest } from "./digest/digest.ts";
import { shiftStarted } from "./example-night.ts";
import { genomes } from "./genomes.ts";
import { growth } from "./growth.ts";
import { judging } from "./judging.ts";
import { learning } from "./learning.ts";
import { lessons } from "./lessons.ts";
import { lore } from "./lore.ts";
import type { Projection } from "./projection.ts";
import { projects } from "./projects.ts";
import { repos } from "./repos.ts";
import { reviews } from "./reviews.ts";
import { roster } from "./roster.ts";
import { routes } from "./routes.ts";
import { settingsInForce } from "./settings-in-force.ts";
import { shifts } from "./shifts.ts";
import { wholeNight } from "./whole-night.ts";
import { viewOf, writeLog, type Entry } from "./written-log.ts";

/** A whole night, then any of its events again in any order, over two more shifts. */
const anyLog = fc
  .array(fc.constantFrom(...wholeNight, ...shiftStarted(2), ...shiftStarted(3)), { maxLength: 80 })
  .chain((odd) => fc.constantFrom<Entry[]>([...wholeNight, ...odd], odd, [...odd, ...wholeNight]))
  .map((entries) => writeLog(entries));

const anyCuts = fc.array(fc.nat({ max: 250 }), { maxLength: 6 });

/** Cuts a log, and takes a snapshot of the view at each cut, as a runner does. */
function inChunks<View, E extends NightEvent>(
  projection: Projection<View, E>,
  log: readonly Recorded[],
  cuts: readonly number[],
): View {
  let view = projection.initial();
  let from = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), log.length]) {
    view = structuredClone(viewOf(projection, log.slice(from, cut), view));
    from = Math.max(from, cut);
  }
  return view;
}

function holds<View, E extends NightEvent>(projection: Projection<View, E>): void {
  test(`${projection.name}: in one go or in chunks with snapshots, the view is the same (I1)`, () =>
    fc.assert(
      fc.property(anyLog, anyCuts, (log, cuts) => {
        expect(inChunks(projection, log, cuts)).toEqual(viewOf(projection, log));
      }),
      { numRuns: 40 },
    ));

  test(`${projection.name}: every view begins for itself (I1)`, () => {
    expect(projection.initial()).toEqual(projection.initial());
    expect(projection.initial()).not.toBe(projection.initial());
  });
}

describe("every fold", () => {
  holds(accounts);
  holds(allocation);
  holds(attempts);
  holds(backlog);
  holds(brakes);
  holds(budgets);
  holds(digest);
  holds(digestOfShift(2));
  holds(genomes);
  holds(growth);
  holds(judging);
  holds(learning);
  holds(lessons);
  holds(lore);
  holds(projects);
  holds(repos);
  holds(reviews);
  holds(roster);
  holds(routes);
  holds(settingsInForce);
  holds(shifts);
});

test("whatever happens in whatever order, every claim of a digest rests on events (I9)", () =>
  fc.assert(
    fc.property(anyLog, fc.constantFrom(null, 1, 2), (log, number) => {
      const made = readDigest(viewOf(digestOfShift(number), log));
      if (!made) return;
      const ids = new Set(log.map(({ id }) => id));
      for (const fact of factsOf(made)) {
        expect(fact).not.toMatchObject({ events: [] });
        const unknown = fact.events.filter((id) => !ids.has(id) || !made.references.has(id));
        expect({ fact, unknown }).toMatchObject({ unknown: [] });
      }
    }),
    { numRuns: 100 },
  ));
