import { readMentorReply } from "@nightshift/agents/assessor/mentor-reply";
import { learning } from "@nightshift/projections/learning";
import { DAY_MS } from "@nightshift/protocol/clock";
import { BadInput, Refusal } from "@nightshift/protocol/errors";
import { GUIDANCE_CHARS_MAX } from "@nightshift/protocol/guidance";
import { nameId } from "@nightshift/protocol/ids";
import { findAttempt } from "./cli/lookup.ts";
import type { House } from "./house.ts";
import { settingsFor } from "./night-plan.ts";

/** What became of a mentor's reply; problems name the line, and keep nothing else from counting. */
export type Mentored = {
  graded: { attempt: string; score: number }[];
  guided: { category: string; text: string }[];
  problems: { line: number; text: string }[];
};

/**
 * Takes a mentor's reply to a digest into the log: grades, which judges are calibrated by, and
 * guidance, which the next prompts of the category end with (B11, B12). A reply that is taken in
 * twice counts once.
 * @param by Who wrote it, as the log should name them.
 */
export async function takeReply(house: House, text: string, by: string): Promise<Mentored> {
  const { remarks, problems } = readMentorReply(text);
  const done: Mentored = { graded: [], guided: [], problems: [...problems] };
  for (const { about, score, instruction, line } of remarks) {
    try {
      const attempt = about.kind === "work" ? await findAttempt(house, about.name) : null;
      if (attempt !== null && score !== null) {
        await gradeAttempt(house, attempt, { by, score, note: instruction ?? "" });
        done.graded.push({ attempt, score });
      }
      if (instruction === null) continue;
      const category = attempt === null ? about.name : await categoryOf(house, attempt);
      await guide(house, category, instruction, by);
      done.guided.push({ category, text: instruction });
    } catch (error) {
      if (!(error instanceof BadInput) && !(error instanceof Refusal)) throw error;
      done.problems.push({ line, text: `${about.name}: ${error.message}` });
    }
  }
  done.problems.sort((a, b) => a.line - b.line);
  return done;
}

/** @throws Refusal where the attempt was never judged. */
export async function gradeAttempt(
  house: House,
  attempt: string,
  { by, score, note }: { by: string; score: number; note: string },
): Promise<void> {
  const board = house.board(by);
  const { state } = await board.load("attempt", attempt);
  const command = {
    type: "attempt.grade",
    by,
    score,
    note: note.slice(0, NOTE_CHARS_MAX),
  } as const;
  const about = state.started ? { correlation: state.started.task } : {};
  await board.handle("attempt", attempt, { ...command, generation: state.generation }, about);
}

const NOTE_CHARS_MAX = 2_000;

/** @throws BadInput where it is longer than prompts heed: long reviews had no effect (C29). */
async function guide(house: House, category: string, text: string, by: string): Promise<void> {
  if (text.length > GUIDANCE_CHARS_MAX) {
    const message = `${text.length} characters of instruction, at most ${GUIDANCE_CHARS_MAX}`;
    throw new BadInput(message, category, "say it in fewer words");
  }
  const now = house.clock.now();
  await house.runner.catchUp();
  const given = house.runner.view(learning).guidance.get(category) ?? [];
  if (given.some((known) => known.text === text && known.expiresAtMs > now)) return;
  const expiresAtMs = now + settingsFor(house.config).guidanceDays * DAY_MS;
  const command = { type: "guidance.give", category, text, by, expiresAtMs } as const;
  await house.board(by).handle("guidance", nameId(category), command);
}

async function categoryOf(house: House, attempt: string): Promise<string> {
  const { state } = await house.board("director").load("attempt", attempt);
  if (!state.started) throw new BadInput("it was never tried", attempt, "nightshift backlog");
  return state.started.category;
}
