import { same } from "@nightshift/blackboard/same";
import { backlog } from "@nightshift/projections/backlog";
import { BadInput } from "@nightshift/protocol/errors";
import { taskIdOf } from "@nightshift/protocol/ids";
import type { TaskSpec } from "@nightshift/protocol/task";
import { specOf, type BacklogEntry } from "../backlog/entry.ts";
import type { House } from "../house.ts";
import { settingsFor } from "../night-plan.ts";
import type { Repository } from "../repositories.ts";

/** A task that the director wants, and what telling the log of it would change. */
export type Proposal = {
  task: string;
  spec: TaskSpec;
  /** `late`: its entry differs, but the task is in work or closed, so it stays as it was. */
  change: "new" | "changed" | "same" | "late";
};

/** What the director wrote, and where each word of it stands. */
export type Wishes = {
  entries: readonly BacklogEntry[];
  source: "director" | "backlog-file";
  placeOf: (words: string) => string;
};

/**
 * Holds wishes against the log; writes nothing.
 * @throws BadInput for a name given twice, an unknown worker, an unknown task to wait for.
 */
export async function proposalsOf(
  house: House,
  { plan: { id: repo } }: Repository,
  { entries, source, placeOf }: Wishes,
): Promise<Proposal[]> {
  const specs = entries.map((entry) => ({ ...specOf(entry, repo), source }));
  mustDiffer(specs, placeOf);
  for (const entry of entries) {
    if (entry.model !== undefined) mustKnowWorker(house, entry.model, placeOf(entry.model));
    await mustKnowTasks(house, entry, repo, specs, placeOf);
  }
  const proposals: Proposal[] = [];
  for (const [index, spec] of specs.entries()) {
    const named = entries[index]?.name !== undefined;
    proposals.push(await proposalOf(house, spec, { named, placeOf }));
  }
  return proposals;
}

/** Tells the log; what it knows already is a no-op. */
export async function propose(house: House, proposals: readonly Proposal[]): Promise<void> {
  const board = house.board("director");
  const { followUpDepthMax } = settingsFor(house.config);
  for (const { task, spec, change } of proposals) {
    if (change === "new") {
      await board.handle("task", task, { type: "task.propose", spec, followUpDepthMax });
    } else if (change === "changed") {
      await board.handle("task", task, { type: "task.amend", spec });
    }
  }
}

const WAITING = new Set(["proposed", "open", "parked", "returned"]);

async function proposalOf(
  house: House,
  wanted: TaskSpec,
  { named, placeOf }: { named: boolean } & Pick<Wishes, "placeOf">,
): Promise<Proposal> {
  const task = taskIdOf(wanted.repo, wanted.name);
  const { state } = await house.board("director").load("task", task);
  if (state.status === "absent") return { task, spec: wanted, change: "new" };
  if (!named && state.spec.title !== wanted.title) {
    const message = `another task is called ${wanted.name} already: ${state.spec.title}`;
    throw new BadInput(message, placeOf(wanted.title), "give this one a name of its own: --name");
  }
  const spec = { ...wanted, source: state.spec.source };
  if (same(state.spec, spec)) return { task, spec, change: "same" };
  return { task, spec, change: WAITING.has(state.status) ? "changed" : "late" };
}

function mustDiffer(specs: readonly TaskSpec[], placeOf: Wishes["placeOf"]): void {
  const names = new Set<string>();
  for (const { name, title } of specs) {
    if (names.has(name)) {
      const message = `a second task is called ${name}`;
      throw new BadInput(message, placeOf(title), "give each task a name of its own");
    }
    names.add(name);
  }
}

/** @throws BadInput where the director's settings name no such worker or model. */
export function mustKnowWorker({ config, paths }: House, model: string, place: string): void {
  const { workers } = config;
  if (workers.some((worker) => worker.name === model || worker.model === model)) return;
  const names = workers.map(({ name }) => name).join(", ") || "none is set up";
  const message = `unknown worker ${model} (known: ${names})`;
  throw new BadInput(message, place, `add it under workers in ${paths.config}`);
}

async function mustKnowTasks(
  house: House,
  { depends }: BacklogEntry,
  repo: string,
  specs: readonly TaskSpec[],
  placeOf: Wishes["placeOf"],
): Promise<void> {
  const { tasks, closed } = house.runner.view(backlog);
  const board = house.board("director");
  for (const name of depends) {
    const id = taskIdOf(repo, name);
    const beside = specs.some((spec) => spec.name === name);
    if (beside || tasks.has(id) || closed.has(id)) continue;
    // One that was closed long ago is known to its own stream alone.
    if ((await board.load("task", id)).revision > 0) continue;
    throw new BadInput(`no task is called ${name}`, placeOf(name), "nightshift backlog");
  }
}
