import type { Line } from "@nightshift/projections/digest/terminal";
import { plain } from "@nightshift/projections/words/plain";
import { wrap } from "@nightshift/projections/words/wrap";
import type { ParkReason } from "@nightshift/protocol/task";
import { COLUMNS } from "./table.ts";

const QUESTION_CHARS_MAX = 500;

/**
 * What only the director can say; the command stands on a line of its own, whole, to be copied.
 * @param file The backlog that the task stands in while the log does not know it.
 */
export function questionLines(
  task: string,
  name: string,
  question: string,
  reason: ParkReason | null,
  file: string | null = null,
): Line[] {
  const text = plain(`- ${name}: ${question}`, QUESTION_CHARS_MAX);
  const answer = ANSWERS[reason ?? "no-success-condition"];
  const command =
    file === null ? `nightshift add --task ${task} ${answer}` : `answer below it in ${file}`;
  return [
    ...wrap(text, COLUMNS, "  ").map((part): Line => ({ tone: "ask", text: part })),
    { tone: "ask", text: `  ${command}` },
  ];
}

/** What to add, by why it was parked; as the digest says it. */
const ANSWERS: Record<ParkReason, string> = {
  "no-success-condition": '--success "<command>"',
  vague: '--text "…"',
  irreversible: '--text "…"',
  "missing-credentials": '--text "…"',
  "no-repository": "--repo <folder>",
};
