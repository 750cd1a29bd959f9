import type { AttemptState } from "@nightshift/blackboard/attempt";
import type { Line } from "@nightshift/projections/digest/terminal";
import { dollars, plain } from "@nightshift/projections/words/plain";
import { reachLines } from "@nightshift/projections/words/reach-words";
import { lintWords } from "@nightshift/projections/words/lint";
import { wrap } from "@nightshift/projections/words/wrap";
import { COLUMNS } from "./table.ts";

const CHECKS_MAX = 30;
const FILES_MAX = 40;
const LINE_CHARS_MAX = 600;

/** What is known of an attempt, the gate's reasons first: each line a fact, none a claim of its author. */
export function evidenceLines(state: AttemptState): Line[] {
  return [
    ...gateLines(state),
    ...scoreLines(state),
    ...checkLines(state),
    ...reviewLines(state),
    ...workLines(state),
  ];
}

function gateLines({ gated, end, stage }: AttemptState): Line[] {
  if (!gated) {
    if (end?.kind === "failed") return say("bad", `failed (${end.failure}): ${end.detail}`);
    return say("plain", `not judged; it is ${end?.kind ?? stage}`);
  }
  const tone =
    gated.decision === "accepted" ? "good" : gated.decision === "rejected" ? "bad" : "ask";
  const ended = end?.kind === "integrated" ? `, ${end.how} on ${end.where}` : "";
  return [
    ...say(tone, `${gated.decision} with ${gated.score.toFixed(1)}${ended}`),
    ...gated.reasons.flatMap(({ code, text }) => say("plain", `- ${text} (${code})`, "  ")),
  ];
}

function scoreLines({ assessed }: AttemptState): Line[] {
  if (!assessed) return [];
  const { heuristic, judge, blend, by, family, critique } = assessed;
  const scores = `heuristic ${heuristic.toFixed(1)}, judge ${judge.toFixed(1)}, together ${blend.toFixed(1)}`;
  return [
    ...say("plain", `Scores: ${scores}, by ${by} (${family})`),
    ...(critique.trim() === "" ? [] : say("plain", `Critique: ${critique}`, "  ")),
  ];
}

/** What no command shows: each with the reviewer's words, and the line that they rest on. */
function reviewLines({ assessed }: AttemptState): Line[] {
  if (!assessed?.reviewed) return [];
  const { model, family, checks } = assessed.reviewed;
  const who = model === null ? "nobody answered" : `read by ${model} (${family ?? "unknown"})`;
  return [
    ...say("plain", `Claims without a command, ${who}`),
    ...checks
      .slice(0, CHECKS_MAX)
      .flatMap(({ text, outcome, quote, detail }) => [
        ...say(TONES[outcome], `- ${outcome}: ${text}, ${detail}`, "  "),
        ...(quote === "" ? [] : say("quiet", `  it quotes: ${quote}`, "    ")),
      ]),
  ];
}

const TONES = { pass: "good", fail: "bad", unverifiable: "ask" } as const;

function checkLines({ verified }: AttemptState): Line[] {
  if (!verified) return [];
  const { checks, hits, reach, lint, verdict, by } = verified;
  return [
    ...say(TONES[verdict], `Evidence: ${verdict}, by ${by}`),
    ...checks.slice(0, CHECKS_MAX).flatMap(({ name, outcome, detail }) => {
      return say(
        TONES[outcome],
        `- ${outcome}: ${name}${detail === "" ? "" : `, ${detail}`}`,
        "  ",
      );
    }),
    ...reachLines(reach).flatMap((line) => say("plain", `- ${line}`, "  ")),
    ...hits.slice(0, CHECKS_MAX).flatMap(({ rule, file, line, excerpt }) => {
      return say("bad", `- ${rule} in ${file}:${line}: ${excerpt}`, "  ");
    }),
    ...(lint ? lintWords(lint) : []).flatMap((text) => say("plain", `- ${text}`, "  ")),
  ];
}

function workLines({ executed }: AttemptState): Line[] {
  if (!executed) return [];
  const { model, usage, costMicroUsd, costKind, files, sandboxed, stopReason } = executed;
  const tokens = `${usage.inputTokens} tokens in, ${usage.outputTokens} out`;
  const cost = `${dollars(costMicroUsd)} ${costKind}`;
  const where = sandboxed ? "in the sandbox" : "NOT in a sandbox";
  return [
    ...say("plain", `Work: ${model}, ${stopReason}, ${tokens}, ${cost}, ${where}`),
    ...files.slice(0, FILES_MAX).flatMap(({ path, status, addedLines, removedLines }) => {
      return say("plain", `- ${status} ${path} (+${addedLines} −${removedLines})`, "  ");
    }),
    ...(files.length > FILES_MAX
      ? say("quiet", `  and ${files.length - FILES_MAX} more files`)
      : []),
  ];
}

function say(tone: Line["tone"], text: string, indent = ""): Line[] {
  const line = plain(text, LINE_CHARS_MAX);
  return wrap(line, COLUMNS, indent).map((part) => ({ tone, text: part }));
}
