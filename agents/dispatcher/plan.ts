import type { AttemptState } from "@nightshift/blackboard/attempt";
import { lore } from "@nightshift/projections/lore";
import { taskIdOf } from "@nightshift/protocol/ids";
import type { SkillOutput } from "@nightshift/protocol/skills";
import type { TaskSpec } from "@nightshift/protocol/task";
import { knownOf } from "../planner/known-of.ts";
import { record, type Try } from "./attempt.ts";
import { bidders } from "./choosing/auction.ts";
import { ask } from "./delegate.ts";
import { settingsFor, settingsOf, repoOf, type Night } from "./night.ts";
import { withReservation } from "./paid.ts";
import { defer, fail } from "./release.ts";

const INPUT_TOKENS = 4_000;
const OUTPUT_TOKENS = 2_000;

/** Step 3: estimates the output, and splits what is too large. */
export async function plan(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const [planner] = bidders(night, "plan");
  if (planner === undefined || state.started === undefined) {
    return fail(night, attempt, { kind: "lost", detail: "no planner is on the bus" });
  }
  const { id, task, generation, spec, critique } = attempt;
  const settings = await settingsFor(night, id);
  const { base } = state.started;
  const answer = await withReservation(
    night,
    attempt,
    { skill: "plan", agent: planner, inputTokens: INPUT_TOKENS, outputTokens: OUTPUT_TOKENS },
    () =>
      ask(night, attempt, planner, "plan", {
        task,
        spec,
        attempt: id,
        generation,
        repo: repoRef(night, spec.repo),
        base,
        splitOverTokens: settings.splitOverTokens,
        critique,
        knowledge: knownOf(night.ports.views.view(lore), spec),
      }),
    (plan) => (plan.spend === null ? "nothing" : plan.spend),
  );
  if (answer === null) return;
  if (answer.status === "limit") return defer(night, attempt, answer);
  if (answer.status === "failed") return fail(night, attempt, answer);
  const { estimateTokens, note, parts } = answer;
  // The parts come first: should the process die between, the same plan names the same parts.
  if (parts.length > 1) await propose(night, attempt, parts);
  await record(night, attempt, {
    type: "attempt.plan",
    generation,
    by: planner,
    estimateTokens,
    parts: parts.length > 1 ? parts.length : 0,
    note,
  });
}

type Parts = Extract<SkillOutput<"plan">, { status: "planned" }>["parts"];

async function propose(night: Night, { task, spec }: Try, parts: Parts): Promise<void> {
  const { followUpDepthMax } = settingsOf(night);
  const ids = partIds(spec, parts.length);
  for (const [index, part] of parts.entries()) {
    const id = ids[index];
    if (id === undefined) throw new Error("a part has no id");
    const child: TaskSpec = {
      ...spec,
      name: partName(spec, index),
      title: part.title.slice(0, 200),
      text: part.text.slice(0, 8_000),
      success: part.success,
      scope: part.scope.length > 0 ? part.scope : spec.scope,
      dependsOn: [],
      parent: task,
      source: "split",
    };
    const { state } = await night.ports.board.load("task", id);
    // Proposed by a run of this plan that died: the first proposal stands.
    if (state.status !== "absent") continue;
    const command = { type: "task.propose", spec: child, followUpDepthMax } as const;
    await night.ports.board.handle("task", id, command, { correlation: id });
  }
}

/** Parts are named after their task, so that the number of parts names them all. */
export function partIds(spec: TaskSpec, parts: number): string[] {
  return Array.from({ length: parts }, (_, index) => taskIdOf(spec.repo, partName(spec, index)));
}

function partName(spec: TaskSpec, index: number): string {
  return `${spec.name.slice(0, 76)}.${index + 1}`;
}

export function repoRef(night: Night, repo: string) {
  const { id, path, target, testCommand, prepareCommand, sealed, sandbox } = repoOf(night, repo);
  return { id, path, target, testCommand, prepareCommand, sealed, sandbox };
}
