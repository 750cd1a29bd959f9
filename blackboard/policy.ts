import { Refusal } from "@nightshift/protocol/errors";
import type { PolicyCommand, PolicyEvent } from "@nightshift/protocol/policy";
import { boundsOf } from "@nightshift/protocol/settings";
import type { Decider } from "./decider.ts";
import { same } from "./same.ts";

type Proposed = Omit<Extract<PolicyEvent, { type: "policy.proposed" }>, "type">;

export type PolicyState = {
  status: "absent" | "proposed" | "tried" | "adopted" | "rolled-back";
  proposed: Proposed | null;
  tried: { share: number; tasksMax: number } | null;
};

/** One directed change of one parameter of the system, never of the constitution (C18, I5, H11). */
export const policy: Decider<PolicyState, PolicyCommand, PolicyEvent> = {
  initial: { status: "absent", proposed: null, tried: null },

  decide(command, state) {
    if (command.type === "policy.propose") return propose(command, state);
    if (state.status === "absent") throw new Refusal("not-found", "no such change was proposed");
    switch (command.type) {
      case "policy.try": {
        const { share, tasksMax } = command;
        if (same(state.tried, { share, tasksMax })) return [];
        needs(state, ["proposed"]);
        if (!(share > 0 && share <= 1 && Number.isInteger(tasksMax) && tasksMax > 0)) {
          throw new Refusal("out-of-bounds", `a trial of ${share} of ${tasksMax} tasks is none`);
        }
        return [{ type: "policy.tried", share, tasksMax }];
      }
      case "policy.adopt":
        if (state.status === "adopted") return [];
        needs(state, ["proposed", "tried"]);
        return [{ type: "policy.adopted", rationale: command.rationale }];
      case "policy.roll-back":
        if (state.status === "rolled-back") return [];
        return [{ type: "policy.rolled-back", rationale: command.rationale }];
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case "policy.proposed": {
        const { type: _, ...proposed } = event;
        return { ...state, status: "proposed", proposed };
      }
      case "policy.tried": {
        const { share, tasksMax } = event;
        return { ...state, status: "tried", tried: { share, tasksMax } };
      }
      case "policy.adopted":
        return { ...state, status: "adopted" };
      case "policy.rolled-back":
        return { ...state, status: "rolled-back" };
    }
  },
};

function propose(
  command: Extract<PolicyCommand, { type: "policy.propose" }>,
  state: PolicyState,
): PolicyEvent[] {
  const { type: _, ...proposed } = command;
  if (state.proposed) {
    if (same(state.proposed, proposed)) return [];
    throw new Refusal("out-of-order", `this change is of ${state.proposed.key} already`);
  }
  const { key, from, to, rationale, evidence } = proposed;
  const { evolvable, min, max, default: usual } = boundsOf(key);
  if (!evolvable) throw new Refusal("sealed", `${key} belongs to the constitution`);
  if (typeof to !== "number" || !(to >= min && to <= max)) {
    throw new Refusal("out-of-bounds", `${key} cannot be ${to}: it runs from ${min} to ${max}`);
  }
  if (Number.isInteger(usual) && !Number.isInteger(to)) {
    throw new Refusal("out-of-bounds", `${key} cannot be ${to}: it counts whole things`);
  }
  if (to === from) throw new Refusal("out-of-bounds", `${key} is ${to} already`);
  if (rationale.trim() === "" || evidence.length === 0) {
    throw new Refusal("not-verified", `no rationale or no event speaks for changing ${key}`);
  }
  return [{ type: "policy.proposed", ...proposed }];
}

function needs({ status }: PolicyState, allowed: readonly PolicyState["status"][]): void {
  if (allowed.includes(status)) return;
  throw new Refusal("out-of-order", `the change is ${status}, not ${allowed.join(" or ")}`);
}
