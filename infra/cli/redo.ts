import { reviews } from "@nightshift/projections/reviews";
import { BadInput } from "@nightshift/protocol/errors";
import { GUIDANCE_CHARS_MAX } from "@nightshift/protocol/guidance";
import { attemptId } from "@nightshift/protocol/ids";
import type { House } from "../house.ts";
import { findTask } from "./lookup.ts";
import { session } from "./session.ts";
import { printJson, tell } from "./terminal.ts";

/** `nightshift redo`: the task goes back to the backlog, and its next attempt is told the note. */
export function redo(word: string, { note, json }: { note: string; json?: boolean }) {
  return session(async (house) => {
    const text = note.trim();
    if (text === "" || text === "…") {
      throw new BadInput("an empty note helps nobody", "--note", "give one instruction");
    }
    if (text.length > GUIDANCE_CHARS_MAX) {
      const message = `${text.length} characters, at most ${GUIDANCE_CHARS_MAX}`;
      throw new BadInput(message, "--note", "say it in fewer words: long reviews had no effect");
    }
    const { task, name } = await findTask(house, word.replace(/-g\d+$/, ""));
    await again(house, task, text);
    if (json) printJson({ task, name, note: text });
    else tell("good", `${name} is done again, with your note: nightshift run`);
  });
}

/** @throws BadInput for what is in work, was merged and stands, or was cut into parts. */
async function again(house: House, task: string, note: string): Promise<void> {
  const board = house.board("director");
  const about = { correlation: task };
  const { state } = await board.load("task", task);
  if (state.status === "absent") throw new Error(`${task} is in a view and not in the log`);
  const { name } = state.spec;
  switch (state.status) {
    case "claimed":
      throw new BadInput("it is being worked on right now", name, "nightshift status");
    case "split":
      throw new BadInput("it was cut into parts: name one of them", name, "nightshift backlog");
    case "proposed":
    case "open":
    case "parked":
    case "returned": {
      if (state.critique === note || state.spec.text.endsWith(note)) return;
      const spec = { ...state.spec, text: `${state.spec.text}\n\n${note}`.trim() };
      await board.handle("task", task, { type: "task.amend", spec }, about);
      return;
    }
    case "completed":
      await mustNotStand(house, task, state.spec.repo, state.generation);
      await turnDown(house, attemptId(task, state.generation), note);
      break;
    case "refused":
    case "abandoned":
      break;
  }
  const reopen = { type: "task.reopen", by: "director", critique: note } as const;
  await board.handle("task", task, reopen, about);
}

/** What is on the target goes first; then it can be done better. */
async function mustNotStand(
  house: House,
  task: string,
  repo: string,
  generation: number,
): Promise<void> {
  const attempt = attemptId(task, generation);
  const { state } = await house.board("director").load("repo", repo);
  const outcome = state.status === "absent" ? undefined : state.outcomes.get(attempt);
  if (outcome?.status === "merged") {
    throw new BadInput("it was merged, and stands", task, `nightshift undo merge ${attempt}`);
  }
}

/** A review that waits is over; a request at a forge stays, for the next attempt to renew. */
async function turnDown(house: House, attempt: string, why: string): Promise<void> {
  if (!house.runner.view(reviews).has(attempt)) return;
  const command = { type: "review.reject", by: "director", why } as const;
  await house.board("director").handle("review", attempt, command);
}
