import type { NightEvent } from "@nightshift/protocol/events";
import { attemptId } from "@nightshift/protocol/ids";
import type { TaskSpec } from "@nightshift/protocol/task";
import { attemptStory } from "./attempt-story.ts";
import { call, type Ended, type Evening, type Told, type Try } from "./delegation.ts";
import { pick, sentence, type Draw } from "./draws.ts";
import { CATEGORIES, REPOS } from "./staff.ts";

const TRIES_MAX = 3;

/** A task from its proposal to its end; a few stay open, and wait for ever. */
export function* story(evening: Evening, number: number): Generator<Told> {
  const { draw, night } = evening;
  const name = `T-${night}-${number}`;
  const task = `t-${night}-${number}-${night.toString(36).padStart(7, "0")}`;
  const spec = specOf(draw, name);
  const tell = (event: NightEvent, actor = "dispatcher"): Told => {
    return { stream: `task-${task}`, event, actor, task };
  };
  yield tell({ type: "task.proposed", spec }, "director");
  yield* call(evening, `${task}-admit-1-${night}`, { task, attempt: null }, "planner", "admit");
  if (draw() < 0.04) {
    const evidence = [`src/${pick(draw, REPOS)}.ts has it already`];
    yield tell({ type: "task.refused", reason: "already-done", evidence, epoch: night });
    return;
  }
  if (draw() < 0.001) {
    const question = "What command shows that it is done?";
    yield tell({ type: "task.parked", reason: "no-success-condition", question, epoch: night });
    return;
  }
  const evidence = [`to be shown by \`node --test test/${name}.test.ts\``];
  yield tell({ type: "task.admitted", by: "planner", evidence, epoch: night });
  yield* tries(evening, task, spec, tell);
}

function* tries(
  evening: Evening,
  task: string,
  spec: TaskSpec,
  tell: (event: NightEvent) => Told,
): Generator<Told> {
  const { draw, night } = evening;
  const epoch = night;
  const lock = (event: NightEvent): Told => {
    return { stream: `repo-${spec.repo}`, event, actor: "dispatcher", task };
  };
  for (let generation = 1; generation <= TRIES_MAX; generation++) {
    const once: Try = { ...evening, task, spec, generation, attempt: attemptId(task, generation) };
    yield lock({ type: "repo.locked", task, epoch, scope: [] });
    const leaseMs = 7_200_000;
    yield tell({ type: "task.claimed", agent: `host-${night}`, generation, epoch, leaseMs });
    const end: Ended = yield* attemptStory(once);
    yield* after(end, generation, tell, draw, epoch);
    yield lock({ type: "repo.unlocked", task, epoch });
    if (end === "merged" || end === "in-review" || end === "split") return;
  }
  yield tell({ type: "task.abandoned", reason: `${TRIES_MAX} tries did not work out` });
}

/** How a task moves when its attempt has come to an end. */
function* after(
  end: Ended,
  generation: number,
  tell: (event: NightEvent) => Told,
  draw: Draw,
  epoch: number,
): Generator<Told> {
  switch (end) {
    case "merged":
    case "in-review":
      yield tell({ type: "task.completed", generation, outcome: end });
      return;
    case "split": {
      const children = [`part-1-of-${epoch}`, `part-2-of-${epoch}`];
      yield tell({ type: "task.split", children, reason: "about 14000 tokens", epoch });
      yield tell({ type: "task.completed", generation: null, outcome: "children" });
      return;
    }
    case "rejected": {
      const critique = sentence(draw, 40);
      yield tell({ type: "task.returned", generation, flag: "needs-improvement", critique, epoch });
      return;
    }
    case "failed":
      yield tell({ type: "task.released", generation, reason: "failed", untilMs: null, epoch });
      return;
    case "deferred":
      yield tell({ type: "task.released", generation, reason: "deferred", untilMs: null, epoch });
      return;
  }
}

function specOf(draw: Draw, name: string): TaskSpec {
  return {
    name,
    title: sentence(draw, 8),
    text: sentence(draw, 60),
    repo: pick(draw, REPOS),
    category: pick(draw, CATEGORIES),
    priority: 1 + Math.floor(draw() * 5),
    output: "code",
    success: [{ kind: "command", command: `node --test test/${name}.test.ts` }],
    scope: ["src/**", "test/**"],
    tags: ["write-tests"],
    model: null,
    dependsOn: [],
    drops: [],
    parent: null,
    depth: 0,
    source: "backlog-file",
  };
}
