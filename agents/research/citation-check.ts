import type { Check } from "@nightshift/protocol/attempt";
import type { Web, WebPage } from "../web.ts";
import { citationsIn, type Citation } from "./citations.ts";
import { supportFor } from "./support.ts";

/** What became of one citation of a report when its page was fetched. */
export type Finding = Citation & {
  outcome: "supports" | "contradicts" | "says-nothing" | "unreachable" | "read";
  /** In a few words; a passage of the page where there is one. */
  why: string;
};

/** Pages that are fetched for one report, and how many at once. */
const PAGES_MAX = 20;
const AT_ONCE = 4;
const DETAIL_CHARS_MAX = 500;

/** Fetches every page that a report cites and holds each claim against what its page says (B19). */
export async function checkCitations(
  report: string,
  web: Web,
  signal: AbortSignal,
): Promise<Finding[]> {
  const citations = citationsIn(report);
  const urls = [...new Set(citations.map(({ url }) => withoutFragment(url)))].slice(0, PAGES_MAX);
  const pages = new Map<string, WebPage>();
  for (let at = 0; at < urls.length; at += AT_ONCE) {
    signal.throwIfAborted();
    const some = urls.slice(at, at + AT_ONCE);
    const read = await Promise.all(some.map((url) => web.read(url, { signal })));
    for (const [index, page] of read.entries()) pages.set(some[index] ?? "", page);
  }
  return citations.flatMap((citation) => {
    const page = pages.get(withoutFragment(citation.url));
    return page === undefined ? [] : [findingOf(citation, page)];
  });
}

function findingOf(citation: Citation, page: WebPage): Finding {
  if (page.status === "unreachable") return { ...citation, outcome: "unreachable", why: page.why };
  if (citation.claim === "") return { ...citation, outcome: "read", why: page.title };
  const { verdict, passage, why } = supportFor(citation.claim, `${page.title}\n${page.text}`);
  return { ...citation, outcome: verdict, why: passage === "" ? why : `${why}: “${passage}”` };
}

/** How much a source of each kind takes away: a claim against its source is the worst. */
const FAULT = {
  supports: 0,
  read: 0,
  "says-nothing": 0.5,
  unreachable: 1,
  contradicts: 1,
} as const;

/** Of a score above its lowest, what is left when every source is at fault. */
const LEFT_SHARE = 0.2;
/** Points that one unreachable or contradicting source costs at least, among however many. */
const ONE_FAULT_POINTS = 0.5;
const LOWEST = 1;

/**
 * A score after its sources were looked at: lower by the share of those at fault, and by half a
 * point at least where one cannot be reached or contradicts its claim.
 */
export function withFindings(score: number, findings: readonly Finding[]): number {
  const faults = findings.reduce((sum, { outcome }) => sum + FAULT[outcome], 0);
  if (faults === 0) return score;
  const share = faults / findings.length;
  const byShare = LOWEST + (score - LOWEST) * (1 - share * (1 - LEFT_SHARE));
  const isGrave = findings.some(({ outcome }) => FAULT[outcome] === 1);
  const lowered = Math.min(byShare, isGrave ? score - ONE_FAULT_POINTS : score);
  return Math.round(Math.max(LOWEST, Math.min(score, lowered)) * 100) / 100;
}

/** What judge and critique are told: each source at fault by its address, and that the rest holds. */
export function findingChecks(findings: readonly Finding[]): Check[] {
  const faulty = findings.filter(({ outcome }) => FAULT[outcome] > 0);
  const checks = faulty.map(({ url, claim, outcome, why }): Check => {
    const cited = claim === "" ? "" : `; it is cited for: ${claim}`;
    const detail = `${WORDS[outcome]} (${why})${cited}`.slice(0, DETAIL_CHARS_MAX);
    return { name: `source ${url}`.slice(0, 300), kind: "success", outcome: "fail", detail };
  });
  const sound = findings.length - faulty.length;
  if (sound === 0) return checks;
  const detail = `${sound} of ${findings.length} citations were fetched and stand`;
  return [...checks, { name: "sources", kind: "success", outcome: "pass", detail }];
}

const WORDS: Record<Finding["outcome"], string> = {
  supports: "supports it",
  read: "is there",
  "says-nothing": "says nothing of what it is cited for",
  unreachable: "cannot be reached",
  contradicts: "contradicts what it is cited for",
};

function withoutFragment(url: string): string {
  return url.replace(/#.*$/, "");
}
