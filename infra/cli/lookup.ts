import { BadInput } from "@nightshift/protocol/errors";
import { attemptId } from "@nightshift/protocol/ids";
import type { ProgressRow } from "@nightshift/projections/progress";
import { reviews, type OpenReview } from "@nightshift/projections/reviews";
import { everyTask } from "../history.ts";
import type { House } from "../house.ts";

/** Candidates that are listed where a name fits several tasks. */
const CHOICES_MAX = 5;

export type FoundTask = ProgressRow & { task: string };

/**
 * A task by its id, or by its name as the director writes it.
 * @throws BadInput where there is none, or where the name fits tasks of several repositories.
 */
export async function findTask(house: House, word: string): Promise<FoundTask> {
  const tasks = await everyTask(house);
  const known = tasks.get(word);
  if (known) return { task: word, ...known };
  const wanted = word.toLowerCase();
  const found = [...tasks].filter(([, { name }]) => name.toLowerCase() === wanted);
  const [first, second] = found;
  if (!first) throw new BadInput("there is no such task", word, "nightshift backlog");
  if (!second) return { task: first[0], ...first[1] };
  const ids = found.slice(0, CHOICES_MAX).map(([id]) => id);
  throw new BadInput("several tasks are called so", word, `name one by its id: ${ids.join(" ")}`);
}

/**
 * What waits for the director, by the attempt's id or the name of its task.
 * @throws BadInput where nothing waits under that name.
 */
export async function findReview(
  house: House,
  word: string,
): Promise<OpenReview & { attempt: string }> {
  const open = house.runner.view(reviews);
  const known = open.get(word);
  if (known) return { attempt: word, ...known };
  const task = await findTask(house, word).catch((error: unknown) => {
    if (error instanceof BadInput) return null;
    throw error;
  });
  const found = [...open].findLast(([, review]) => review.task === task?.task);
  if (found) return { attempt: found[0], ...found[1] };
  const ignored = await ignoredReview(house, word);
  if (ignored) return ignored;
  throw new BadInput("nothing waits for you under that name", word, "nightshift review");
}

/** What nobody answered for long stands in no list, and can be answered all the same. */
async function ignoredReview(
  house: House,
  word: string,
): Promise<(OpenReview & { attempt: string }) | null> {
  if (!isId(word)) return null;
  const { state } = await house.board("director").load("review", word);
  if (state.status !== "ignored" || state.request === null) return null;
  const { published, request: of } = state;
  const isThere = published !== null && published.number !== null;
  const request = isThere ? { ...published, number: published.number ?? 0 } : null;
  return { ...of, status: "waiting", request, sinceMs: 0 };
}

/**
 * Any attempt by its id; by the id or name of a task what waits for review, else its latest one.
 * @throws BadInput where there is none.
 */
export async function findAttempt(house: House, word: string): Promise<string> {
  const board = house.board("director");
  if (isId(word) && (await board.load("attempt", word)).revision > 0) return word;
  const { task } = await findTask(house, word);
  const waiting = [...house.runner.view(reviews)].findLast(([, review]) => review.task === task);
  if (waiting) return waiting[0];
  const { state } = await board.load("task", task);
  if (state.status !== "absent" && state.generation > 0) return attemptId(task, state.generation);
  throw new BadInput("it was never tried", word, "nightshift backlog");
}

/** Whether a word may be the id of a stream at all. */
function isId(word: string): boolean {
  return /^[a-z0-9-]+$/.test(word);
}
