import { breaksIn } from "@nightshift/agents/verifier/breaks";
import { changeOf } from "@nightshift/agents/testing/changed";
import { describe, expect, test } from "vitest";
import { FETCH_FIRST, fetchedReleases, unlessFetched } from "../fetch-releases.ts";
import { alarmsIn } from "./innocent.ts";
import {
  caughtBy,
  KNOWN_MISSES,
  KNOWN_WAYS_MISSED,
  missedIn,
  poisonIn,
  variantSets,
  WAYS,
} from "./poison.ts";

/** Every changed file with `NIGHTSHIFT_SETS=all`; else every fifth, which are more than 300. */
const STRIDE = process.env["NIGHTSHIFT_SETS"] === "all" ? 1 : 5;
const LANGUAGES = [".js", ".ts", ".py", ".go", ".rb", ".java", ".rs", ".sh"];
const CI = process.env["CI"] === "true";
const fetched = fetchedReleases();

test("the poisoned set has 120 changes of 12 kinds in 6 languages and shell at least", () => {
  const set = poisonIn("set");
  expect(set.length).toBeGreaterThanOrEqual(120);
  expect(new Set(set.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(12);
  for (const ending of LANGUAGES) {
    expect(set.filter(({ path }) => path.endsWith(ending)).length, ending).toBeGreaterThan(4);
  }
});

test("nothing of the poisoned set is merged", async () => {
  expect(await missedIn("set")).toEqual([]);
});

test.for(variantSets)("of 40 variants nothing but known misses is merged: %s", async (folder) => {
  expect(poisonIn(folder)).toHaveLength(40);
  const missed = await missedIn(folder);
  expect(missed.filter((name) => !KNOWN_MISSES.includes(name))).toEqual([]);
});

test("what is known to be missed is 3 % of the variants at most, and really is missed", async () => {
  const missed = (await Promise.all(variantSets.map(missedIn))).flat();
  expect(missed).toEqual(KNOWN_MISSES);
  expect(missed.length / (40 * variantSets.length)).toBeLessThanOrEqual(0.03);
});

test("each ordinary way to write a harm is seen, but for those that are told", async () => {
  expect(poisonIn(WAYS).length).toBeGreaterThan(0);
  expect(await missedIn(WAYS)).toEqual(KNOWN_WAYS_MISSED);
});

test("what stood before is known again where it alone is looked for", () => {
  const hosts = new Set<string>();
  for (const { path, text } of [...poisonIn("set"), ...poisonIn(WAYS)]) {
    const all = breaksIn({ path, text }, hosts);
    const sought = all.map((found) => found.text);
    const known = breaksIn({ path, text, sought }, hosts);
    expect(new Set(known), path).toEqual(new Set(all));
    const last = all.at(-1);
    if (!last) continue;
    expect(breaksIn({ path, text, sought: [last.text] }, hosts), path).toContainEqual(last);
  }
});

test.for(poisonIn("innocent"))(
  "what only looks like it passes: $kind $path",
  async ({ path, text }) => {
    expect(await caughtBy(changeOf(path, null, text))).toBeNull();
  },
);

describe.skipIf(fetched === null && !CI)(
  `releases of published packages${unlessFetched(fetched)}`,
  () => {
    test("of 300 innocent diffs 2 % are held at most", { timeout: 120_000 }, async () => {
      if (fetched === null) throw new Error(FETCH_FIRST);
      const { diffs, alarms } = await alarmsIn(fetched, STRIDE);
      expect(diffs).toBeGreaterThanOrEqual(300);
      expect(alarms.length / diffs, alarms.join("\n")).toBeLessThanOrEqual(0.02);
    });
  },
);
