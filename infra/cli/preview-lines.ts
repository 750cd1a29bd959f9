import type { Line } from "@nightshift/projections/digest/terminal";
import { count, plain } from "@nightshift/projections/words/plain";
import { wrap } from "@nightshift/projections/words/wrap";
import type { Preview } from "./preview.ts";
import { questionLines } from "./question.ts";
import { COLUMNS } from "./table.ts";

const TEXT_CHARS_MAX = 500;

/**
 * Which tasks will not run tonight, why, and the question that would admit each.
 * @param fileOf The backlog that a task stands in while the log does not know it.
 */
export function notTonight(
  previews: readonly Preview[],
  fileOf: (task: string) => string | null = () => null,
): Line[] {
  const left = previews.filter(({ decision }) => decision !== "admit");
  if (left.length === 0) return [];
  return [
    { tone: "title", text: `Not tonight (${left.length})` },
    ...left.flatMap((one) => {
      if (one.decision === "park")
        return questionLines(one.task, one.name, one.question, one.reason, fileOf(one.task));
      if (one.decision === "admit") return [];
      const text = `- ${one.name}: ${WORDS[one.reason]}: ${one.evidence.join("; ")}`;
      return wrap(plain(text, TEXT_CHARS_MAX), COLUMNS, "  ").map((part): Line => ({
        tone: "plain",
        text: part,
      }));
    }),
  ];
}

/** In one line: how many of the tasks would run. */
export function tonight(previews: readonly Preview[]): Line[] {
  const ready = previews.filter(({ decision }) => decision === "admit");
  if (ready.length === 0) return [];
  return [{ tone: "good", text: `${count(ready.length, "task")} can run tonight.` }];
}

const WORDS = { "already-done": "done already", duplicate: "the same as another" } as const;
