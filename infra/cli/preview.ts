import { planner } from "@nightshift/agents/planner/planner";
import type { Checks, Workspace } from "@nightshift/agents/ports";
import { backlog, type Backlog } from "@nightshift/projections/backlog";
import type { CallContext, Peer } from "@nightshift/protocol/bus";
import { skills, type SkillInput, type SkillOutput } from "@nightshift/protocol/skills";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { House } from "../house.ts";
import { settingsFor } from "../night-plan.ts";
import type { Repository } from "../repositories.ts";
import { createChecks } from "../workers/checks/checks.ts";
import { detectSandbox } from "../workers/sandbox/detect.ts";
import { createOff } from "../workers/sandbox/off.ts";
import { createWorkspace } from "../workers/workspace/workspace.ts";

/** What the planner would say to a task tonight, by its rules alone; nothing of it is in the log. */
export type Preview = { task: string; name: string; title: string } & SkillOutput<"admit">;

/** A task, and the repository it belongs to. */
export type Asked = { task: string; spec: TaskSpec; repository: Repository };

/** Asks the rules of admission about tasks, without a model and without writing anything. */
export async function preview(house: House, asked: readonly Asked[]): Promise<Preview[]> {
  const { paths, clock, config, runner } = house;
  const sandbox = await sandboxFor(asked);
  const reveal = (folder: string) => sandbox?.reveal(folder);
  const workspace = createWorkspace({ root: paths.clones, nowMs: () => clock.now(), reveal });
  const checks: Checks = sandbox
    ? createChecks({ workspace, sandbox, cacheDir: paths.cache, reveal })
    : NOTHING_RUNS;
  const settings = settingsFor(config);
  const rules = planner({ model: null, workspace, checks, settings }, "planner");
  const known = knownTasks(runner.view(backlog), asked);
  try {
    const previews: Preview[] = [];
    for (const one of asked) previews.push(await previewOf(one, { rules, workspace, known }));
    return previews;
  } finally {
    await workspace.close();
  }
}

type Rules = {
  rules: Peer;
  workspace: Pick<Workspace, "resolve">;
  known: SkillInput<"admit">["known"];
};

async function previewOf(asked: Asked, { rules, workspace, known }: Rules): Promise<Preview> {
  const { task, spec, repository } = asked;
  const { path, target, startPoint } = repository.plan;
  const base =
    (await workspace.resolve(path, target)) ?? (await workspace.resolve(path, startPoint));
  const input: SkillInput<"admit"> = {
    task,
    spec,
    repo: refOf(repository),
    base: base ?? repository.head,
    known: known.filter((other) => other.task !== task),
  };
  const answer = skills.admit.output.parse(await rules.handle("admit", input, contextOf(task)));
  return { task, name: spec.name, title: spec.title, ...answer };
}

/** Where no sandbox works, and none is waived, nothing is run: what only a run could tell is left open. */
async function sandboxFor(asked: readonly Asked[]) {
  if (asked.every(({ repository }) => repository.plan.sandbox === "off")) return createOff();
  const detected = await detectSandbox();
  return "sandbox" in detected ? detected.sandbox : null;
}

const NOTHING_RUNS: Checks = {
  sandboxed: true,
  run: async () => ({
    exitCode: null,
    timedOut: false,
    passed: null,
    failed: null,
    failures: [],
    successes: [],
    tail: "no sandbox works here, so nothing was run: nightshift doctor",
    durationMs: 0,
  }),
};

function refOf({ plan }: Repository): SkillInput<"admit">["repo"] {
  const { id, path, target, testCommand, prepareCommand, sealed, sandbox } = plan;
  return { id, path, target, testCommand, prepareCommand, sealed: [...sealed], sandbox };
}

/** As the dispatcher shows them to the planner. */
function knownTasks(
  { tasks, closed }: Backlog,
  asked: readonly Asked[],
): SkillInput<"admit">["known"] {
  const open = [...tasks.values()].map(({ task, spec, status }) => ({
    task,
    title: spec.title,
    status,
  }));
  const fresh = asked.filter(({ task }) => !tasks.has(task) && !closed.has(task));
  const proposed = fresh.map(({ task, spec }) => ({ task, title: spec.title, status: "proposed" }));
  return [
    ...open,
    ...proposed,
    ...[...closed].map(([task, { title, status }]) => ({ task, title, status })),
  ];
}

function contextOf(task: string): CallContext {
  return {
    context: task,
    message: `preview-${task}`,
    principal: "director",
    signal: new AbortController().signal,
    progress: () => {},
  };
}
