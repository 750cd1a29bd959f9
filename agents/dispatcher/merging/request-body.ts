import type { AttemptState } from "@nightshift/blackboard/attempt";
import { markdown } from "@nightshift/projections/words/markdown";
import { dollars, plain } from "@nightshift/projections/words/plain";
import { reachLines } from "@nightshift/projections/words/reach-words";
import type { TaskSpec } from "@nightshift/protocol/task";

const TITLE_CHARS_MAX = 120;
const CHECKS_MAX = 20;
const FILES_MAX = 20;
const WORDS_CHARS_MAX = 1_500;

/** Under which it is known again that Night Shift itself wrote something. */
export const SIGNATURE = "Night Shift, attempt";

/** One line, as the director named the task. */
export function requestTitle({ name, title }: TaskSpec): string {
  return plain(`${name}: ${title}`, TITLE_CHARS_MAX);
}

/**
 * What whoever reviews has to know: score, evidence, cost, and the judge's words. All that agents
 * wrote is escaped, so that it mentions nobody and closes nothing (I11).
 */
export function requestBody(attempt: string, spec: TaskSpec, state: AttemptState): string {
  const { gated, assessed, executed, verified } = state;
  const told = [
    markdown(spec.text === "" ? spec.title : spec.text),
    "",
    "| | |",
    "| --- | --- |",
    ...row("Score", gated && `${gated.score.toFixed(1)} of 10`),
    ...row(
      "Heuristic, judge",
      assessed && `${fixed(assessed.heuristic)}, ${fixed(assessed.judge)}`,
    ),
    ...row("Judged by", assessed && `${assessed.by} (${assessed.family})`),
    ...row("Written by", executed && `${executed.model} (${executed.family})`),
    ...row("Cost", executed && `${dollars(executed.costMicroUsd)}, ${executed.costKind}`),
    ...row("Evidence", verified && verified.verdict),
    ...row("Waits because", gated && gated.reasons.map(({ text }) => text).join("; ")),
    "",
    ...section(
      "Checks",
      [
        ...reachLines(verified?.reach),
        ...(verified?.checks ?? []).map(({ name, outcome, detail }) => {
          return `${outcome}: ${name}${detail === "" ? "" : `: ${detail}`}`;
        }),
      ],
      CHECKS_MAX,
    ),
    ...section(
      "Read by a reviewer",
      (assessed?.reviewed?.checks ?? []).map(({ text, outcome, detail }) => {
        return `${outcome}: ${text}: ${detail}`;
      }),
      CHECKS_MAX,
    ),
    ...section(
      "Files",
      (executed?.files ?? []).map(({ path, status, addedLines, removedLines }) => {
        return `${path} (${status}, +${addedLines} -${removedLines})`;
      }),
      FILES_MAX,
    ),
    ...section("The judge says", assessed?.critique ? [assessed.critique] : [], 1),
    `${SIGNATURE} ${attempt}. \`nightshift review ${attempt}\` shows all there is to know.`,
  ];
  return `${told.join("\n")}\n`;
}

function fixed(score: number): string {
  return score.toFixed(1);
}

function row(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`| ${name} | ${markdown(value)} |`];
}

function section(title: string, lines: readonly string[], max: number): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, max).map((line) => `- ${markdown(line.slice(0, WORDS_CHARS_MAX))}`);
  const left = lines.length - shown.length;
  return [`**${title}**`, "", ...shown, ...(left > 0 ? [`- and ${left} more`] : []), ""];
}
