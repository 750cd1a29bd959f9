import type { Check } from "@nightshift/protocol/attempt";
import { endsInTheMiddle } from "./cut-off.ts";
import { secretsIn } from "./secrets.ts";

const WORDS_MIN = 40;

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
  const last = text.slice(text.lastIndexOf("\n") + 1).trim();
  if (/^(?:`{3,}|~{3,})$/.test(last)) return null;
  if (/^#{1,6}\s/.test(last)) return "it ends with a heading that nothing follows";
  if (/\[[^\]]*$|\]\([^)]*$|<[a-z][^>]*$/i.test(last)) return "its last link is open";
  if ((last.match(/(?<!\\)`/g) ?? []).length % 2 === 1) return "its last code span is open";
  if (last.startsWith("|")) return last.endsWith("|") ? null : "its last table row is open";
  if (/[,;(]$|\s(?:and|or|the|a|an|of|to|with|for|in|is|are|that|und|oder)$/i.test(last)) {
    return `it ends in the middle of a sentence: "${last.slice(-60)}"`;
  }
  const item = /^(?:[-*+]|\d+[.)])\s/.test(last);
  if (item || /[.!?:…)\]"'”’»`*_>|-]$|^\[[^\]]+\]:|https?:\S+$/.test(last)) return null;
  return `its last sentence has no end: "${last.slice(-60)}"`;
}

function check(name: string, kind: Check["kind"], faults: readonly string[], well: string): Check {
  const outcome = faults.length === 0 ? "pass" : "fail";
  return { name, kind, outcome, detail: (faults.join("; ") || well).slice(0, 2_000) };
}
