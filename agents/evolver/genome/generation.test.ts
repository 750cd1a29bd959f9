import { NEUTRAL_GENES, type Genes } from "@nightshift/protocol/genome";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { seededDraws } from "../draws.ts";
import { standingOf } from "./estimate.ts";
import { geneSpace } from "./gene-space.ts";
import { keyOf, nextGenerationOf, type Member } from "./generation.ts";
import { halved } from "./halving.ts";
import { ISLANDS } from "./islands.ts";

const space = geneSpace(["opus", "sonnet"]);

/** What is believed: the closer to 12,000 tokens the better, and a little more with test-first. */
function predict({ outputTokensMax, promptStyle }: Genes) {
  const far = Math.abs(outputTokensMax - 12_000) / 20_000;
  const quality = 0.8 - far + (promptStyle === "test-first" ? 0.05 : 0);
  return { fitness: quality, quality, thrift: 0.5, merged: 0.3, deviation: 0.01 };
}

const none = { n: 0, fitness: 0, quality: 0, thrift: 0, merged: 0 };
const member = (at: number, genes: Partial<Genes>, more: Partial<Member> = {}): Member => ({
  id: `g${at}`,
  genes: { ...NEUTRAL_GENES, ...genes },
  island: "generalists",
  record: none,
  inducted: false,
  ...more,
});
const breeding = (seed = 1, migrates = false) => ({
  space,
  predict,
  settings: defaultSettings,
  migrates,
  random: seededDraws(seed),
});

const SIX = [2, 4, 6, 8, 20, 30].map((thousand, at) =>
  member(at, { outputTokensMax: thousand * 1_000 }),
);

test("genes go through numbers and come back, a model that is gone as an open one", () => {
  const genes: Genes = {
    model: "sonnet",
    outputTokensMax: 5_000,
    promptStyle: "stepwise",
    contextDepth: 3,
    continuationsMax: 1,
    scope: "wide",
  };
  expect(space.decode(space.encode(genes))).toEqual(genes);
  expect(space.decode(space.encode({ ...genes, model: "gone" })).model).toBeNull();
});

test("the bottom third of an island retires, the two best never", () => {
  const { retired } = nextGenerationOf(SIX, breeding());
  expect(retired.map(({ id }) => id).sort()).toEqual(["g0", "g5"]);
});

test("the two best stay even where the trials would end them", () => {
  const young = { n: 3, fitness: 0.5, quality: 0.5, thrift: 0.5, merged: 0 };
  const two = [10, 14].map((thousand, at) =>
    member(at, { outputTokensMax: thousand * 1_000 }, { record: young }),
  );
  expect(halved(two.map((one) => ({ one, front: 0 })))).toHaveLength(1);
  expect(nextGenerationOf(two, breeding()).retired).toEqual([]);
});

test("no island falls below five, and nobody is born with the genes of one who lives", () => {
  const { born, retired } = nextGenerationOf(SIX, breeding());
  for (const island of ISLANDS) {
    const own = SIX.filter((one) => one.island === island).length;
    const gone = island === "generalists" ? retired.length : 0;
    const after = own - gone + born.filter((one) => one.island === island).length;
    expect(after).toBeGreaterThanOrEqual(5);
  }
  const keys = [...SIX, ...born].map(({ genes }) => keyOf(genes));
  expect(new Set(keys).size).toBe(keys.length);
});

test("children are screened by belief: they are better than those they follow", () => {
  const { born } = nextGenerationOf(SIX, breeding());
  const best = Math.max(...SIX.map(({ genes }) => predict(genes).fitness));
  const children = born.filter(({ island }) => island === "generalists");
  expect(children.length).toBeGreaterThan(0);
  for (const { genes, parents } of children) {
    expect(predict(genes).fitness).toBeGreaterThan(best);
    expect(parents.length).toBeGreaterThan(0);
  }
});

test("the hall of fame gives parents to every island", () => {
  const famous = member(9, { outputTokensMax: 11_000 }, { island: "explorers", inducted: true });
  const { born } = nextGenerationOf([...SIX, famous], breeding());
  expect(
    born.some(({ island, parents }) => island === "exploiters" && parents.includes("g9")),
  ).toBe(true);
});

test("at times the best of an island goes to the next one as well", () => {
  const { born } = nextGenerationOf(SIX, breeding(1, true));
  const migrant = born.find(({ why }) => why.includes("moves on"));
  expect(migrant).toMatchObject({ island: "explorers", parents: ["g3"] });
  expect(keyOf(migrant?.genes ?? NEUTRAL_GENES)).toBe(keyOf(SIX[3]?.genes ?? NEUTRAL_GENES));
});

test("the same seed breeds the same generation", () => {
  expect(nextGenerationOf(SIX, breeding(3))).toEqual(nextGenerationOf(SIX, breeding(3)));
});

test("on each rung of the trials the worse half of the new ones goes, one alone stays", () => {
  const at = (id: string, n: number) => ({ one: { id, record: { n } }, front: 0 });
  const ranking = [at("a", 2), at("b", 3), at("c", 2), at("d", 4), at("e", 0), at("f", 40)];
  expect(halved(ranking).map(({ id }) => id)).toEqual(["c"]);
  expect(halved([at("a", 5), at("b", 4), at("c", 7), at("d", 4)]).map(({ id }) => id)).toEqual([
    "c",
    "d",
  ]);
});

test("one lucky attempt hardly moves a genome's standing; twenty do", () => {
  const prediction = predict(NEUTRAL_GENES);
  const lucky = { n: 1, fitness: 1, quality: 1, thrift: 1, merged: 1 };
  const once = standingOf(prediction, lucky).fitness - prediction.fitness;
  const often = standingOf(prediction, { ...lucky, n: 20 }).fitness - prediction.fitness;
  expect(once).toBeLessThan(0.02);
  expect(often).toBeGreaterThan(0.15);
});
