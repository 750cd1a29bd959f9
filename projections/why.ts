import type { Recorded } from "@nightshift/protocol/envelope";
import { attemptId, idOf, kindOf } from "@nightshift/protocol/ids";
import { stepsOf } from "./why-steps.ts";
import { NAME_CHARS_MAX, TITLE_CHARS_MAX } from "./digest/night.ts";
import { plain } from "./words/plain.ts";
import { taskOf } from "./task-of.ts";

/** One step of the way back: what it says in one plain line, and more in further ones. */
export type Step = {
  kind: StepKind;
  text: string;
  details: string[];
  /** Ids of the events it rests on: never none (I9). */
  events: string[];
  /** sha256 of the bodies one can look into: prompt, diff, transcript, report, evidence. */
  blobs: string[];
};

/** From the result back to the wish. */
export type StepKind =
  | "integration"
  | "review"
  | "gate"
  | "scores"
  | "verdict"
  | "execution"
  | "spend"
  | "prompt"
  | "award"
  | "bids"
  | "plan"
  | "claim"
  | "proposal";

export type Explanation = {
  task: string;
  title: string;
  /** The attempt that is explained; null where the task was never tried. */
  attempt: string | null;
  /** All attempts of the task, oldest first. */
  attempts: string[];
  steps: Step[];
};

/**
 * Why a task stands where it stands, from the merge back to the prompt and the wish. Explains the
 * attempt asked for, else the one that was merged, else the latest.
 * @param events Any events; those that are not about the task are left out.
 */
export function explain(task: string, events: readonly Recorded[], attempt?: string): Explanation {
  const about = events.filter((recorded) => isAbout(recorded, task));
  const attempts = attemptsIn(about);
  const chosen = attempt ?? mergedIn(about) ?? attempts.at(-1) ?? null;
  const own = about.filter((recorded) => belongsTo(recorded, task, chosen, about));
  const steps = stepsOf(own);
  return { task, title: titleIn(about) ?? task, attempt: chosen, attempts, steps };
}

function isAbout(recorded: Recorded, task: string): boolean {
  const { stream, event } = recorded;
  if (stream === `task-${task}`) return true;
  if ("attempt" in event && event.attempt !== null) return taskOf(event.attempt) === task;
  const kind = kindOf(stream);
  if (kind === "attempt" || kind === "review") return taskOf(idOf(stream)) === task;
  // A settlement names its reservation alone; `belongsTo` holds it against those of the attempt.
  return "reservation" in event;
}

function attemptsIn(events: readonly Recorded[]): string[] {
  return events
    .filter(({ event }) => event.type === "attempt.started")
    .map(({ stream }) => idOf(stream));
}

function mergedIn(events: readonly Recorded[]): string | undefined {
  const merged = events.findLast(({ event }) => event.type === "repo.merged");
  return merged?.event.type === "repo.merged" ? merged.event.attempt : undefined;
}

function belongsTo(
  { stream, event }: Recorded,
  task: string,
  attempt: string | null,
  about: readonly Recorded[],
): boolean {
  if (stream === `task-${task}`) {
    const generation = "generation" in event ? event.generation : null;
    return generation === null || attempt === null || attemptId(task, generation) === attempt;
  }
  if ("attempt" in event) return event.attempt === attempt;
  if (!("reservation" in event)) return idOf(stream) === attempt;
  return about.some(
    (other) =>
      other.event.type === "budget.reserved" &&
      other.event.reservation === event.reservation &&
      other.event.attempt === attempt,
  );
}

function titleIn(events: readonly Recorded[]): string | undefined {
  const told = events.findLast(
    ({ event }) => event.type === "task.proposed" || event.type === "task.amended",
  )?.event;
  if (told?.type !== "task.proposed" && told?.type !== "task.amended") return undefined;
  return `${plain(told.spec.name, NAME_CHARS_MAX)} ${plain(told.spec.title, TITLE_CHARS_MAX)}`;
}
