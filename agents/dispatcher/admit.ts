import { backlog, type BacklogRow } from "@nightshift/projections/backlog";
import { nameId } from "@nightshift/protocol/ids";
import { bidders } from "./auction.ts";
import { delegate } from "./delegate.ts";
import { repoOf, say, settingsOf, type Night } from "./night.ts";
import { repoRef } from "./plan.ts";

/**
 * Step 0: every proposed task is admitted, parked with the question that would admit it, or refused
 * with evidence, before anything is spent on it.
 */
export async function admitProposed(night: Night): Promise<void> {
  const { views } = night.ports;
  await views.catchUp();
  const proposed = [...views.view(backlog).tasks.values()].filter(
    ({ status, spec }) => status === "proposed" && night.plan.repos.has(spec.repo),
  );
  for (const row of proposed) {
    if (night.stop.aborted || night.abort.aborted) return;
    await admit(night, row);
  }
}

async function admit(night: Night, { task, spec }: BacklogRow): Promise<void> {
  const { board, workspace, views } = night.ports;
  const [planner] = bidders(night, "admit");
  if (planner === undefined) throw new Error("no planner is on the bus");
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
  const answer = await delegate(
    night,
    { id: nameId(`${task} admit ${night.epoch} ${JSON.stringify(spec)}`), task, attempt: null, name: spec.name, timeoutMs: settingsOf(night).callWallMs },
    planner,
    "admit",
    { task, spec, repo: repoRef(night, spec.repo), base, known },
  );
  const about = { correlation: task };
  switch (answer.decision) {
    case "admit":
      await board.handle(
        "task",
        task,
        { type: "task.admit", by: planner, evidence: answer.evidence },
        about,
      );
      return;
    case "park":
      await board.handle(
        "task",
        task,
        { type: "task.park", reason: answer.reason, question: answer.question.slice(0, 500) },
        about,
      );
      say(night, task, `${spec.name} parked: ${answer.question}`, "quiet");
      return;
    case "refuse":
      await board.handle(
        "task",
        task,
        { type: "task.refuse", reason: answer.reason, evidence: answer.evidence },
        about,
      );
      say(night, task, `${spec.name} refused: ${answer.evidence[0] ?? answer.reason}`, "quiet");
      return;
  }
}
