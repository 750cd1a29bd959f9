import { seededDraws } from "@nightshift/agents/evolver/draws";
import { createLandscape } from "@nightshift/infra/sim/landscape/landscape";
import { convergedDeed } from "@nightshift/infra/sim/landscape/contenders/simple";
import { expect, test } from "vitest";
import { aggregates } from "./aggregates.ts";

test.each(aggregates())("the landscape has $what as published: $published", (aggregate) => {
  const { published, seen, within } = aggregate;
  expect(Math.abs(seen - published), `it has ${seen.toFixed(2)}`).toBeLessThanOrEqual(within);
});

test("what is expected of a deed is what comes of it on average", () => {
  const landscape = createLandscape(1);
  const random = seededDraws(3);
  for (const task of landscape.tasks(1, 5, random)) {
    const deed = convergedDeed(task);
    const { fitness, quality } = landscape.expect(task, deed);
    const seen = Array.from({ length: 4_000 }, () => landscape.observe(task, deed, random));
    const mean = (of: (one: (typeof seen)[number]) => number) =>
      seen.reduce((sum, one) => sum + of(one), 0) / seen.length;
    // A score is cut at 0 and 10, and odds of a merge are no straight line: a hundredth apart.
    expect(Math.abs(mean((one) => one.fitness) - fitness)).toBeLessThan(0.012);
    expect(Math.abs(mean(({ score }) => score) - quality)).toBeLessThan(0.15);
  }
});

test("the same seed is the same landscape, another strange one is another", () => {
  const value = (seed: number) => {
    const landscape = createLandscape(seed, { strangeness: 0.5 });
    return landscape
      .tasks(1, 10, seededDraws(1))
      .map((task) => landscape.expect(task, convergedDeed(task)).fitness);
  };
  expect(value(1)).toEqual(value(1));
  expect(value(1)).not.toEqual(value(2));
});

test("a flat scorer tells nothing of the deed, and the deed is worth what it was", () => {
  const flat = createLandscape(1, { flat: true });
  const real = createLandscape(1);
  const random = seededDraws(4);
  const [task] = flat.tasks(1, 1, random);
  if (!task) throw new Error("no task");
  const [good, bad] = [convergedDeed(task), { ...convergedDeed(task, "qwen"), contextDepth: 3 }];
  const mean = (deed: typeof good) => {
    const seen = Array.from({ length: 3_000 }, () => flat.observe(task, deed, random).fitness);
    return seen.reduce((sum, one) => sum + one, 0) / seen.length;
  };
  expect(Math.abs(mean(good) - mean(bad))).toBeLessThan(0.012);
  expect(flat.expect(task, bad).fitness).toBe(real.expect(task, bad).fitness);
  expect(flat.expect(task, good).fitness).toBeGreaterThan(flat.expect(task, bad).fitness + 0.1);
});
