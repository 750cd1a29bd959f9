import type { Change } from "./changes.ts";
import { languageOf } from "./languages.ts";
import { reportCutOff } from "./report.ts";

/** Kinds of files, by ending, all of which end with one newline where they were looked at. */
export type Customs = ReadonlySet<string>;

const SHARE_MIN = 0.9;

/** The customs that files show; kinds of which fewer than nine in ten agree have none. */
export function customsOf(files: readonly { path: string; text: string }[]): Customs {
  const kinds = new Map<string, { all: number; keep: number }>();
  for (const { path, text } of files) {
    const kind = kinds.get(kindOf(path)) ?? { all: 0, keep: 0 };
    kind.all += 1;
    if (endsWell(text)) kind.keep += 1;
    kinds.set(kindOf(path), kind);
  }
  const kept = [...kinds].filter(([, { all, keep }]) => keep / all >= SHARE_MIN);
  return new Set(kept.map(([kind]) => kind));
}

export function kindOf(path: string): string {
  return /\.[\w]+$/.exec(path)?.[0].toLowerCase() ?? path;
}

/**
 * How a file ends in a way that it did not before, or that its like does not; null where it ends
 * as one would end it. A hint, not proof: honest authors forget a newline too.
 */
export function oddEnding({ path, before, after }: Change, customs: Customs): string | null {
  if (after === null || after.trim() === "") return null;
  const used = before === null ? customs.has(kindOf(path)) : endsWell(before);
  if (used && !after.endsWith("\n")) return "its last line has no end";
  if (used && !endsWell(after)) return "it ends with empty lines";
  const comment = endsWithComment(path, after);
  if (comment && (before === null || !endsWithComment(path, before))) {
    return "it ends with a comment that nothing follows";
  }
  return proseEnd(path, before, after);
}

/** One newline, and nothing before it that is not seen. */
function endsWell(text: string): boolean {
  return /\S\r?\n$/.test(text);
}

const COMMENT = /^\s*(?:\/\/|#(?!!)|\/?\*)/;
const STAYS =
  /sourceMappingURL|eslint|prettier|@ts-|vim?:|-\*-|region|fmt:|end|EOF|^\s*\*\/|\*\/\s*$/i;

function endsWithComment(path: string, text: string): boolean {
  const language = languageOf(path, text);
  if (language === "text" || language === "markup") return false;
  const last = text.trimEnd().split("\n").at(-1) ?? "";
  return COMMENT.test(last) && !STAYS.test(last);
}

function proseEnd(path: string, before: string | null, after: string): string | null {
  if (!/\.(?:md|mdx|markdown)$/.test(path)) return null;
  const missing = undefinedLinks(after);
  const known = new Set(before === null ? [] : undefinedLinks(before));
  const fresh = missing.find((link) => !known.has(link));
  if (fresh !== undefined) return `the link [${fresh.slice(0, 40)}] leads to nothing in it`;
  const heading = missingHeading(after);
  if (heading !== null && (before === null || missingHeading(before) === null)) {
    return `the heading ${heading.slice(0, 60)} is promised and missing`;
  }
  const cut = reportCutOff(after);
  return cut !== null && (before === null || reportCutOff(before) === null) ? cut : null;
}

/** `[text][reference]` without a definition: those stand at the end. */
function undefinedLinks(text: string): string[] {
  const plain = text.replaceAll(/^(`{3,}|~{3,})[^]*?^\1/gm, "");
  const defined = new Set(
    [...plain.matchAll(/^ {0,3}\[([^\]]+)\]:/gm)].map((match) => match[1]?.toLowerCase()),
  );
  return [...plain.matchAll(/\[([^\][]{1,200})\]\[([^\][]{0,200})\]/g)]
    .map((match) => ((match[2] ?? "") === "" ? (match[1] ?? "") : (match[2] ?? "")).toLowerCase())
    .filter((name) => !defined.has(name) && !/^[\d\s,:'"-]*$/.test(name));
}

/** A table of contents leads to headings of the same page. */
function missingHeading(text: string): string | null {
  const contents = [...text.matchAll(/^[^\S\n]*(?:[-*+]|\d+\.)\s+\[[^\]]+\]\(#([^)\s]+)\)/gm)];
  if (contents.length < 2) return null;
  const there = new Set(
    [...text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map((match) => slugOf(match[1] ?? "")),
  );
  const named = [...text.matchAll(/<a\s+(?:name|id)=["']([^"']+)/g)].map((match) => match[1] ?? "");
  const last = contents.at(-1)?.[1] ?? "";
  const found = there.has(slugOf(last)) || named.includes(last);
  return found ? null : last;
}

function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/<[^>]*>|[^\p{L}\p{N}\s-]/gu, "")
    .replaceAll(/[\s-]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
