import type { TaskSpec } from "@nightshift/protocol/task";
import { anyOf, oneOf } from "../verifier/any-of.ts";
import { reportCutOff } from "../verifier/report.ts";
import { bounded, scored, type Breakdown, type Part } from "./breakdown.ts";

const FILLER = anyOf(
  [
    /\bas an AI\b|\blorem ipsum\b|\bTODO\b|\bTBD\b|\[(?:insert|placeholder|your)\b/,
    /\bit is important to note\b|\bin today's (?:fast-paced )?world\b/,
    /\bI (?:cannot|can't|was unable to)\b/,
  ],
  "gi",
);
const CLOSING = oneOf(`conclusions? summary recommendations? next\\s+steps decision verdict findings
  answer`);
const CONCLUDES = new RegExp(String.raw`^#{1,6}\s.*\b${CLOSING}\b`, "im");
const WORDS_FEW = 60;
const WORDS_ENOUGH = 700;
const WORDS_MANY = 5_000;
const CONCRETE_PER_100_WORDS = 5;

/**
 * What can be measured of a report (B6, C20): substance, structure, whether it speaks of its task,
 * how concrete it is, sources, a conclusion, an end. Length alone earns little.
 * @returns 1 to 9.5; the parts say where it comes from.
 */
export function reportHeuristics(
  report: string,
  spec: Pick<TaskSpec, "title" | "text" | "output">,
  truncated: boolean,
): Breakdown {
  const words = report.split(/\s+/).filter((word) => /\w/.test(word)).length;
  const cut = reportCutOff(report);
  const filler = report.match(FILLER)?.length ?? 0;
  const parts = [
    substance(words),
    structure(report, words),
    onTask(report, spec),
    concrete(report, words),
    sources(report, spec.output === "research"),
    {
      name: "concluded",
      weight: 1,
      share: CONCLUDES.test(report) ? 1 : 0.2,
      note: CONCLUDES.test(report) ? "it concludes" : "no conclusion",
    },
    { name: "whole", weight: 1.5, share: cut === null ? 1 : 0, note: cut ?? "it has its end" },
    { name: "plain", weight: 1, share: 1 - 0.3 * filler, note: `${filler} empty phrases` },
  ].filter((part) => part !== null);
  const whole = bounded(words / WORDS_FEW) * (cut === null ? 1 : 0.5) * bounded(1 - 0.1 * filler);
  return scored(parts, whole, truncated);
}

function substance(words: number): Part {
  const grown = Math.log(Math.max(1, words) / WORDS_FEW) / Math.log(WORDS_ENOUGH / WORDS_FEW);
  const over = Math.max(0, words - WORDS_MANY) / WORDS_MANY;
  return { name: "substance", weight: 2, share: grown - over, note: `${words} words` };
}

function structure(report: string, words: number): Part {
  const headings = report.match(/^#{1,6}\s+\S/gm)?.length ?? 0;
  const lists = report.match(/^\s*(?:[-*+]|\d+[.)])\s+\S/gm)?.length ?? 0;
  const wanted = Math.max(2, words / 250);
  const share = 0.75 * bounded(headings / wanted) + 0.25 * bounded(lists / 3);
  return {
    name: "structure",
    weight: 1.5,
    share,
    note: `${headings} headings, ${lists} list items`,
  };
}

/** The share of the task's own words that the report uses. */
function onTask(report: string, { title, text }: Pick<TaskSpec, "title" | "text">): Part | null {
  const asked = new Set(`${title} ${text}`.toLowerCase().match(/[a-z][a-z0-9-]{4,}/g));
  if (asked.size === 0) return null;
  const said = report.toLowerCase();
  const used = [...asked].filter((word) => said.includes(word.slice(0, 8))).length;
  const note = `${used} of ${asked.size} words of the task`;
  return { name: "on task", weight: 2.5, share: (1.3 * used) / asked.size, note };
}

/** Numbers, names in code, paths, quotes and links: what a reader can check. */
function concrete(report: string, words: number): Part {
  const found =
    report.match(/`[^`\n]{1,200}`|\b\d[\d.,]*\b|\b[\w-]{1,60}\/[\w./-]+|\]\(\S{1,500}?\)|^```/gm)
      ?.length ?? 0;
  const share = (100 * found) / Math.max(1, words) / CONCRETE_PER_100_WORDS;
  return { name: "concrete", weight: 2, share, note: `${found} things one can check` };
}

function sources(report: string, asked: boolean): Part | null {
  const links = [
    ...report.matchAll(/\]\(([^)\s]{0,500})\)|(?<!\()\b(https?:\/\/[^\s)>\]]{1,500})/g),
  ].map((match) => match[1] ?? match[2] ?? "");
  if (links.length === 0 && !asked) return null;
  const sound = new Set(
    links.filter((link) => link !== "" && !/example\.(?:com|org)|^#$/.test(link)),
  );
  const wanted = asked ? 4 : 1;
  const share =
    bounded(sound.size / wanted) * bounded(sound.size / Math.max(1, links.length) + 0.3);
  return {
    name: "sources",
    weight: asked ? 2 : 0.5,
    share,
    note: `${sound.size} different sources`,
  };
}
