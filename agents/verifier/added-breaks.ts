import type { Change } from "./changes.ts";
import { type FileText, type RuleReader, UNREADABLE } from "./rule-reader.ts";
import type { Finding } from "./rules/finding.ts";

type Around = { hosts: ReadonlySet<string>; signal: AbortSignal };
/** What was found in files, by path. */
type Found = ReadonlyMap<string, readonly Finding[]>;

/**
 * What breaks the constitution in the files of a change as they are, by path, but for what stood in
 * any of them before: that is not the author's.
 * @throws As the reader does.
 */
export async function addedBreaks(
  changes: readonly Change[],
  reader: RuleReader,
  around: Around,
): Promise<Found> {
  const found = await readEach(reader, textsOf(changes, "after"), around);
  const sought = [...new Set([...found.values()].flat().map(({ text }) => text))];
  const before = textsOf(changes, "before");
  if (sought.length === 0 || before.length === 0) return found;
  // Most breaks stood there before: to know that, all the others need not be read.
  const soughtIn = before.map((file) => ({ ...file, sought }));
  const added = without(found, await readEach(reader, soughtIn, around));
  if ([...added.values()].every((findings) => findings.length === 0)) return added;
  // What a part of a file comes to may hang on what was read before it.
  return without(found, await readEach(reader, before, around));
}

/** The files as they were or as they are. */
function textsOf(changes: readonly Change[], which: "before" | "after"): FileText[] {
  return changes.flatMap(({ path, [which]: text }) => (text === null ? [] : { path, text }));
}

async function readEach(
  reader: RuleReader,
  files: readonly FileText[],
  around: Around,
): Promise<Found> {
  const found = await reader.read(files, around);
  return new Map(files.map(({ path }, at) => [path, found[at] ?? []]));
}

/** What is found now beyond what was found before, in whichever file. */
function without(found: Found, before: Found): Found {
  const stood = new Map<string, number>();
  for (const finding of [...before.values()].flat()) count(stood, finding, 1);
  return new Map(
    found.entries().map(([path, findings]) => {
      return [path, findings.filter((finding) => isAdded(finding, stood))];
    }),
  );
}

/** A file that could not be read before excuses none that cannot be read now. */
function isAdded(finding: Finding, stood: Map<string, number>): boolean {
  return finding.rule === UNREADABLE || count(stood, finding, -1) < 0;
}

function count(counts: Map<string, number>, { rule, text }: Finding, by: number): number {
  const key = `${rule}\n${text.replaceAll(/\s+/g, " ")}`;
  const now = (counts.get(key) ?? 0) + by;
  counts.set(key, now);
  return now;
}
