import { expect, test } from "vitest";
import { misses } from "./what-ifs.ts";

/** Three logs here; `pnpm bench evolve` takes twenty. */
const LOGS = Number(process.env["EVOLVE_SEEDS"] ?? 3);

test("from 1,500 logged choices the value of five other policies is told within .02", () => {
  const all = Array.from({ length: LOGS }, (_, at) => misses(at + 1)).flat();
  const byPolicy = [...Map.groupBy(all, ({ policy }) => policy)];
  expect(byPolicy.length).toBe(5);
  for (const [policy, own] of byPolicy) {
    const square = own.reduce((sum, { off }) => sum + off ** 2, 0) / own.length;
    expect(Math.sqrt(square), policy).toBeLessThanOrEqual(0.02);
  }
  // Nine of ten intervals are to hold the truth; of a few logs a few may not.
  const held = all.filter((one) => one.held).length / all.length;
  expect(held).toBeGreaterThanOrEqual(0.75);
}, 120_000);
