import type { Check } from "@nightshift/protocol/attempt";
import { endsInTheMiddle } from "./cut-off.ts";
import { secretsIn } from "./secrets.ts";

const WORDS_MIN = 40;
/** Characters of a last line that are looked at. */
const LAST_CHARS = 500;

/** What can be shown of a report without judging it: it is there, has a shape, and has its end. */
export function reportChecks(report: string): Check[] {
  const words = report.split(/\s+/).filter((word) => word !== "").length;
  const headings = report.split("\n").filter((line) => /^#{1,6}\s+\S/.test(line)).length;
  const thin = [
    ...(words < WORDS_MIN ? [`${words} words, at least ${WORDS_MIN} are asked`] : []),
    ...(headings === 0 ? ["no heading"] : []),
  ];
  const cut = reportCutOff(report);
  const secrets = secretsIn(report).map(({ what, line }) => `line ${line} holds a ${what}`);
  return [
    check("report", "success", thin, `${words} words under ${headings} headings`),
    check("report is whole", "truncation", cut === null ? [] : [cut], "it has its end"),
    check("no secrets", "secret", secrets, "no secret is in it"),
  ];
}

/** Why a report in Markdown does not end where one would end it, or null. */
export function reportCutOff(report: string): string | null {
  const text = report.trimEnd();
  const fence = endsInTheMiddle("report.md", text);
  if (fence !== null) return fence;
  const lines = text.split("\n").map((line) => line.trim());
  const last = (lines.at(-1) ?? "").slice(-LAST_CHARS);
  const open = openAtTheEnd(last);
  if (open !== null) return open;
  if (/[ \t]$/.test(report)) return "it ends between two words";
  if (/^(?:`{3,}|~{3,})$/.test(last) || ENDED.test(last)) return null;
  if (ITEM.test(last)) return unlikeItsList(lines) ? "its last list item has no end" : null;
  // A word or two under a heading are an answer, not the beginning of a sentence.
  const short = last.split(/\s+/).length <= 3 && /^(?:#{1,6}\s.*)?$/.test(lines.at(-2) ?? "");
  return short ? null : `its last sentence has no end: "${last.slice(-60)}"`;
}

const ENDED = /[.!?:…)\]"'”’»`*_>|-]$|^\[[^\]]+\]:|https?:\S+$/;
const ITEM = /^(?:[-*+]|\d+[.)])\s/;
const GOES_ON = /[,;(]$|\s(?:and|or|the|a|an|of|to|with|for|in|is|are|that|und|oder)$/i;

function openAtTheEnd(last: string): string | null {
  if (/^#{1,6}\s/.test(last)) return "it ends with a heading that nothing follows";
  if (/\[[^\]]*$|\]\([^)]*$|<[a-z][^>]*$/i.test(last)) return "its last link is open";
  if ((last.match(/(?<!\\)`/g)?.length ?? 0) % 2 === 1 && !/^`{3,}$/.test(last)) {
    return "its last code span is open";
  }
  if ((last.match(/\*\*/g)?.length ?? 0) % 2 === 1) return "its last emphasis is open";
  if (last.startsWith("|") && !last.endsWith("|")) return "its last table row is open";
  if (!GOES_ON.test(last)) return null;
  return `it ends in the middle of a sentence: "${last.slice(-60)}"`;
}

/** Whether the other items of the list end as sentences do, and the last one does not. */
function unlikeItsList(lines: readonly string[]): boolean {
  const items: string[] = [];
  for (const line of lines.slice(0, -1).toReversed()) {
    if (!ITEM.test(line)) break;
    items.push(line);
  }
  return items.length > 0 && items.every((item) => /[.!?]$/.test(item));
}

function check(name: string, kind: Check["kind"], faults: readonly string[], well: string): Check {
  const outcome = faults.length === 0 ? "pass" : "fail";
  return { name, kind, outcome, detail: (faults.join("; ") || well).slice(0, 2_000) };
}
