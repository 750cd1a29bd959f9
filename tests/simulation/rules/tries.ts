import type { AttemptEvent } from "@nightshift/protocol/attempt";
import type { TaskEvent } from "@nightshift/protocol/task";
import { attemptId, idOf } from "@nightshift/protocol/ids";
import { FREE_RELEASES_MAX } from "@nightshift/blackboard/task";
import type { Rule, Tell } from "./rule.ts";

type Ending = Extract<
  AttemptEvent,
  { type: "attempt.failed" | "attempt.deferred" | "attempt.integrated" }
>;
type GivenBack = Extract<TaskEvent, { type: "task.released" | "task.returned" }>;

/** Ends that cost a try; all others cost none (I7). */
const COSTLY: ReadonlySet<string> = new Set([
  "hang",
  "timeout",
  "crash",
  "sign-in",
  "no-change",
  "unusable-answer",
  "loop",
  "sandbox",
]);

/** I7: a limit is not a failure, and only failures and returns use up a task's tries (I8). */
export function tries(triesMax: number, tell: Tell): Rule {
  const endings = new Map<string, Ending>();
  const counted = new Map<string, number>();
  const free = new Map<string, number>();
  return {
    see({ stream, event, position }) {
      const id = idOf(stream);
      const at = `${event.type} in ${stream} at ${position}`;
      switch (event.type) {
        case "attempt.failed":
        case "attempt.deferred":
        case "attempt.integrated":
          endings.set(id, event);
          return;
        case "task.released":
        case "task.returned": {
          const ending = endings.get(attemptId(id, event.generation));
          const why = reasonFor(ending);
          if (told(event) !== why)
            tell(`${at}: it says ${told(event)}; the attempt ended by ${why}`);
          const counts = why === "failed" || why === "returned";
          const count = counts ? counted : free;
          if (counts) free.delete(id);
          count.set(id, (count.get(id) ?? 0) + 1);
          if ((counted.get(id) ?? 0) > triesMax) tell(`${at}: more than ${triesMax} tries`);
          return;
        }
        case "task.abandoned": {
          const used = counted.get(id) ?? 0;
          if (event.reason.startsWith("abandoned after") && used !== triesMax) {
            tell(`${at}: ${used} of ${triesMax} tries were used`);
          }
          if (
            event.reason.startsWith("abandoned: given back") &&
            free.get(id) !== FREE_RELEASES_MAX
          ) {
            tell(`${at}: it was given back ${free.get(id)} times`);
          }
          return;
        }
      }
    },
  };
}

function told(event: GivenBack): string {
  return event.type === "task.returned" ? "returned" : event.reason;
}

/** How a task is given back, as the end of its attempt has it. */
function reasonFor(ending: Ending | undefined): string {
  if (ending?.type === "attempt.deferred") return "deferred";
  if (ending?.type !== "attempt.failed") return `no end (${ending?.type})`;
  if (ending.kind === "rejected" || ending.kind === "regression") return "returned";
  return COSTLY.has(ending.kind) ? "failed" : ending.kind;
}
