import { join } from "node:path";
import * as fc from "fast-check";
import type { HistoryView } from "@nightshift/projections/history";
import { ledger } from "@nightshift/projections/ledger";
import { memoryReader } from "@nightshift/projections/memory-reader";
import { memoryTables } from "@nightshift/projections/memory-tables";
import { spend } from "@nightshift/projections/spend";
import { wholeNight } from "@nightshift/projections/whole-night";
import { writeLog } from "@nightshift/projections/written-log";
import { expect, test } from "vitest";
import { testFolder } from "../test-log.ts";
import { catchUpTables } from "./catch-up.ts";
import { openTables, queryRows } from "./tables.ts";

/** Positions that only grow, beyond what a number can tell. */
const log = writeLog([...wholeNight, ...wholeNight, ...wholeNight]).map((recorded) => ({
  ...recorded,
  position: 2n ** 62n + recorded.position ** 3n,
}));

/** A view whose every version makes other rows of the same events. */
function tally(version: number): HistoryView {
  return {
    name: "tally",
    version,
    reads: version % 2 === 0 ? ["task.proposed", "attempt.started"] : ["task.proposed"],
    tables: [{ name: "tally", columns: { stream: "text", sum: "integer" }, key: ["stream"] }],
    apply: ({ stream }) => {
      return [{ table: "tally", op: "increment", key: { stream }, values: { sum: version } }];
    },
  };
}

type Step = { do: "fill"; most: number; grown: number } | { do: "bump" } | { do: "reopen" };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("fill" as const),
    most: fc.integer({ min: 1, max: 300 }),
    grown: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ do: fc.constant("bump" as const) }),
  fc.record({ do: fc.constant("reopen" as const) }),
);

test("however tables were filled, broken off and changed, they hold what their twin holds (I1)", async () => {
  const folder = await testFolder();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 12 }), async (steps) => {
      const path = join(folder, `${(run += 1)}.sqlite`);
      let db = openTables(path);
      let [version, length] = [1, 0];
      const views = () => [ledger, spend, tally(version)];
      for (const step of steps) {
        if (step.do === "bump") version += 1;
        else if (step.do === "fill") {
          length = Math.max(length, Math.floor(step.grown * log.length));
          const source = memoryReader(log.slice(0, length));
          await catchUpTables(source, db, views(), { eventsMax: step.most });
        } else {
          db.close();
          db = openTables(path);
        }
      }
      await catchUpTables(memoryReader(log), db, views());
      const twin = memoryTables(views());
      for (const recorded of log) twin.apply(recorded);
      for (const [table, key] of [
        ["tasks", "task"],
        ["spend", "reservation"],
        ["tally", "stream"],
      ]) {
        const rows = queryRows(db, `SELECT * FROM ${table} ORDER BY ${key}`);
        expect(rows).toEqual(twin.rows(table ?? ""));
      }
      db.close();
    }),
    { numRuns: 30 },
  );
});
