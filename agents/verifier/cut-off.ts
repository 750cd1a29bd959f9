import { anyOf, oneOf } from "./any-of.ts";
import { blank } from "./blank.ts";
import { linesOf, type Change } from "./changes.ts";
import { languageOf, type Language } from "./languages.ts";
import type { Grown } from "../source/grammars.ts";
import { faultsIn, faultsOf, grownTree } from "../source/source-tree.ts";

const PARSED_CHARS_MAX = 2_000_000;

/** Words with which a model leaves out what it does not want to repeat, alone in a comment. */
const MARK = String.raw`^(?:\/\/|#|\/\*+|<!--|--|\*)\s*`;
const REST = oneOf("rest existing remaining unchanged omitted previous");
const OF_WHAT = oneOf("code file class function implementation content");
const LEFT_OUT = anyOf(
  [
    new RegExp(String.raw`${MARK}(?:\.\.\.|…|\[).{0,40}\b${REST}\b.{0,80}$`),
    new RegExp(String.raw`${MARK}(?:the )?rest of (?:the |this )?${OF_WHAT}\b.{0,60}$`),
    new RegExp(String.raw`${MARK}(?:existing|remaining|previous) code\b.{0,60}$`),
  ],
  "i",
);

/**
 * What shows that a file ends in the middle, in words, or null. Only what the change brought about
 * counts: a file that did not parse before either is not cut off by it.
 */
export function cutOff({ path, before, after }: Change): string | null {
  if (after === null || after.length > PARSED_CHARS_MAX) return null;
  const known = new Set(linesOf(before));
  const placeholder = linesOf(after).find((line) => !known.has(line) && isPlaceholder(line, path));
  if (placeholder !== undefined) return `leaves code out: "${placeholder.slice(0, 80)}"`;
  const fault = endsInTheMiddle(path, after);
  if (fault === null || (before !== null && endsInTheMiddle(path, before) !== null)) return null;
  return `is cut off: ${fault}`;
}

function isPlaceholder(line: string, path: string): boolean {
  if (languageOf(path, "") === "text" && !/\.(?:css|scss|ya?ml|toml)$/.test(path)) return false;
  return LEFT_OUT.test(line);
}

/** Why a text does not end where its language lets it end, or null. */
export function endsInTheMiddle(path: string, text: string): string | null {
  if (text.trim() === "") return null;
  if (path.endsWith(".json")) return jsonEnd(text);
  if (/\.(?:md|mdx|markdown)$/.test(path)) return fenceEnd(text);
  const language = languageOf(path, text);
  switch (language) {
    case "javascript":
      return scriptEnd(path, text);
    case "python":
    case "go":
    case "java":
    case "rust":
    case "ruby":
    case "shell":
      return treeEnd(language, path, text);
    case "other-code":
      return bracketEnd(text, language);
    case "markup":
    case "text":
      return null;
  }
}

/** Faults that reach the last line; or a last word without an end in code that ends its lines. */
function scriptEnd(path: string, text: string): string | null {
  // What declares and holds no code is not what a cut-off answer consists of.
  if (/\.d\.[cm]?ts$/.test(path)) return null;
  const lastLine = text.trimEnd().lastIndexOf("\n") + 1;
  const fault = faultsIn(path, text).findLast(({ end }) => end >= lastLine);
  if (fault) {
    const line = text.slice(0, fault.start).split("\n").length;
    return `what begins in line ${line} is not complete`;
  }
  const ends = text.match(/;$/gm)?.length ?? 0;
  return ends >= 3 && /[\w$,=+*(&|<:.]$/.test(text) ? "its last statement has no end" : null;
}

/** Faults that reach the end, by the parser; then brackets that are open, which it may forgive. */
function treeEnd(language: Grown, path: string, text: string): string | null {
  const fault = faultsOf(grownTree(language, path, text)).findLast(
    ({ end }) => end >= text.trimEnd().lastIndexOf("\n") + 1,
  );
  if (fault) {
    const line = text.slice(0, fault.start).split("\n").length;
    return `what begins in line ${line} is not complete`;
  }
  return language === "shell" || language === "ruby" ? null : bracketEnd(text, language);
}

function jsonEnd(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? -1);
    const early = at >= 0 && at < text.trimEnd().length;
    return early && !/Unterminated/.test(message) ? null : message;
  }
}

function fenceEnd(text: string): string | null {
  let open: string | null = null;
  for (const line of text.split("\n")) {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (!fence?.[1]) continue;
    if (open === null) open = fence[1];
    else if (fence[1].startsWith(open) && fence[2]?.trim() === "") open = null;
  }
  return open === null ? null : "a code fence is never closed";
}

function bracketEnd(text: string, language: Language): string | null {
  const { code, open } = blank(text, language);
  if (open) return "a string or comment is never closed";
  let depth = 0;
  for (const letter of code) {
    if ("([{".includes(letter)) depth += 1;
    else if (")]}".includes(letter)) depth -= 1;
  }
  return depth > 0 ? `${depth} brackets are never closed` : null;
}
