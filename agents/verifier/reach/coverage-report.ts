/** How often each line ran, by path and line from 1; lines that are no code are not in it. */
export type LineHits = Map<string, Map<number, number>>;

/** A report that is longer was made by something else than a test runner. */
const LINES_MAX = 1_000_000;

/** Reads lcov's tracefile as far as it tells of the wanted paths. */
export function readLcov(report: string, wanted: ReadonlySet<string>): LineHits {
  const hits: LineHits = new Map();
  let file: Map<number, number> | null = null;
  for (const line of linesOf(report)) {
    if (line.startsWith("SF:")) {
      const path = line.slice(3).trim().replace(/^\.\//, "");
      file = wanted.has(path) ? fileOf(hits, path) : null;
    } else if (line.startsWith("end_of_record")) file = null;
    else if (file) {
      const [, at, count] = /^DA:(\d{1,9}),(\d{1,15})/.exec(line) ?? [];
      if (at !== undefined) add(file, Number(at), Number(count));
    }
  }
  return hits;
}

const BLOCK = /^(.+):(\d{1,9})\.\d+,(\d{1,9})\.\d+ \d+ (\d{1,15})$/;
const BLOCK_LINES_MAX = 10_000;

/**
 * Reads what `go test -coverprofile` writes: blocks of statements, by import path. A line counts as
 * run where any block on it ran.
 * @param module The module's path, as go.mod tells it; what lies outside is left out.
 * @returns null where all of it lies outside.
 */
export function readGoProfile(
  report: string,
  module: string,
  wanted: ReadonlySet<string>,
): LineHits | null {
  const hits: LineHits = new Map();
  let isToldOf = false;
  for (const line of linesOf(report)) {
    const [, name = "", from, to, count] = BLOCK.exec(line) ?? [];
    if (!name.startsWith(`${module}/`)) continue;
    isToldOf = true;
    const path = name.slice(module.length + 1);
    if (!wanted.has(path)) continue;
    const file = fileOf(hits, path);
    const last = Math.min(Number(to), Number(from) + BLOCK_LINES_MAX);
    for (let at = Number(from); at <= last; at++) add(file, at, Number(count));
  }
  return isToldOf ? hits : null;
}

function fileOf(hits: LineHits, path: string): Map<number, number> {
  const known = hits.get(path) ?? new Map<number, number>();
  hits.set(path, known);
  return known;
}

/** A file may be told of more than once, by several processes. */
function add(file: Map<number, number>, line: number, count: number): void {
  file.set(line, (file.get(line) ?? 0) + count);
}

function* linesOf(text: string): Generator<string> {
  let from = 0;
  for (let count = 0; count < LINES_MAX && from < text.length; count++) {
    const end = text.indexOf("\n", from);
    yield text.slice(from, end < 0 ? text.length : end);
    if (end < 0) return;
    from = end + 1;
  }
}
