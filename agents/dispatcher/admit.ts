import { backlog, type BacklogRow } from "@nightshift/projections/backlog";
import { Refusal } from "@nightshift/protocol/errors";
import { nameId } from "@nightshift/protocol/ids";
import type { SkillOutput } from "@nightshift/protocol/skills";
import type { TaskCommand } from "@nightshift/protocol/task";
import { bidders } from "./choosing/auction.ts";
import { delegate } from "./delegate.ts";
import { mustLead } from "./leading.ts";
import { repoOf, say, settingsOf, type Night } from "./night.ts";
import { NoAnswer } from "./no-answer.ts";
import { repoRef } from "./plan.ts";

/** Times that the planner is asked about one task in a night when it gives no answer. */
const ASKED_MAX = 2;

/**
 * Step 0: every proposed task is admitted, parked with the question that would admit it, or refused
 * with evidence, before anything is spent on it. Where no planner answers it stays proposed.
 */
export async function admitProposed(night: Night): Promise<void> {
  const { views } = night.ports;
  await views.catchUp();
  const proposed = [...views.view(backlog).tasks.values()].filter(
    ({ status, spec }) => status === "proposed" && night.plan.repos.has(spec.repo),
  );
  for (const row of proposed) {
    if (night.stop.aborted || night.abort.aborted) return;
    const unanswered = night.unanswered.get(row.task) ?? 0;
    const [planner] = bidders(night, "admit");
    if (planner === undefined || unanswered >= ASKED_MAX) continue;
    try {
      await decide(night, row, planner, await askAbout(night, row, planner));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      night.unanswered.set(row.task, unanswered + 1);
      say(night, row.task, `${row.spec.name} is not admitted yet: ${error.message}`, "bad");
    }
  }
}

async function askAbout(night: Night, { task, spec }: BacklogRow, planner: string) {
  const { workspace, views } = night.ports;
  const repo = repoOf(night, spec.repo);
  const base =
    (await workspace.resolve(repo.path, repo.target)) ??
    (await workspace.resolve(repo.path, repo.startPoint));
  if (base === null) throw new Error(`${repo.path} has no commit at ${repo.startPoint}`);
  const { tasks, closed } = views.view(backlog);
  const known = [
    ...[...tasks.values()].map((row) => ({
      task: row.task,
      title: row.spec.title,
      status: row.status,
    })),
    ...[...closed].map(([id, { title, status }]) => ({ task: id, title, status })),
  ].filter((other) => other.task !== task);
  const asked = night.unanswered.get(task) ?? 0;
  return delegate(
    night,
    {
      id: nameId(`${task} admit ${night.epoch} ${asked} ${JSON.stringify(spec)}`),
      task,
      attempt: null,
      name: spec.name,
      timeoutMs: settingsOf(night).callWallMs,
    },
    planner,
    "admit",
    { task, spec, repo: repoRef(night, spec.repo), base, known },
  );
}

/** What the director did with the task meanwhile goes before what the planner says. */
async function decide(
  night: Night,
  { task, spec }: BacklogRow,
  planner: string,
  answer: SkillOutput<"admit">,
): Promise<void> {
  const about = { correlation: task };
  const command = { ...commandFor(answer, planner), epoch: night.epoch };
  try {
    await night.ports.board.handle("task", task, command, about);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "not-open") throw error;
    return mustLead(night);
  }
  const { name } = spec;
  if (answer.decision === "park") say(night, task, `${name} parked: ${answer.question}`, "quiet");
  if (answer.decision === "refuse") {
    say(night, task, `${name} refused: ${answer.evidence[0] ?? answer.reason}`, "quiet");
  }
}

type Admission = Extract<TaskCommand, { type: "task.admit" | "task.park" | "task.refuse" }>;

function commandFor(answer: SkillOutput<"admit">, by: string): Admission {
  switch (answer.decision) {
    case "admit":
      return { type: "task.admit", by, evidence: answer.evidence };
    case "park": {
      const { reason, question } = answer;
      return { type: "task.park", reason, question: question.slice(0, 500) || reason };
    }
    case "refuse":
      return { type: "task.refuse", reason: answer.reason, evidence: answer.evidence };
  }
}
