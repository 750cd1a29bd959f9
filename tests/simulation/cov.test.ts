import { test } from "vitest";
import { simulate } from "./night.ts";
import { happeningOf } from "./reach.ts";

test("cov", async () => {
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= 150; seed++) {
    const { world } = await simulate(seed, () => {});
    const seen = new Set(world.store.events.map(({ event }) => happeningOf(event)));
    for (const one of seen) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  console.log([...counts].sort().map(([k, n]) => `${k} ${n}`).join("\n"));
}, 600_000);
