import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Recorded } from "@nightshift/protocol/envelope";
import { backlog } from "./backlog.ts";
import { brakes } from "./brakes.ts";
import { digest } from "./digest/digest.ts";
import { shiftStarted } from "./example-night.ts";
import { memoryReader } from "./memory-reader.ts";
import { memorySnapshots } from "./memory-snapshots.ts";
import { openCalls } from "./open-calls.ts";
import { outcomes } from "./outcomes.ts";
import type { Projection } from "./projection.ts";
import { rebuild } from "./replay.ts";
import { routes } from "./routes.ts";
import { createRunner } from "./runner.ts";
import { wholeNight } from "./whole-night.ts";
import { writeLog, type Entry } from "./written-log.ts";

/** A fold whose every version makes another view of the same events. */
function tally(version: number): Projection<Map<string, number>> {
  return {
    name: "tally",
    version,
    reads: ["task.proposed", "attempt.started", "budget.settled"],
    initial: () => new Map(),
    apply: (view, { stream }) => void view.set(stream, (view.get(stream) ?? 0) + version),
  };
}

const views = [backlog, brakes, digest, openCalls, outcomes, routes];

/** A night and any of its events again, at positions that only grow. */
const anyLog = fc
  .tuple(
    fc.array(fc.constantFrom(...wholeNight, ...shiftStarted(2)), { maxLength: 60 }),
    fc.infiniteStream(fc.bigInt(1n, 1_000_000_000_000n)),
  )
  .map(([odd, gaps]): Recorded[] => {
    let position = 0n;
    const entries: Entry[] = [...wholeNight, ...odd];
    return writeLog(entries).map((recorded) => {
      position += gaps.next().value ?? 1n;
      return { ...recorded, position };
    });
  });

type Step =
  | { do: "read"; share: number }
  | { do: "stop"; kill: boolean }
  | { do: "bump" }
  | { do: "bump-one"; view: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("read" as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ do: fc.constant("stop" as const), kill: fc.boolean() }),
  fc.record({ do: fc.constant("bump" as const) }),
  fc.record({ do: fc.constant("bump-one" as const), view: fc.nat(views.length - 1) }),
);

test("wherever a log is cut, views are kept and folds change, they equal rebuilt ones (I1)", () =>
  fc.assert(
    fc.asyncProperty(anyLog, fc.array(anyStep, { maxLength: 14 }), async (log, steps) => {
      const snapshots = memorySnapshots();
      const versions = views.map(({ version }) => version);
      let counted = 1;
      const projections = (): Projection<unknown>[] => [
        ...views.map((view, n) => ({ ...view, version: versions[n] ?? 0 })),
        tally(counted),
      ];
      const source = memoryReader(log);
      const begin = () => createRunner(source, projections(), { snapshots, snapshotEvery: 10 });
      let runner = begin();
      for (const step of [...steps, { do: "stop", kill: false } as const]) {
        if (step.do === "read") {
          const upTo = log[Math.floor(step.share * (log.length - 1))]?.position ?? 0n;
          await runner.catchUp({ upTo });
          continue;
        }
        if (step.do === "bump") counted += 1;
        if (step.do === "bump-one") versions[step.view] = (versions[step.view] ?? 0) + 1;
        // Who is killed keeps nothing; what was kept on the way is there.
        if (step.do !== "stop" || !step.kill) await runner.close();
        runner = begin();
      }
      const now = projections();
      const last = createRunner(source, now, { snapshots, snapshotEvery: 10 });
      await last.catchUp();
      const rebuilt = await rebuild(source, now);
      for (const one of now) expect(last.view(one)).toEqual(rebuilt.view(one));
    }),
    { numRuns: 60 },
  ));
