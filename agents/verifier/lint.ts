import { LINT_FINDINGS_MAX, type Linted } from "@nightshift/protocol/linted";
import { type Lint, type Linter, type LintText, SYNTAX } from "../linter.ts";
import { countsOf, linesOf, type Change } from "./changes.ts";
import { languageOf } from "./languages.ts";
import { masked } from "./secrets.ts";

const FILES_MAX = 100;
const CHARS_MAX = 200_000;
const ALL_CHARS_MAX = 2_000_000;
/** Declarations tell what is elsewhere, and most are written by a compiler. */
const DECLARES = /\.(?:d\.[cm]?ts|pyi)$/;
const TEXT_CHARS = 200;
const RULE_CHARS = 100;
const PATH_CHARS = 500;

type Finding = Linted["findings"][number];
type Pair = { path: string; before: LintText | null; after: LintText };

/**
 * What linters find in a change (REQUIREMENTS B6, D12): only on lines that it brought, and only
 * what was not said of the file before. What was moved or shifted was there before.
 * @returns null where the change has no file that a linter reads.
 */
export async function lintOf(
  linter: Linter,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<Linted | null> {
  const pairs = changes.flatMap(pairOf);
  if (pairs.length === 0) return null;
  const chosen = within(pairs);
  const texts = chosen.flatMap(({ before, after }) => (before ? [before, after] : [after]));
  const answers = texts.length === 0 ? [] : await linter.lint(texts, { signal });
  const told = new Map(texts.map((text, at) => [text, answers[at] ?? null]));
  const brought = linesBrought(changes);
  const found: Finding[] = [];
  let files = 0;
  for (const { path, before, after } of chosen) {
    const [old, now] = [before ? told.get(before) : [], told.get(after)];
    if (!old || !now) continue;
    files += 1;
    found.push(...newIn(path, after.text, old, now, brought));
  }
  return {
    files,
    unread: pairs.length - files,
    total: found.length,
    findings: found.slice(0, LINT_FINDINGS_MAX),
  };
}

function pairOf({ path, special, before, after }: Change): Pair[] {
  if (special !== null || after === null || DECLARES.test(path)) return [];
  const language = languageOf(path, after);
  if (language !== "javascript" && language !== "python") return [];
  const text = (side: string) => ({ language, path, text: side.replaceAll(/\r\n?/g, "\n") });
  return [{ path, before: before === null ? null : text(before), after: text(after) }];
}

/** As many as are read of one attempt; files that nobody wrote by hand are the large ones. */
function within(pairs: readonly Pair[]): Pair[] {
  let left = ALL_CHARS_MAX;
  const small = pairs.filter(({ before, after }) => {
    const size = (before?.text.length ?? 0) + after.text.length;
    const fits = size <= 2 * CHARS_MAX && after.text.length <= CHARS_MAX && size <= left;
    if (fits) left -= size;
    return fits;
  });
  return small.slice(0, FILES_MAX);
}

/** Whether a line stands more often after the change than before it, wherever it stood. */
function linesBrought(changes: readonly Change[]): (line: string) => boolean {
  const before = countsOf(changes.flatMap((change) => linesOf(change.before)));
  const after = countsOf(changes.flatMap((change) => linesOf(change.after)));
  return (line) => (after.get(line) ?? 0) > (before.get(line) ?? 0);
}

function newIn(
  path: string,
  text: string,
  before: readonly Lint[],
  after: readonly Lint[],
  brought: (line: string) => boolean,
): Finding[] {
  const lines = text.split("\n");
  const more = countsOf(after.map(keyOf));
  for (const [key, count] of countsOf(before.map(keyOf))) {
    more.set(key, (more.get(key) ?? 0) - count);
  }
  return after.flatMap((lint) => {
    const { rule, line, message } = lint;
    const key = keyOf(lint);
    const content = lines[line - 1]?.trim() ?? "";
    const left = more.get(key) ?? 0;
    // What no longer parses often shows far below the line that is to blame.
    if (left <= 0 || (rule !== SYNTAX && !brought(content))) return [];
    more.set(key, left - 1);
    return [
      {
        rule: rule.slice(0, RULE_CHARS),
        file: path.slice(0, PATH_CHARS),
        line,
        message: short(message),
        excerpt: short(content),
      },
    ];
  });
}

/** What is said, not where: the same words about a line that was moved are no news. */
function keyOf({ rule, message }: Lint): string {
  return rule === SYNTAX ? rule : `${rule} ${message}`;
}

function short(text: string): string {
  return masked(text).replaceAll(/\s+/g, " ").slice(0, TEXT_CHARS);
}
