import { openCalls } from "@nightshift/projections/open-calls";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import {
  skills,
  type SkillInput,
  type SkillName,
  type SkillOutput,
} from "@nightshift/protocol/skills";
import type { Try } from "./attempt.ts";
import { mustLead } from "./leading.ts";
import { settingsOf, type Night } from "./night.ts";
import { NoAnswer } from "./no-answer.ts";

/** What a delegation is about; one that belongs to no attempt is never taken up again. */
export type Errand = {
  id: string;
  task: string;
  attempt: string | null;
  /** What people call it: stands before each note of progress. */
  name: string;
  timeoutMs: number;
};

/**
 * Asks an agent for a step of an attempt. An answer that the log already has is the answer: after a
 * crash nothing is asked, done or paid twice.
 * @throws NoAnswer as `delegate` does.
 */
export async function ask<S extends SkillName>(
  night: Night,
  attempt: Try,
  to: string,
  skill: S,
  input: SkillInput<S>,
): Promise<SkillOutput<S>> {
  const known = await knownAnswer(night, attempt, skill);
  if (known !== null && !isLimit(known)) return known;
  const errand = {
    id: `${attempt.id}-${roundOf(night, attempt, skill)}`,
    task: attempt.task,
    attempt: attempt.id,
    name: attempt.spec.name,
    timeoutMs: settingsOf(night).callWallMs,
  };
  return delegate(night, errand, to, skill, input);
}

/** A limit is no answer to keep: once the account is open again the question is asked again. */
export function isLimit(answer: SkillOutput<SkillName>): boolean {
  return "status" in answer && answer.status === "limit";
}

/** Names one run of a step: another after a restart, and another after each answer. */
export function roundOf(night: Night, attempt: Try, skill: SkillName): string {
  return `${skill}-e${night.epoch}-${answersTo(night, attempt, skill) + 1}`;
}

/** How often a step of an attempt has been answered; a limit is an answer too. */
export function answersTo({ ports }: Night, attempt: Try, skill: SkillName): number {
  return ports.views.view(openCalls).answers.get(attempt.id)?.get(skill)?.count ?? 0;
}

/** The latest answer that the log has to a step of an attempt, as it was given. */
export async function knownAnswer<S extends SkillName>(
  night: Night,
  attempt: Try,
  skill: S,
): Promise<SkillOutput<S> | null> {
  const { blobs, views } = night.ports;
  await views.catchUp();
  const known = views.view(openCalls).answers.get(attempt.id)?.get(skill);
  if (known === undefined) return null;
  // The schema of a skill's output parses to that output; TypeScript cannot follow the index.
  return skills[skill].output.parse(JSON.parse(await blobs.get(known.blob))) as SkillOutput<S>;
}

/**
 * Asks an agent for a skill and records who asked whom for what (`call` stream). The answer comes
 * back as data; what it means for an attempt is another decision.
 * @throws NoAnswer where the bus brings none; the call is then finished as failed.
 */
export async function delegate<S extends SkillName>(
  night: Night,
  errand: Errand,
  to: string,
  skill: S,
  input: SkillInput<S>,
): Promise<SkillOutput<S>> {
  const { board, blobs, clock } = night.ports;
  const { id, task, attempt } = errand;
  const about = { correlation: task };
  const request = await blobs.put(JSON.stringify(input));
  const sent = {
    type: "call.send",
    from: "dispatcher",
    to,
    skill,
    task,
    attempt,
    request,
  } as const;
  await board.handle("call", id, sent, about);
  const startMs = clock.now();
  const finish = async (state: "completed" | "failed", answer: string | null, detail: string) => {
    const durationMs = Math.max(0, clock.now() - startMs);
    const finished = { state, answer, detail: detail.slice(0, 1_000), durationMs };
    try {
      await board.handle("call", id, { type: "call.finish", ...finished }, about);
    } catch (error) {
      // Whoever leads now may have closed it: then this night is over.
      await mustLead(night);
      throw error;
    }
  };
  const output = await answerOf(night, errand, to, skill, input).catch(async (error: unknown) => {
    if (!(error instanceof Refusal) && !(error instanceof Unavailable)) throw error;
    const detail = error instanceof Refusal ? `${error.code}: ${error.message}` : error.message;
    await finish("failed", null, detail);
    throw new NoAnswer(detail, { cause: error });
  });
  await finish("completed", await blobs.put(JSON.stringify(output)), "");
  return output;
}

async function answerOf<S extends SkillName>(
  night: Night,
  { id, task, name, timeoutMs }: Errand,
  to: string,
  skill: S,
  input: SkillInput<S>,
): Promise<SkillOutput<S>> {
  const { ports, abort } = night;
  // The call is in the log by now: whoever leads next either sees it, or is seen here.
  await mustLead(night);
  return ports.bus.call(to, skill, input, {
    context: task,
    message: id,
    timeoutMs,
    signal: abort,
    onProgress: (text) => ports.tell({ task, text: `${name} ${to}: ${text}`, tone: "quiet" }),
  });
}
