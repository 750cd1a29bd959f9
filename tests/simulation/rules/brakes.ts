import type { Rule, Tell } from "./rule.ts";

/** D34: while the brake is on nothing begins but its canary, and nothing at all once it is latched. */
export function brakes(tell: Tell): Rule {
  let status: "free" | "engaged" | "canary" | "latched" = "free";
  return {
    see({ event, position }) {
      switch (event.type) {
        case "brake.engaged":
          status = "engaged";
          return;
        case "brake.canary-started":
          status = "canary";
          return;
        case "brake.latched":
          status = "latched";
          return;
        case "brake.released":
          status = "free";
          return;
        case "attempt.started":
          if (status === "engaged" || status === "latched") {
            tell(`${event.type} at ${position}: the brake is ${status}`);
          }
          return;
      }
    },
  };
}
