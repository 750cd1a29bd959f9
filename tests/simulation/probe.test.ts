import { test } from "vitest";
import { simulate } from "./night.ts";
import { digestProblems, replayProblems } from "./replays.ts";
import { watchOver, type Watch } from "./watch.ts";

test("probe", async () => {
  const from = Number(process.env["SIMULATION_SEED"] ?? 1);
  const count = Number(process.env["SIMULATION_SEEDS"] ?? 20);
  const start = performance.now();
  let bad = 0;
  for (let seed = from; seed < from + count; seed++) {
    let watch: Watch | undefined;
    try {
      const night = await simulate(seed, (world) => {
        watch = watchOver(world);
      });
      watch?.end();
      const all = [...night.failures, ...(watch?.problems ?? []), ...(await replayProblems(night)), ...(await digestProblems(night))];
      if (all.length > 0) { bad++; console.log(seed, all.slice(0, 4).join("\n   ")); }
    } catch (error) {
      bad++;
      console.log(seed, error, watch?.problems.slice(0, 3));
    }
  }
  console.log((performance.now() - start) / count, "ms a seed", bad, "bad");
}, 600_000);
