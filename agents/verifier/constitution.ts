import type { Check, Hit } from "@nightshift/protocol/attempt";
import type { TaskSpec } from "@nightshift/protocol/task";
import { addedBreaks } from "./added-breaks.ts";
import type { Change } from "./changes.ts";
import type { RuleReader } from "./rule-reader.ts";
import type { Finding } from "./rules/finding.ts";
import { pathFindings } from "./rules/files/run-unasked.ts";
import { hostsIn } from "./rules/places.ts";
import { masked } from "./secrets.ts";

const EXCERPT_CHARS = 200;
const HITS_MAX = 50;
const SCANNED_CHARS_MAX = 2_000_000;

type Ways = { hostsAllowed: readonly string[]; reader: RuleReader; signal: AbortSignal };

/**
 * What the change breaks of the constitution (C24, D36): running text as code, shells, foreign
 * hosts, credentials, paths out of the project, things that run unasked. Only what the change adds
 * counts: a break that stood in the changed files before, even in another of them, is not the
 * author's. Comments, strings and prose break nothing; tests are held to the severe rules alone. A tag
 * `allow:<rule>` of a task that the director gave lets that rule be broken in it.
 * @throws As the reader does: when the signal is aborted, or the house is closed.
 */
export async function constitutionCheck(
  changes: readonly Change[],
  spec: TaskSpec,
  { hostsAllowed, reader, signal }: Ways,
): Promise<{ check: Check; hits: Hit[] }> {
  const hosts = knownHosts(changes, spec, hostsAllowed);
  const large = changes.find(({ after }) => (after?.length ?? 0) > SCANNED_CHARS_MAX);
  if (large) {
    const detail = `${large.path} is too large to be read for the constitution`;
    return { check: { ...NAMED, outcome: "unverifiable", detail }, hits: [] };
  }
  const added = await addedBreaks(changes, reader, { hosts, signal });
  const all = changes.flatMap((change) => {
    const findings = [...pathFindings(change), ...(added.get(change.path) ?? [])];
    return findings.map((finding) => hitOf(change.path, finding));
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

function hitOf(file: string, { rule, line, text }: Finding): Hit {
  const excerpt = masked(text).replaceAll(/\s+/g, " ").slice(0, EXCERPT_CHARS);
  return { rule, file, line, excerpt };
}
