import { test } from "vitest";
import { simulate } from "./night.ts";

test("probe", async () => {
  const from = Number(process.env["SIMULATION_SEED"] ?? 1);
  const count = Number(process.env["SIMULATION_SEEDS"] ?? 20);
  const start = performance.now();
  for (let seed = from; seed < from + count; seed++) {
    try {
      const { world, failures, last } = await simulate(seed, () => {});
      console.log(seed, world.store.events.length, JSON.stringify(last.state), failures.join("\n"));
    } catch (error) {
      console.log(seed, error);
    }
  }
  console.log((performance.now() - start) / count, "ms a seed");
}, 600_000);
