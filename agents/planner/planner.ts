import type { CallContext, Peer } from "@nightshift/protocol/bus";
import type { Settings } from "@nightshift/protocol/settings";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { defineAgent } from "../agent.ts";
import type { Checks, Model, Workspace } from "../ports.ts";
import { admission } from "./admission.ts";
import { duplicateOf } from "./duplicates.ts";
import { plan, PLAN_OUTPUT_TOKENS_MAX } from "./plan.ts";
import { alreadyDone } from "./preflight.ts";

export type PlannerPorts = {
  /** Asked only to split what is too large; without one, rules split it. */
  model: Model | null;
  workspace: Pick<Workspace, "list" | "show">;
  checks: Checks;
  settings: Pick<
    Settings,
    "preflightOverlapShare" | "checkWallMs" | "workerSilenceMs" | "modelWallMs"
  >;
};

/**
 * Puts a planner on a bus. It admits, parks or refuses by rules and evidence alone, and estimates
 * without a model; the caller's board decides what becomes of its answers.
 */
export function planner(ports: PlannerPorts, name = "planner"): Peer {
  return agent(ports, name);
}

const agent = defineAgent<PlannerPorts, "admit" | "plan" | "bid">({
  card: {
    name: "planner",
    description: "Admits tasks, estimates their output, splits what is too large",
    version: "1",
  },
  handlers: { admit, plan, bid: async (input, { model }) => ({ bids: bidsOf(model, input) }) },
});

const MICRO = 1_000_000;
const CALL_MS = 15_000;

/** Step 0: a duplicate is refused, what no one could do safely or check is parked. */
async function admit(
  input: SkillInput<"admit">,
  ports: PlannerPorts,
  call: CallContext,
): Promise<SkillOutput<"admit">> {
  const { spec, repo, base, known } = input;
  const duplicate = duplicateOf(input, known);
  if (duplicate) {
    const { task, title, status } = duplicate;
    const evidence = [`${task} ("${title}", ${status}) asks for the same`];
    return { decision: "refuse", reason: "duplicate", evidence };
  }
  const paths = await ports.workspace.list(repo.path, base);
  const parked = admission(spec, { testCommand: repo.testCommand, paths });
  if (parked) return { decision: "park", ...parked };
  const done = await alreadyDone(input, ports, call.signal);
  if (done) return { decision: "refuse", reason: "already-done", evidence: done };
  return { decision: "admit", evidence: conditionsOf(spec) };
}

function conditionsOf({ success, output }: SkillInput<"admit">["spec"]): string[] {
  const told = success.map((one) =>
    one.kind === "command" ? `to be shown by \`${one.command}\`` : `to be shown by ${one.path}`,
  );
  return told.length > 0 ? told : [`a ${output} is judged by what it says`];
}

/** What asking its model to split a task costs at most; without a model it asks for nothing. */
function bidsOf(model: Model | null, asked: SkillInput<"bid">): SkillOutput<"bid">["bids"] {
  if (model === null || asked.skill !== "plan") return [];
  const { name, family, account, tier, price } = model;
  const outputTokens = Math.min(asked.outputTokens, PLAN_OUTPUT_TOKENS_MAX);
  const micros = asked.inputTokens * price.inputMicroUsd + outputTokens * price.outputMicroUsd;
  const priceMicroUsd = Math.ceil(micros / MICRO);
  return [{ model: name, family, account, tier, priceMicroUsd, etaMs: CALL_MS }];
}
