import type { TaskSpec } from "@nightshift/protocol/task";
import { withoutSize } from "./estimate.ts";
import { PARTS_MAX, type Part } from "./parts.ts";
import { identifiersOf } from "./sentences.ts";

/** A part is made this much smaller than the limit: an estimate is an estimate. */
const FILL_SHARE = 0.75;
const TITLE_CHARS_MAX = 170;

/**
 * Splits a task without a model: its list items, else the files it names, else its sentences, in
 * groups of the same size. Null where there is nothing to split it by.
 */
export function splitByRule(
  spec: TaskSpec,
  estimateTokens: number,
  limitTokens: number,
): Part[] | null {
  const { pieces, preface } = piecesOf(spec);
  if (pieces.length < 2) return null;
  const wanted = Math.ceil(estimateTokens / (limitTokens * FILL_SHARE));
  const count = Math.min(PARTS_MAX, pieces.length, Math.max(2, wanted));
  const each = Math.min(limitTokens, Math.ceil(estimateTokens / count));
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * pieces.length) / count);
    const to = Math.floor(((index + 1) * pieces.length) / count);
    const mine = pieces.slice(from, to).map((piece) => `- ${piece}`);
    const title = withoutSize(spec.title).slice(0, TITLE_CHARS_MAX).trim();
    return {
      title: `${title}: part ${index + 1} of ${count}`,
      text: [
        ...(preface === "" ? [] : [preface, ""]),
        `Do only this of it, about ${each} tokens:`,
        ...mine,
      ].join("\n"),
      success: [],
      scope: [],
    };
  });
}

const ITEM = /^\s*(?:[-*+•]|\d+[.)])\s+(.*\S)\s*$/;

function piecesOf({ title, text, success }: TaskSpec): { pieces: string[]; preface: string } {
  const lines = withoutSize(text).split("\n");
  const items = lines.flatMap((line) => ITEM.exec(line)?.[1] ?? []);
  const rest = lines
    .filter((line) => !ITEM.test(line))
    .join("\n")
    .trim();
  if (items.length > 1) return { pieces: items, preface: rest };
  const named = [...identifiersOf(`${title}\n${text}`).paths];
  const files = named.concat(success.flatMap((one) => (one.kind === "file" ? one.path : [])));
  const paths = [...new Set(files)].filter((path) => !path.endsWith("/"));
  if (paths.length > 1) return { pieces: paths, preface: rest };
  const sentences = rest.split(/(?<=[.!?;])\s+/).map((one) => one.trim());
  return { pieces: sentences.filter((one) => one !== ""), preface: "" };
}
