import type { Check, Hit } from "@nightshift/protocol/attempt";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { Change } from "./changes.ts";
import { isTest, languageOf } from "./languages.ts";
import type { Finding, Surroundings } from "./rules/finding.ts";
import { javascriptFindings } from "./rules/javascript.ts";
import { GO, OTHER_CODE, PYTHON, RUBY, SHELL } from "./rules/languages.ts";
import { manifestFindings, pathFindings } from "./rules/manifest.ts";
import { hostsIn } from "./rules/places.ts";
import { textFindings } from "./rules/text.ts";
import { masked } from "./secrets.ts";

const EXCERPT_CHARS = 200;
const HITS_MAX = 50;
const SCANNED_CHARS_MAX = 2_000_000;

/**
 * What the change breaks of the constitution (C24, D36): running text as code, shells, foreign
 * hosts, credentials, paths out of the project, things that run unasked. Only what the change adds
 * counts: a break that stood in the changed files before, even in another of them, is not the
 * author's. Comments, strings and prose break nothing; tests are held to the severe rules alone.
 */
export function constitutionCheck(
  changes: readonly Change[],
  spec: TaskSpec,
  hostsAllowed: readonly string[],
): { check: Check; hits: Hit[] } {
  const hosts = knownHosts(changes, spec, hostsAllowed);
  const large = changes.find(({ after }) => (after?.length ?? 0) > SCANNED_CHARS_MAX);
  if (large) {
    const detail = `${large.path} is too large to be read for the constitution`;
    return { check: { ...NAMED, outcome: "unverifiable", detail }, hits: [] };
  }
  const stood = new Map<string, number>();
  for (const { path, before } of changes) {
    if (before === null) continue;
    for (const finding of findingsIn(path, before, hosts)) count(stood, finding, 1);
  }
  const hits: Hit[] = [];
  for (const change of changes) {
    const { path, after } = change;
    const found = after === null ? [] : findingsIn(path, after, hosts);
    const added = found.filter((finding) => count(stood, finding, -1) < 0);
    hits.push(...[...pathFindings(change), ...added].map((finding) => hitOf(path, finding)));
  }
  const named = hits.slice(0, 10).map(({ rule, file, line }) => `${rule} at ${file}:${line}`);
  const detail = hits.length === 0 ? "nothing added breaks it" : named.join("; ");
  const outcome = hits.length === 0 ? "pass" : "fail";
  return {
    check: { ...NAMED, outcome, detail: detail.slice(0, 2_000) },
    hits: hits.slice(0, HITS_MAX),
  };
}

const NAMED = { name: "constitution", kind: "constitution" } as const;

function findingsIn(path: string, text: string, hosts: ReadonlySet<string>): Finding[] {
  const around: Surroundings = { path, hosts };
  const found = /(?:^|\/)package\.json$/.test(path)
    ? manifestFindings(text)
    : byLanguage(text, around);
  const held = isTest(path) ? found.filter(({ severe }) => severe) : found;
  // One break a rule and line: the widest construct of it, by which it is known again.
  const widest = new Map<string, Finding>();
  for (const finding of held) {
    const key = `${finding.rule}:${finding.line}`;
    const known = widest.get(key);
    if (!known || known.text.length < finding.text.length) widest.set(key, finding);
  }
  return [...widest.values()];
}

function byLanguage(text: string, around: Surroundings): Finding[] {
  const language = languageOf(around.path, text);
  switch (language) {
    case "javascript":
      return javascriptFindings(text, around);
    case "markup":
      return scriptFindings(text, around);
    case "python":
      return textFindings(text, language, PYTHON, around);
    case "go":
      return textFindings(text, language, GO, around);
    case "ruby":
      return textFindings(text, language, RUBY, around);
    case "shell":
      return textFindings(text, language, SHELL, around);
    case "other-code":
      return textFindings(text, language, OTHER_CODE, around);
    case "text":
      return [];
  }
}

/** Scripts inside a page or component, at the lines where they stand. */
function scriptFindings(text: string, around: Surroundings): Finding[] {
  return [...text.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi)].flatMap((match) => {
    const inside = match[2] ?? "";
    const above = text.slice(0, match.index + match[0].indexOf(">")).split("\n").length - 1;
    const path = /\blang=["']?tsx?\b/.test(match[1] ?? "") ? "script.ts" : "script.js";
    const found = javascriptFindings(inside, { ...around, path });
    return found.map(({ rule, line, text, severe }) => ({
      rule,
      line: line + above,
      text,
      severe,
    }));
  });
}

/** Hosts that the director's own task or the files as they stood name. */
function knownHosts(
  changes: readonly Change[],
  { text, title, source }: TaskSpec,
  allowed: readonly string[],
): ReadonlySet<string> {
  const trusted = source === "director" || source === "backlog-file" ? [title, text] : [];
  const before = changes.map((change) => change.before ?? "");
  return new Set([...allowed, ...[...trusted, ...before].flatMap(hostsIn)]);
}

function count(counts: Map<string, number>, { rule, text }: Finding, by: number): number {
  const key = `${rule}\n${text.replaceAll(/\s+/g, " ")}`;
  const now = (counts.get(key) ?? 0) + by;
  counts.set(key, now);
  return now;
}

function hitOf(file: string, { rule, line, text }: Finding): Hit {
  const excerpt = masked(text).replaceAll(/\s+/g, " ").slice(0, EXCERPT_CHARS);
  return { rule, file, line, excerpt };
}
