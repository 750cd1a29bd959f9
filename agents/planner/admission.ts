import type { ParkReason, TaskSpec } from "@nightshift/protocol/task";
import { conditionExample, stemOf } from "./condition-example.ts";
import { identifiersOf, sentencesOf } from "./sentences.ts";
import { CREDENTIALS, EMPTY_WORDS, OPEN_ENDED } from "./words.ts";
import { irreversibleCommand, irreversibleEffect } from "./irreversible.ts";

export type Parked = { reason: ParkReason; question: string };

const QUESTION_CHARS_MAX = 500;
/** An open-ended wish needs this many words that say what it is about. */
const OPEN_ENDED_WORDS_MIN = 3;

/**
 * The rules of admission (E1, E7–E11, E19), without a model: what parks a task, with the question
 * whose answer would admit it, or null.
 * @param paths Tracked paths of the repository: a word that names one is something to hold on to.
 */
export function admission(spec: TaskSpec, repo: Repo): Parked | null {
  const found = irreversible(spec) ?? credentials(spec, repo) ?? vague(spec, repo);
  return found ?? unverifiable(spec, repo);
}

type Repo = { testCommand: string; paths: readonly string[] };

function irreversible(spec: TaskSpec): Parked | null {
  const effect = irreversibleEffect(`${spec.title}\n${spec.text}`);
  const command = spec.success
    .flatMap((one) => (one.kind === "command" ? one.command : []))
    .find(irreversibleCommand);
  if (effect === null && command === undefined) return null;
  const what = effect
    ? `"${effect.sentence}" ${effect.what}, which no revert takes back.`
    : `The condition \`${command}\` has effects that no revert takes back.`;
  return parked(
    "irreversible",
    `${what} May the task end with a change in the repository instead, such as a script that you run, with a condition like \`${safeExample(spec)}\`?`,
  );
}

function safeExample({ success }: TaskSpec): string {
  const command = success.find(
    (one) => one.kind === "command" && !irreversibleCommand(one.command),
  );
  return command?.kind === "command" ? command.command : "npm publish --dry-run";
}

/** Uses of a credential, not code about credentials. */
const NEEDS_CREDENTIAL = new RegExp(
  String.raw`\b(?:(?:using|use|with|via)\s+(?:the|our|my|your|real|live|production|prod|staging)|needs?|requires?|get|obtain|log\s?in\s+(?:to|with)|sign\s?in\s+(?:to|with)|fetch\s+(?:the|our|my))\s+(?:[\w-]+\s+){0,3}?(?:${CREDENTIALS.join("|")})\b(?!\s+(?:field|form|parser|type|check|validation|format|rotation|module|class|header|input|page|length|test|error)s?\b)`,
);
const SIGNS_IN =
  /^(?:please\s+)?(?:log|sign)\s?in\s+(?:to|at|on)\s+(?:the\s+|our\s+|my\s+)?(?:[\w-]+\s+){0,2}(?:dashboard|console|account|portal|admin|server|production|site|aws|gcp|azure|stripe|github|gitlab)\b/;
/** Whose first word says that the sentence is about code that handles credentials. */
const ABOUT_CODE =
  /^(?:please\s+)?(?:add|document|describe|explain|fix|handle|hash|implement|mask|mock|parse|redact|refactor|refuse|reject|remove|rename|report|show|stub|support|test|throw|validate|verify|warn|write|let|make|allow)\b/;

function credentials(spec: TaskSpec, repo: Repo): Parked | null {
  const needy = sentencesOf(`${spec.title}\n${spec.text}`).find(
    (sentence) =>
      SIGNS_IN.test(sentence) || (NEEDS_CREDENTIAL.test(sentence) && !ABOUT_CODE.test(sentence)),
  );
  if (needy === undefined) return null;
  return parked(
    "missing-credentials",
    `"${needy}" needs a credential that no worker is given. Can the task be done against a recorded answer or a stand-in, with a condition such as \`${conditionExample(spec, repo)}\`?`,
  );
}

function vague(spec: TaskSpec, repo: Repo): Parked | null {
  const text = `${spec.title}\n${spec.text}`;
  const { symbols, paths: named } = identifiersOf(text);
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'-]*/gu));
  const telling = [...words].filter((word) => word.length > 2 && !EMPTY_WORDS.has(word));
  const stems = new Set(repo.paths.map((path) => stemOf(path)));
  const anchored =
    symbols.size + named.size > 0 ||
    /["“`].+["”`]|\b[A-Z]{4,}\b/.test(text) ||
    telling.some((word) => stems.has(word));
  if (anchored) return null;
  const open = OPEN_ENDED.some((phrase) => new RegExp(String.raw`\b${phrase}\b`, "i").test(text));
  if (telling.length >= (open ? OPEN_ENDED_WORDS_MIN : 1)) return null;
  return parked(
    "vague",
    `Which file or function is "${spec.title}" about, and what should it do that it does not do now? Say it with a condition, such as: \`${conditionExample(spec, repo)}\` exits with 0.`,
  );
}

/** Commands that succeed whatever is done show nothing. */
const SHOWS_NOTHING = /^\s*(?:true|:|exit 0|echo\b[^&|;>]*|sleep \d+|pwd|date|ls)?\s*$/;

function unverifiable(spec: TaskSpec, repo: Repo): Parked | null {
  if (spec.output !== "code") return null;
  const shown = spec.success.filter(
    (one) => one.kind === "file" || !SHOWS_NOTHING.test(one.command),
  );
  if (shown.length > 0) return null;
  return parked(
    "no-success-condition",
    `How can anyone tell that "${spec.title}" is done? Name a command that exits with 0 only then, such as \`${conditionExample(spec, repo)}\`, or a file that exists only then.`,
  );
}

function parked(reason: ParkReason, question: string): Parked {
  return { reason, question: question.slice(0, QUESTION_CHARS_MAX) };
}
