import { KEPT, SHAPES, TRACE } from "./secret-shapes.ts";
import { z } from "zod";

/** What stands where a secret stood. No shape takes it for a secret. */
export const MASK = "[masked secret]";

/**
 * Masks what looks like a key, token, password or private key (I12). It would rather mask too much:
 * what it reads is kept as a record, not run. Text without a trace of one costs a single look.
 * @returns The text to keep, and how many secrets were masked.
 */
export async function maskSecrets(text: string): Promise<{ text: string; found: number }> {
  if (!TRACE.test(text)) return { text, found: 0 };
  const ours = maskShapes(text);
  const theirs = await rangesByRules(ours.text);
  return { text: maskRanges(ours.text, theirs), found: ours.found + theirs.length };
}

function maskShapes(text: string): { text: string; found: number } {
  let found = 0;
  const masked = SHAPES.reduce(
    (before, shape) =>
      before.replace(shape, (...match) => {
        found += 1;
        const groups: Record<string, string | undefined> = match.at(-1) ?? {};
        return `${groups[KEPT] ?? ""}${MASK}`;
      }),
    text,
  );
  return { text: masked, found };
}

type Range = readonly [start: number, end: number];

const Reports = z.array(
  z.object({ messages: z.array(z.object({ range: z.tuple([z.int(), z.int()]) })) }),
);

/** What the recommended rules of secretlint find: the keys of some thirty services. */
async function rangesByRules(text: string): Promise<Range[]> {
  const { executeOnContent } = await (engine ??= openEngine());
  // Whoever wrote the text shall not switch the rules off with a comment; lengths stay the same.
  const content = text.replaceAll(/secretlint-(?=disable|enable)/g, "secretlint_");
  const { output } = await executeOnContent({ content, filePath: "blob.txt" });
  const ranges = Reports.parse(JSON.parse(output)).flatMap(({ messages }) =>
    messages.map(({ range }) => range),
  );
  return withoutOverlap(ranges);
}

/** Loaded when the first trace asks for it: most processes never need it. */
let engine: ReturnType<typeof openEngine> | undefined;
async function openEngine() {
  const { createEngine } = await import("@secretlint/node");
  return createEngine({
    cwd: import.meta.dirname,
    formatter: "json",
    color: false,
    maskSecrets: false,
    configFileJSON: { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend" }] },
  });
}

function withoutOverlap(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const [start, end] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last && start < last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], end)];
    else merged.push([start, end]);
  }
  return merged;
}

function maskRanges(text: string, ranges: readonly Range[]): string {
  let kept = "";
  let from = 0;
  for (const [start, end] of ranges) {
    kept += text.slice(from, start) + MASK;
    from = end;
  }
  return kept + text.slice(from);
}
