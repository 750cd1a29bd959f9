import { attemptId, idOf, kindOf } from "@nightshift/protocol/ids";
import type { Rule, Tell } from "./rule.ts";

/** Streams in which a dispatcher of an older epoch may do nothing after a newer one. */
const FENCED: ReadonlySet<string> = new Set(["shift", "task", "repo", "account", "attempt"]);

/** I2: a task completes at most once, an attempt ends once; a stale leader changes nothing. */
export function fencing(tell: Tell): Rule {
  const epochs = new Map<string, number>();
  const completed = new Set<string>();
  const ended = new Set<string>();
  const newest = new Map<string, number>();
  /** By stream: the newest leader that did anything there. */
  const seen = new Map<string, number>();
  return {
    see({ stream, event, position }, writer) {
      const at = `${event.type} in ${stream} at ${position}`;
      if (event.type === "shift.leader-elected") epochs.set(event.leader, event.epoch);
      const epoch = epochs.get(writer);
      if (epoch !== undefined && FENCED.has(kindOf(stream) ?? "")) {
        const newer = seen.get(stream) ?? 0;
        if (epoch < newer) tell(`${at} is of epoch ${epoch}, after epoch ${newer}`);
        seen.set(stream, Math.max(epoch, newer));
      }
      const task = idOf(stream);
      if (event.type === "task.claimed") newest.set(task, event.generation);
      if (event.type === "task.completed") {
        if (completed.has(stream)) tell(`${at}: it was completed before`);
        completed.add(stream);
        const { generation } = event;
        if (generation !== null && generation !== newest.get(task)) {
          tell(`${at} is of generation ${generation}, after ${newest.get(task)}`);
        }
      }
      if (!event.type.startsWith("attempt.")) return;
      const [, of, generation] = /^(.*)-g(\d+)$/.exec(task) ?? [];
      const now = newest.get(of ?? "") ?? 0;
      if (of === undefined || Number(generation) !== now) {
        tell(`${at} is of generation ${generation}, after ${attemptId(of ?? "", now)}`);
      }
      if (ended.has(stream) && event.type !== "attempt.flagged") tell(`${at}: it had ended`);
      const isSplit = event.type === "attempt.planned" && event.parts > 0;
      const isEnd = ["attempt.integrated", "attempt.failed", "attempt.deferred"];
      if (isSplit || isEnd.includes(event.type)) ended.add(stream);
    },
  };
}
