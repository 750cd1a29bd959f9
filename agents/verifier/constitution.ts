import type { Check, Hit } from "@nightshift/protocol/attempt";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { Change } from "./changes.ts";
import { Tangled } from "../source/source-tree.ts";
import { isTest } from "./languages.ts";
import type { Finding, Surroundings } from "./rules/finding.ts";
import { codeFindings } from "./rules/code.ts";
import { fileFindings } from "./rules/files/files.ts";
import { manifestFindings } from "./rules/files/manifest.ts";
import { pathFindings } from "./rules/files/run-unasked.ts";
import { hostsIn } from "./rules/places.ts";
import { masked } from "./secrets.ts";

const EXCERPT_CHARS = 200;
const HITS_MAX = 50;
const SCANNED_CHARS_MAX = 2_000_000;

/**
 * What the change breaks of the constitution (C24, D36): running text as code, shells, foreign
 * hosts, credentials, paths out of the project, things that run unasked. Only what the change adds
 * counts: a break that stood in the changed files before, even in another of them, is not the
 * author's. Comments, strings and prose break nothing; tests are held to the severe rules alone. A tag
 * `allow:<rule>` of a task that the director gave lets that rule be broken in it.
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
  const found = changes.flatMap((change) => {
    const { path, after } = change;
    const inText = after === null ? [] : findingsIn(path, after, hosts);
    return [{ change, inText }];
  });
  // What stood before is read only where there is something to hold it against.
  const stood = new Map<string, number>();
  for (const { path, before } of found.some(({ inText }) => inText.length > 0) ? changes : []) {
    if (before === null) continue;
    for (const finding of findingsIn(path, before, hosts)) count(stood, finding, 1);
  }
  const all = found.flatMap(({ change, inText }) => {
    const added = inText.filter((finding) => count(stood, finding, -1) < 0);
    return [...pathFindings(change), ...added].map((finding) => hitOf(change.path, finding));
  });
  const allowed = all.filter(({ rule }) => isAllowed(rule, spec));
  const hits = all.filter(({ rule }) => !isAllowed(rule, spec));
  const detail = hits[0] ? `${named(hits)}; ${wayIn(hits[0])}` : allowedText(allowed);
  const outcome = hits.length === 0 ? "pass" : "fail";
  return {
    check: { ...NAMED, outcome, detail: detail.slice(0, 2_000) },
    hits: hits.slice(0, HITS_MAX),
  };
}

const ALLOWS = "allow:";
const NAMED_MAX = 10;

/** A tag of the director's own task lets one rule be broken, in that task alone. */
function isAllowed(rule: string, { tags, source }: TaskSpec): boolean {
  return source === "director" && tags.includes(`${ALLOWS}${rule}`);
}

function wayIn({ rule }: Hit): string {
  return `to allow it once: nightshift add "<task>" --tag ${ALLOWS}${rule}`;
}

function allowedText(allowed: readonly Hit[]): string {
  return allowed.length === 0 ? "nothing added breaks it" : `the director allows ${named(allowed)}`;
}

function named(hits: readonly Hit[]): string {
  const places = hits.map(({ rule, file, line }) => `${rule} at ${file}:${line}`);
  return places.slice(0, NAMED_MAX).join("; ");
}

const NAMED = { name: "constitution", kind: "constitution" } as const;

function findingsIn(path: string, text: string, hosts: ReadonlySet<string>): Finding[] {
  const found = foundIn(text, { path, hosts });
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

/** A file too entangled to be read is a break itself: nothing passes because it was not seen. */
function foundIn(text: string, around: Surroundings): Finding[] {
  const { path } = around;
  try {
    return /(?:^|\/)package\.json$/.test(path)
      ? manifestFindings(text, around)
      : [...codeFindings(text, around), ...fileFindings(path, text)];
  } catch (error) {
    if (!(error instanceof Tangled)) throw error;
    return [{ rule: "unreadable", line: 1, text: error.message, severe: true }];
  }
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
