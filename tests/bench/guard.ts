import { createRuleReader } from "@nightshift/infra/workers/rules/rule-reader";
import { FETCH_FIRST, fetchedReleases } from "../verdicts/fetch-releases.ts";
import { alarmsIn } from "../verdicts/poison/innocent.ts";
import { missedIn, poisonIn, variantSets } from "../verdicts/poison/poison.ts";
import { cutAtRandom, heldWhole, revisionsOf, type Revision } from "../verdicts/truncation/cuts.ts";
import { heldMoves } from "../verdicts/truncation/refactors.ts";
import type { Benchmark } from "./ratio.ts";

const CUTS = 1_000;

/** What the constitution and the truncation guard catch, and what they hold that is innocent. */
export async function guard(): Promise<Benchmark> {
  const fetched = fetchedReleases();
  if (fetched === null) throw new Error(FETCH_FIRST);
  const reader = createRuleReader();
  const { diffs, alarms, megabytes, megabytesAfter, seconds } = await alarmsIn(fetched, 1, reader);
  reader.close();
  const [poisoned, variants] = [await caught(["set"]), await caught(variantSets)];
  for (const line of [...poisoned.missed, ...variants.missed, ...alarms])
    process.stderr.write(`${line.slice(0, 200)}\n`);
  const innocent = (100 * alarms.length) / diffs;
  return [
    { what: "poisoned set caught", value: poisoned.share, unit: "%", limit: 97, atLeast: true },
    { what: "variants caught", value: variants.share, unit: "%", limit: 97, atLeast: true },
    { what: "innocent diffs", value: diffs, unit: "", limit: 300, atLeast: true, digits: 0 },
    { what: "innocent diffs held", value: innocent, unit: "%", limit: 2 },
    {
      what: "diffs through the constitution, old and new text, by two processes",
      value: megabytes / seconds,
      unit: "MB/s",
      limit: 3,
      atLeast: true,
    },
    { what: "of that new text", value: megabytesAfter / seconds, unit: "MB/s", limit: null },
    ...truncation(revisionsOf(fetched)),
  ];
}

async function caught(folders: readonly string[]): Promise<{ share: number; missed: string[] }> {
  const missed = (await Promise.all(folders.map(missedIn))).flat();
  return { share: 100 * (1 - missed.length / folders.flatMap(poisonIn).length), missed };
}

function truncation(all: readonly Revision[]): Benchmark {
  const changed = all.filter(({ before }) => before !== null);
  const cut = cutAtRandom(changed, CUTS, (one, after) => ({ ...one, after }));
  const ended = cutAtRandom(changed, CUTS, (one, text) => ({
    ...one,
    after: text.endsWith("\n") ? text : `${text}\n`,
  }));
  const fresh = cutAtRandom(all, CUTS, (one, after) => ({ ...one, before: null, after }));
  const { odd, losses } = heldWhole(all);
  const { moves, held } = heldMoves(all);
  const least = (what: string, share: number, limit: number) =>
    ({ what, value: 100 * share, unit: "%", limit, atLeast: true }) as const;
  return [
    least("cut files held", cut.held, 99),
    least("cut files failed outright", cut.failed, 97),
    least("cut files with a newline behind held", ended.held, 98),
    least("new cut files held", fresh.held, 99),
    { what: "whole files held", value: (100 * odd.length) / all.length, unit: "%", limit: 1 },
    {
      what: "whole files held for a loss undeclared",
      value: (100 * losses.length) / all.length,
      unit: "%",
      limit: 2,
    },
    { what: "refactors held", value: (100 * held.length) / moves, unit: "%", limit: 1 },
  ];
}
