import { idOf } from "@nightshift/protocol/ids";
import type { Rule, Tell } from "./rule.ts";

/** I6: nobody verifies or judges own work. */
export function judges(tell: Tell): Rule {
  const authors = new Map<string, string>();
  return {
    see({ stream, event, position }) {
      const attempt = idOf(stream);
      if (event.type === "attempt.executed") authors.set(attempt, event.by);
      if (event.type !== "attempt.verified" && event.type !== "attempt.assessed") return;
      const author = authors.get(attempt);
      if (author === undefined || author === event.by) {
        tell(`${event.type} at ${position} is by ${event.by}, the work by ${author}`);
      }
    },
  };
}
