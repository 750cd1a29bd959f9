import type { Rule, Tell } from "./rule.ts";

type Status = "engaged" | "canary" | "latched";

/**
 * D34, H10: while the brake over everything is on nothing begins but its canary, and nothing at all
 * once it is latched; no model is given work in a category in which its own brake is latched.
 */
export function brakes(tell: Tell): Rule {
  const scopes = new Map<string, string>();
  const status = new Map<string, Status>();
  const categories = new Map<string, string>();
  /** The scopes that were latched when an attempt was announced. */
  const latchedFor = new Map<string, ReadonlySet<string>>();
  return {
    see({ stream, event, position }) {
      const scope = scopes.get(stream) ?? "";
      switch (event.type) {
        case "brake.engaged":
          scopes.set(stream, event.scope);
          status.set(event.scope, "engaged");
          return;
        case "brake.canary-started":
          status.set(scope, "canary");
          return;
        case "brake.latched":
          status.set(scope, "latched");
          return;
        case "brake.released":
          status.delete(scope);
          return;
        case "attempt.started": {
          categories.set(stream, event.category);
          const all = status.get("all");
          if (all === "engaged" || all === "latched") {
            tell(`${event.type} at ${position}: the brake is ${all}`);
          }
          return;
        }
        case "attempt.announced": {
          const latched = [...status].filter(([, one]) => one === "latched");
          latchedFor.set(stream, new Set(latched.map(([name]) => name)));
          return;
        }
        case "attempt.awarded": {
          const own = `${event.model}|${categories.get(stream)}`;
          if (latchedFor.get(stream)?.has(own) && status.get(own) === "latched") {
            tell(`${event.type} at ${position}: the brake of ${own} is latched`);
          }
          return;
        }
      }
    },
  };
}
