import { brakeTable } from "@nightshift/infra/sim/verdicts/brake-table";
import type { Benchmark } from "./ratio.ts";

/** Falls of a scope, and tasks in control, that each rule of the brake is played over. */
const FALLS = Number(process.env["BRAKE_FALLS"] ?? 2_000);
const CALM_TASKS = Number(process.env["BRAKE_CALM_TASKS"] ?? 2_000_000);
const LOW_THROUGH_MOST = 3.5;
const CALM_LEAST = 5_000;

/** The table of the quality brake: what each rule lets through, and how often it cries wolf. */
export async function brake(): Promise<Benchmark> {
  return brakeTable({ falls: FALLS, calmTasks: CALM_TASKS, seed: 1 }).flatMap((row) => {
    // The documents' own rule is told beside ours; its limits were never these.
    const held = row.rule.startsWith("mean") ? null : LOW_THROUGH_MOST;
    return [
      {
        what: `${row.rule}: low tasks through after 7.2 → 4.9`,
        value: row.lowThrough,
        unit: "tasks",
        limit: held,
      },
      {
        what: `${row.rule}: tasks between false alarms`,
        value: row.falseAlarmEvery,
        unit: "tasks",
        limit: held === null ? null : CALM_LEAST,
        ...(held === null ? {} : { atLeast: true as const }),
        digits: 0,
      },
      {
        what: `${row.rule}: tasks until a drift to 6.2 is seen`,
        value: row.driftAfter,
        unit: "tasks",
        limit: null,
        digits: 0,
      },
    ];
  });
}
