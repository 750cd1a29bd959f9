import { setTimeout as sleep } from "node:timers/promises";
import type { Handed, Worker } from "./foreign-client.ts";

const WAIT_MS = 60_000;
type Answer = "ack" | "park" | "retry" | "skip" | "stop" | null;
type Answers = Answer | ((note: string, retries: number) => Answer);

/** A subscriber that answers each event as it is told to, and remembers what it was handed. */
export function workAt(worker: Worker, answers: Answers) {
  const heard = { worker, events: [] as Handed[], error: null as unknown };
  worker.source.on("error", (error: unknown) => (heard.error ??= error));
  worker.source.on("data", (handed: Handed) => {
    heard.events.push(handed);
    const answer =
      typeof answers === "function" ? answers(noteOf(handed), handed.retryCount) : answers;
    if (answer === null) return;
    const answering = answer === "ack" ? worker.ack(handed) : worker.nack(answer, handed);
    // Whose connection is gone hears of it by the error above.
    answering.catch((error: unknown) => (heard.error ??= error));
  });
  return heard;
}

export function notesOf(events: readonly Handed[]): string[] {
  return events.map(noteOf);
}

function noteOf({ event }: Handed): string {
  return String(Object(event?.data)["note"]);
}

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + WAIT_MS; !(await isSo()); await sleep(10)) {
    if (performance.now() > end) throw new Error(`not so within ${WAIT_MS} ms: ${isSo}`);
  }
}
