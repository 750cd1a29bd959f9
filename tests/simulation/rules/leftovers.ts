import { idOf } from "@nightshift/protocol/ids";
import type { World } from "../world.ts";
import type { Rule, Tell } from "./rule.ts";

/**
 * I10: when the last dispatcher was left in peace, nothing is half done: no attempt, call, lock or
 * claim is open, no shift runs, and nobody worked on an attempt that another had worked on.
 */
export function leftovers({ begun }: Pick<World, "begun">, tell: Tell): Rule {
  const open = new Map<string, string>();
  /** By task: whether it was claimed since. */
  const locks = new Map<string, boolean>();
  return {
    see({ stream, event, position }) {
      const at = `${event.type} in ${stream} at ${position}`;
      switch (event.type) {
        case "shift.started":
        case "attempt.started":
        case "task.claimed":
          open.set(stream, event.type);
          if (event.type === "attempt.started" && !locks.has(event.task)) {
            tell(`${at}: its task has no lock`);
          }
          if (event.type !== "task.claimed") return;
          if (locks.has(idOf(stream))) locks.set(idOf(stream), true);
          for (const [task, isClaimed] of locks) {
            if (!isClaimed) tell(`${at}: ${task} is locked, and nobody has claimed it`);
          }
          return;
        case "attempt.planned":
          if (event.parts > 0) open.delete(stream);
          return;
        case "shift.ended":
        case "attempt.integrated":
        case "attempt.failed":
        case "attempt.deferred":
        case "task.released":
        case "task.returned":
        case "task.split":
        case "task.completed":
        case "task.abandoned":
          open.delete(stream);
          return;
        case "repo.locked":
          locks.set(event.task, false);
          return;
        case "repo.unlocked":
          locks.delete(event.task);
          for (const stream of open.keys()) {
            const isOfTask = stream.replace(/-g\d+$/, "") === `attempt-${event.task}`;
            if (isOfTask) tell(`${at}: ${stream} is still at work`);
          }
          return;
        case "call.sent":
          open.set(stream, event.type);
          return;
        case "call.finished":
          open.delete(stream);
          return;
      }
    },
    end() {
      for (const [stream, since] of open) tell(`${stream} is open at the end, since ${since}`);
      for (const [attempt, times] of begun) {
        if (times > 1) tell(`${times} workers worked on ${attempt}`);
      }
      for (const task of locks.keys()) tell(`${task} is locked at the end`);
    },
  };
}
