import { idOf } from "@nightshift/protocol/ids";
import type { Rule, Tell } from "./rule.ts";

/**
 * I10: when the last dispatcher was left in peace, nothing is half done: no attempt, call, lock or
 * claim is open, no shift runs, and whoever implements is asked once an attempt.
 */
export function leftovers(tell: Tell): Rule {
  const open = new Map<string, string>();
  const locks = new Set<string>();
  const asked = new Map<string, string>();
  const limited = new Set<string>();
  return {
    see({ stream, event, position }) {
      const id = idOf(stream);
      const at = `${event.type} in ${stream} at ${position}`;
      switch (event.type) {
        case "shift.started":
        case "attempt.started":
        case "task.claimed":
          open.set(stream, event.type);
          if (event.type === "attempt.started" && !locks.has(event.task)) {
            tell(`${at}: its task has no lock`);
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
          locks.add(event.task);
          return;
        case "repo.unlocked":
          locks.delete(event.task);
          if (open.get(`task-${event.task}`) === "task.claimed") tell(`${at}: it is still claimed`);
          return;
        case "call.sent": {
          open.set(stream, event.type);
          const { attempt, skill } = event;
          if (attempt === null || skill !== "implement") return;
          if (asked.has(attempt) && !limited.has(attempt)) tell(`${at}: ${attempt} was asked before`);
          asked.set(attempt, id);
          return;
        }
        case "call.finished": {
          open.delete(stream);
          const [attempt] = [...asked].find(([, call]) => call === id) ?? [];
          if (attempt !== undefined && event.answer !== null) limited.add(attempt);
          return;
        }
      }
    },
    end() {
      for (const [stream, since] of open) tell(`${stream} is open at the end, since ${since}`);
      for (const task of locks) tell(`${task} is locked at the end`);
    },
  };
}
