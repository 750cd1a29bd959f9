// PLACEHOLDER by the lead for first integration; the planner's author overwrites this file.
import type { Settings } from "@nightshift/protocol/settings";
import { defineAgent } from "../agent.ts";
import type { Checks, Model, Workspace } from "../ports.ts";
export type PlannerPorts = {
  model: Model | null;
  workspace: Workspace;
  checks: Checks;
  settings: Settings;
};
export const planner = defineAgent<PlannerPorts, "admit" | "plan">({
  card: { name: "planner", description: "placeholder", version: "0" },
  handlers: {
    admit: async () => ({ decision: "admit", evidence: ["placeholder"] }),
    plan: async () => ({
      status: "planned",
      estimateTokens: 500,
      note: "placeholder",
      parts: [],
      spend: null,
    }),
  },
});
