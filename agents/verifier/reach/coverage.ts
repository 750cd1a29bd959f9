import type { Reach } from "@nightshift/protocol/reach";
import type { ChangedSource } from "./changed-lines.ts";
import { type LineHits, readGoProfile, readLcov } from "./coverage-report.ts";
import type { Measure } from "./measure.ts";

const PLACES_MAX = 10;
const PLACE_CHARS_MAX = 300;

/**
 * The report of a measured run, as far as it tells of the changed sources.
 * @param goModule The repository's own go.mod.
 * @returns null for a profile of Go that does not tell of the module that this one names.
 */
export function hitsIn(
  report: string,
  { form }: Pick<Measure, "form">,
  sources: readonly ChangedSource[],
  goModule: string | null,
): LineHits | null {
  const wanted = new Set(sources.map(({ path }) => path));
  if (form === "lcov") return readLcov(report, wanted);
  const module = /^\s*module\s+"?([^\s"]+)"?/m.exec(goModule ?? "")?.[1];
  return module === undefined ? null : readGoProfile(report, module, wanted);
}

/**
 * How many changed lines of code the tests ran through. A file that the report does not know was
 * loaded by no test: none of its lines ran.
 * @returns undefined where no changed line is one that can be run.
 */
export function coverageOf(
  sources: readonly ChangedSource[],
  hits: LineHits,
): Reach["coverage"] | undefined {
  let [lines, covered] = [0, 0];
  const missed: string[] = [];
  for (const { path, lines: changed } of sources) {
    const known = hits.get(path);
    const code = known ? changed.filter((line) => known.has(line)) : changed;
    const not = code.filter((line) => (known?.get(line) ?? 0) === 0);
    lines += code.length;
    covered += code.length - not.length;
    missed.push(...rangesOf(not).map((range) => `${path}:${range}`.slice(-PLACE_CHARS_MAX)));
  }
  if (lines === 0) return undefined;
  return { lines, covered, missed: missed.slice(0, PLACES_MAX) };
}

/** `31-32` for lines that follow one another. */
function rangesOf(lines: readonly number[]): string[] {
  const ranges: { from: number; to: number }[] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last && last.to === line - 1) last.to = line;
    else ranges.push({ from: line, to: line });
  }
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
}
