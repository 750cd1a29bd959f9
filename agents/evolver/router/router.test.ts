import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { normal, seededDraws } from "../draws.ts";
import { Alarm } from "./alarm.ts";
import { Belief } from "./belief.ts";
import { choose } from "./choice.ts";
import { routerBy } from "./router.ts";

const flat = () => ({ means: [0], deviation: 1 });
const belief = (noise = 0.1) => new Belief({ priorOf: flat, noise, outputs: 1 });

test("a belief nears what it sees, and says how sure it is", () => {
  const own = belief();
  const features = [{ at: own.place("a"), value: 1 }];
  const random = seededDraws(1);
  expect(own.deviationOf(features)).toBe(1);
  for (let at = 0; at < 200; at++) own.observe(features, [0.7 + 0.1 * normal(random)]);
  expect(own.meanOf(features)).toBeCloseTo(0.7, 1);
  expect(own.deviationOf(features)).toBeCloseTo(0.1 / Math.sqrt(200), 3);
});

test("what two features did together is told apart once each was seen alone", () => {
  const own = belief(0.01);
  const [a, b] = [own.place("a"), own.place("b")];
  for (let at = 0; at < 50; at++)
    own.observe(
      [
        { at: a, value: 1 },
        { at: b, value: 1 },
      ],
      [1],
    );
  for (let at = 0; at < 50; at++) own.observe([{ at: a, value: 1 }], [0.25]);
  expect(own.meanOf([{ at: b, value: 1 }])).toBeCloseTo(0.75, 2);
});

test("what was learned fades to as unsure as at first, and no further", () => {
  const own = belief();
  const features = [{ at: own.place("a"), value: 1 }];
  for (let at = 0; at < 100; at++) own.observe(features, [0.5]);
  own.forget(0.04);
  expect(own.deviationOf(features)).toBeGreaterThan(0.19);
  own.forget(5);
  expect(own.deviationOf(features)).toBe(1);
  expect(own.meanOf(features)).toBeCloseTo(0.5, 2);
});

test("a draw is as likely as it says: the propensities are the shares of the draws", () => {
  const own = belief();
  const options = ["a", "b", "c"].map((name) => ({
    features: [{ at: own.place(name), value: 1 }],
    bonus: 0,
  }));
  const how = { boldness: 1, draws: 50, random: seededDraws(4) };
  let told = 0;
  const counts = [0, 0, 0];
  for (let at = 0; at < 600; at++) {
    const { index, propensity, propensities } = choose([{ belief: own, options, weight: 1 }], how);
    expect(propensities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1);
    expect(propensity).toBe(propensities[index]);
    // The mean of what is told of the first, whatever is chosen, is how often it is chosen.
    told += (propensities[0] ?? 0) / 600;
    counts[index] = (counts[index] ?? 0) + 1 / 600;
  }
  expect(Math.abs(told - (counts[0] ?? 0))).toBeLessThan(0.05);
});

test("who is not bold takes what is believed to be best", () => {
  const own = belief();
  const [a, b] = [own.place("a"), own.place("b")];
  own.observe([{ at: b, value: 1 }], [0.2]);
  const options = [a, b].map((at) => ({ features: [{ at, value: 1 }], bonus: 0 }));
  const how = { boldness: 0, draws: 20, random: seededDraws(5) };
  expect(choose([{ belief: own, options, weight: 1 }], how)).toMatchObject({
    index: 1,
    propensity: 1,
  });
});

test("a change of one deviation is noticed in about ten attempts, noise nearly never", () => {
  const random = seededDraws(6);
  const quiet = new Alarm();
  let rings = 0;
  for (let at = 0; at < 3_000; at++) if (quiet.sees("m", normal(random))) rings += 1;
  expect(rings).toBeLessThanOrEqual(3);
  const alarm = new Alarm();
  let seen = 0;
  while (!alarm.sees("m", -1.3 + normal(random)) && seen < 100) seen += 1;
  expect(seen).toBeLessThan(25);
});

const situation = { category: "report", output: "report", estimateTokens: 2_000 } as const;
const option = (model: string) => {
  return { model, genes: NEUTRAL_GENES, contextTokensMax: 40_000 };
};
const resultOf = (fitness: number) => ({ fitness, quality: fitness, thrift: 0.8, merged: 0 });

test("lessons lose to evidence: when all came out the other way they are not believed", () => {
  const router = routerBy(defaultSettings);
  expect(router.trust).toBeGreaterThan(0.9);
  const fitnessOf = (model: string) => router.predict(situation, option(model)).fitness;
  expect(fitnessOf("sonnet")).toBeGreaterThan(fitnessOf("haiku"));
  const random = seededDraws(7);
  for (let at = 0; at < 40; at++) {
    router.learn(situation, option("sonnet"), resultOf(0.3 + 0.05 * normal(random)));
    router.learn(situation, option("haiku"), resultOf(0.7 + 0.05 * normal(random)));
  }
  expect(fitnessOf("haiku")).toBeGreaterThan(fitnessOf("sonnet") + 0.3);
  expect(router.trust).toBeLessThan(0.5);
});

test("lessons that fit stay believed", () => {
  const router = routerBy(defaultSettings);
  const random = seededDraws(8);
  for (let at = 0; at < 40; at++) {
    for (const model of ["sonnet", "haiku", "flash"]) {
      const { fitness } = router.predict(situation, option(model));
      router.learn(situation, option(model), resultOf(fitness + 0.115 * normal(random)));
    }
  }
  expect(router.trust).toBeGreaterThan(0.5);
});
