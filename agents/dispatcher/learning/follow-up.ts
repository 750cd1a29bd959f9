import type { AttemptState } from "@nightshift/blackboard/attempt";
import { backlog } from "@nightshift/projections/backlog";
import { FOLLOW_UPS_MAX } from "@nightshift/protocol/assessment";
import { slug, taskIdOf } from "@nightshift/protocol/ids";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { Try } from "../attempt.ts";
import { repoOf, say, settingsOf, type Night } from "../night.ts";

/**
 * What good work leads to, from parents of at least 7 that were not cut off, one level deep (D22):
 * new code earns a task that tests its edges (B13); and while the backlog is short of tasks (B16),
 * what the judge would do next is proposed. What is no code leads to no code (B20).
 */
export async function followUp(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const settings = settingsOf(night);
  const { spec } = attempt;
  const { gated, executed, assessed } = state;
  if (!gated || !executed || !assessed) return;
  if (gated.score < settings.followUpScoreMin || executed.stopReason === "truncated") return;
  if (spec.depth >= settings.followUpDepthMax || spec.parent !== null) return;
  const usualMax = Math.round(settings.followUpsMax);
  if (usualMax === 0) return;
  const tests = spec.output === "code" ? testsOf(night, attempt, executed.files, usualMax) : [];
  const more = needsRefill(night) ? (assessed.followUps ?? []) : [];
  const next = more.map(({ title, text }) => nextOf(attempt, title, text));
  for (const child of [...tests, ...next].slice(0, FOLLOW_UPS_MAX)) {
    await propose(night, attempt, child);
  }
}

/** Fewer tasks wait in this night's repositories than it takes to refill the backlog (F16). */
function needsRefill(night: Night): boolean {
  const waiting = [...night.ports.views.view(backlog).tasks.values()].filter(
    ({ status, spec }) =>
      (status === "open" || status === "proposed") && night.plan.repos.has(spec.repo),
  );
  return waiting.length < settingsOf(night).backlogRefillBelow;
}

type Files = NonNullable<AttemptState["executed"]>["files"];

function testsOf(night: Night, { spec, task }: Try, files: Files, most: number): TaskSpec[] {
  const modules = files.filter(({ path, status }) => status === "added" && isSource(path));
  return modules.slice(0, most).map(({ path }) => ({
    ...childOf(spec, task),
    name: `${spec.name}-tests-${slug(path)}`.slice(0, 80),
    title: `Test the edge cases of ${path}`.slice(0, 200),
    text: `"${spec.title}" added ${path}. Cover its edge cases with tests; change nothing else.`,
    tags: ["write-tests"],
    success: [{ kind: "command", command: repoOf(night, spec.repo).testCommand }],
  }));
}

/**
 * A judge's word is no condition: what it proposes of code has none, so that admission parks it and
 * a person says how anyone can tell that it is done.
 */
function nextOf({ spec, task }: Try, title: string, text: string): TaskSpec {
  return {
    ...childOf(spec, task),
    name: `${spec.name}-next-${slug(title)}`.slice(0, 80),
    title,
    text,
    tags: ["proposed-by-judge"],
    success: [],
  };
}

/** Where a merge waits for a review, so does whatever builds on it. */
function childOf(spec: TaskSpec, task: string): TaskSpec {
  return {
    ...spec,
    model: null,
    scope: [],
    dependsOn: [task],
    drops: [],
    parent: task,
    depth: spec.depth + 1,
    source: "follow-up",
  };
}

async function propose(night: Night, { spec, task }: Try, child: TaskSpec): Promise<void> {
  const { board } = night.ports;
  const id = taskIdOf(child.repo, child.name);
  const { state: known } = await board.load("task", id);
  // There already: by a run of this that died, or under a name that somebody else took.
  if (known.status !== "absent") return;
  const { followUpDepthMax } = settingsOf(night);
  const command = { type: "task.propose", spec: child, followUpDepthMax } as const;
  await board.handle("task", id, command, { correlation: task });
  say(night, task, `${spec.name} earned a follow-up: ${child.title}`, "quiet");
}

function isSource(path: string): boolean {
  if (/(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.[a-z]+$|(^|\/)test_[^/]+$/.test(path)) {
    return false;
  }
  return /\.(c|m)?(j|t)sx?$|\.(py|go|rs|java|rb|php|kt|swift|cs|c|cc|cpp|h|ex|exs|clj|scala|sh)$/.test(
    path,
  );
}
