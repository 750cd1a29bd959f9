import { describe, expect, test } from "vitest";
import { FETCH_FIRST, fetchedReleases, unlessFetched } from "../fetch-releases.ts";
import { asChange, cutAtRandom, heldFor, heldWhole, revisionsOf } from "./cuts.ts";
import { heldMoves } from "./refactors.ts";

/** All 1,000 cuts and every file with `NIGHTSHIFT_SETS=all`; else a quick look. */
const ALL = process.env["NIGHTSHIFT_SETS"] === "all";
const CUTS = ALL ? 1_000 : 150;
const WALL_MS = 300_000;
const fetched = fetchedReleases();
if (fetched === null && process.env["CI"] === "true") throw new Error(FETCH_FIRST);
const all = revisionsOf(fetched ?? []);
const changed = all.filter(({ before }) => before !== null);
const some = ALL ? all : all.filter((_, at) => at % 3 === 0);
const ended = (text: string) => (text.endsWith("\n") ? text : `${text}\n`);

describe.skipIf(fetched === null)(
  `files of published packages, cut at random bytes${unlessFetched(fetched)}`,
  () => {
    test("a file that stood before is not merged without its end", { timeout: WALL_MS }, () => {
      const cut = cutAtRandom(changed, CUTS, (one, after) => ({ ...one, after }));
      expect(cut.held, cut.missed.join("\n")).toBeGreaterThanOrEqual(0.99);
      expect(cut.failed).toBeGreaterThanOrEqual(0.97);
    });

    test("nor is it when somebody put a newline behind the cut", { timeout: WALL_MS }, () => {
      const cut = cutAtRandom(changed, CUTS, (one, text) => ({ ...one, after: ended(text) }));
      expect(cut.held, cut.missed.join("\n")).toBeGreaterThanOrEqual(0.98);
    });

    test("a new file is held where its like end with a newline", { timeout: WALL_MS }, () => {
      const cut = cutAtRandom(all, CUTS, (one, after) => ({ ...one, before: null, after }));
      expect(cut.held, cut.missed.join("\n")).toBeGreaterThanOrEqual(0.99);
      expect(cut.failed).toBeGreaterThanOrEqual(0.8);
    });

    test("whole files pass, and so do those whose loss is declared", { timeout: WALL_MS }, () => {
      const { odd, losses } = heldWhole(some);
      expect(odd.length / some.length, odd.join("\n")).toBeLessThanOrEqual(0.01);
      // B17: a loss of a fifth is held unless it is declared; releases declare nothing.
      expect(losses.length / some.length).toBeLessThanOrEqual(0.02);
      const declared = losses.filter(
        (one) => heldFor([asChange(one)], one.customs, [one.path])?.outcome === "fail",
      );
      expect(declared.map(({ path }) => path)).toEqual([]);
    });

    test("refactors that move a quarter of a file elsewhere pass", { timeout: WALL_MS }, () => {
      const { moves, held } = heldMoves(all);
      expect(moves).toBeGreaterThan(100);
      expect(held.length / moves, held.join("\n")).toBeLessThanOrEqual(0.01);
    });
  },
);
