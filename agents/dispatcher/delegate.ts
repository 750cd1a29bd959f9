import { openCalls, type Answer } from "@nightshift/projections/open-calls";
import { Refusal } from "@nightshift/protocol/errors";
import {
  skills,
  type SkillInput,
  type SkillName,
  type SkillOutput,
} from "@nightshift/protocol/skills";
import type { Try } from "./attempt.ts";
import { settingsOf, type Night } from "./night.ts";

/** What a delegation is about; one that belongs to no attempt is never taken up again. */
export type Errand = { id: string; task: string; attempt: string | null; timeoutMs: number };

/**
 * Asks an agent for a step of an attempt. An answer that the log already has is the answer: after a
 * crash nothing is asked, done or paid twice.
 */
export async function ask<S extends SkillName>(
  night: Night,
  attempt: Try,
  to: string,
  skill: S,
  input: SkillInput<S>,
): Promise<SkillOutput<S>> {
  const known = await knownAnswer(night, attempt, skill);
  if (known !== null) {
    const answer = readAnswer(skill, await night.ports.blobs.get(known.blob));
    // A limit is no answer to keep: once the account is open again the question is asked again.
    if (!("status" in answer) || answer.status !== "limit") return answer;
  }
  const { callWallMs } = settingsOf(night);
  const id = `${attempt.id}-${roundOf(night, skill, known)}`;
  const errand = { id, task: attempt.task, attempt: attempt.id, timeoutMs: callWallMs };
  return delegate(night, errand, to, skill, input);
}

/** Names one run of a step: another after a restart, and another after each answer. */
export function roundOf(night: Night, skill: SkillName, known: Answer | null): string {
  return `${skill}-e${night.epoch}-${(known?.count ?? 0) + 1}`;
}

export async function knownAnswer(
  night: Night,
  attempt: Try,
  skill: SkillName,
): Promise<Answer | null> {
  const { views } = night.ports;
  await views.catchUp();
  return views.view(openCalls).answers.get(attempt.id)?.get(skill) ?? null;
}

function readAnswer<S extends SkillName>(skill: S, text: string): SkillOutput<S> {
  // The schema of a skill's output parses to that output; TypeScript cannot follow the index.
  return skills[skill].output.parse(JSON.parse(text)) as SkillOutput<S>;
}

/**
 * Asks an agent for a skill and records who asked whom for what (`call` stream). The answer comes
 * back as data; what it means for an attempt is another decision.
 * @throws Refusal, Unavailable as the bus does; the call is then finished as failed.
 */
export async function delegate<S extends SkillName>(
  night: Night,
  errand: Errand,
  to: string,
  skill: S,
  input: SkillInput<S>,
): Promise<SkillOutput<S>> {
  const { board, blobs, bus, clock, tell } = night.ports;
  const { id, task, attempt } = errand;
  const about = { correlation: task };
  const request = await blobs.put(JSON.stringify(input));
  const sent = { type: "call.send", from: "dispatcher", to, skill, task, attempt, request } as const;
  await board.handle("call", id, sent, about);
  const startMs = clock.now();
  const finish = (state: "completed" | "failed", answer: string | null, detail: string) =>
    board.handle(
      "call",
      id,
      {
        type: "call.finish",
        state,
        answer,
        detail: detail.slice(0, 1_000),
        durationMs: Math.max(0, clock.now() - startMs),
      },
      about,
    );
  try {
    const output = await bus.call(to, skill, input, {
      context: task,
      message: id,
      timeoutMs: errand.timeoutMs,
      signal: night.abort,
      onProgress: (text) => tell({ task, text: `${to}: ${text}`, tone: "quiet" }),
    });
    await finish("completed", await blobs.put(JSON.stringify(output)), "");
    return output;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    await finish("failed", null, error instanceof Refusal ? `${error.code}: ${detail}` : detail);
    throw error;
  }
}
