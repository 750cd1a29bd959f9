import {
  createLandscape,
  type Deed,
  type Observed,
} from "@nightshift/infra/sim/landscape/landscape";
import { deedOf, WEEKS } from "@nightshift/infra/sim/landscape/weeks";
import { seededDraws } from "@nightshift/agents/evolver/draws";

/** Something that the documents publish, what the landscape makes of it, and how near that is to be. */
export type Aggregate = { what: string; published: number; seen: number; within: number };

type Row = { week: number; category: string; deed: Deed; came: Observed };

const TASKS = 6_000;

/** Every aggregate of the documents that the landscape is calibrated to (C28, D15 to D19). */
export function aggregates(): Aggregate[] {
  const rows = lived();
  const of = (week: number) => rows.filter((row) => row.week === week);
  const isCut = ({ came }: Row) => came.truncated || came.continued;
  const isFree = ({ came }: Row) => !came.truncated && !came.continued;
  const weeks = [
    { quality: 7.2, merged: 0.31, cut: 0.18 },
    { quality: 4.9, merged: 0.14, cut: 0.31 },
    { quality: 6.4, merged: 0.22, cut: 0.12 },
    { quality: 6.8, merged: 0.28, cut: 0.08 },
  ].flatMap(({ quality, merged, cut }, at): Aggregate[] => [
    told(`quality of week ${at + 1}`, quality, score(of(at)), 0.4),
    told(
      `merged in week ${at + 1}`,
      merged,
      share(of(at), ({ came }) => came.merged),
      0.06,
    ),
    told(`cut off in week ${at + 1}`, cut, share(of(at), isCut), 0.04),
  ]);
  const late = rows.filter(({ week }) => week >= 2);
  const by = (model: string) => late.filter(({ deed }) => deed.model === model);
  const opus = rows.filter(
    (row) => row.deed.model === "opus" && /^(?:architecture|features)$/.test(row.category),
  );
  const context = (low: number, high: number) =>
    opus.filter(
      (row) => isFree(row) && row.came.contextTokens > low && row.came.contextTokens <= high,
    );
  const first = of(0);
  return [
    ...weeks,
    told("Sonnet (D15)", 7.4, score(by("sonnet")), 0.4),
    told("Haiku (D15)", 6.1, score(by("haiku")), 0.4),
    told("Flash (D15)", 5.8, score(by("flash")), 0.5),
    told("the local model (D15)", 6.3, score(by("qwen")), 0.6),
    told("Flash, cut off (D15)", 0.48, share(flash(of(1)), isCut), 0.1),
    told("Opus up to 91K of context (D18)", 8.7, score(context(40_000, 91_000)), 0.4),
    told("Opus around 138K (D18)", 4.7, score(context(125_000, 150_000)), 1),
    told("LIVINGCORP, cut off (D19)", 0.64, share(category(of(1), "living"), isCut), 0.15),
    told("RESEARCH, cut off (D19)", 0.47, share(category(of(1), "research"), isCut), 0.18),
    told(
      "a truncated answer (C28)",
      2.7,
      score(late.filter(isFree)) - score(late.filter(isCut)),
      0.5,
    ),
    told("a continued answer (C28)", 5.1, score(first.filter(({ came }) => came.continued)), 0.6),
    told("an answer in one piece (C28)", 7.4, score(first.filter(isFree)), 0.4),
  ];
}

function lived(): Row[] {
  const landscape = createLandscape(1);
  const random = seededDraws(7);
  return WEEKS.flatMap((week, at) =>
    landscape.tasks(0, TASKS, random).map((task): Row => {
      const done = deedOf(week, task, random);
      const came = landscape.observe(done.task, done.deed, random);
      return { week: at, category: task.category, deed: done.deed, came };
    }),
  );
}

function told(what: string, published: number, seen: number, within: number): Aggregate {
  return { what, published, seen, within };
}

function flash(rows: readonly Row[]): Row[] {
  return rows.filter(({ deed }) => deed.model === "flash");
}

function category(rows: readonly Row[], name: string): Row[] {
  return rows.filter((row) => row.category === name);
}

function score(rows: readonly Row[]): number {
  return rows.reduce((sum, { came }) => sum + came.score, 0) / rows.length;
}

function share(rows: readonly Row[], is: (row: Row) => boolean): number {
  return rows.filter(is).length / rows.length;
}
