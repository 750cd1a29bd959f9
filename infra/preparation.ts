import type { Note } from "@nightshift/agents/dispatcher/ports";
import { BadInput } from "@nightshift/protocol/errors";
import type { Repository } from "./repositories.ts";
import type { Workshop } from "./workshop.ts";

type Place = Pick<Workshop, "checks" | "workspace">;

/**
 * The repositories whose environment can be prepared, before the first attempt: where nothing can
 * be installed every task would fail for no fault of its own. What was prepared before costs
 * nothing.
 * @throws BadInput where that is none of them, with the command that shows why.
 */
export async function preparable(
  place: Place,
  repositories: readonly Repository[],
  { abort, tell }: { abort: AbortSignal; tell: (note: Note) => void },
): Promise<Repository[]> {
  const able: Repository[] = [];
  let broken: BadInput | null = null;
  for (const repository of repositories) {
    const { path, prepareCommand } = repository.plan;
    const why = prepareCommand === null ? null : await whyNot(place, repository, abort);
    if (why === null) {
      able.push(repository);
      continue;
    }
    broken = new BadInput(why, path, `cd ${path} && ${prepareCommand}`);
    tell({ task: null, text: `not tonight: ${path}: ${why}`, tone: "bad" });
  }
  if (able.length === 0 && broken) throw broken;
  return able;
}

const PREPARE_WALL_MS = 1_200_000;
const WHY_CHARS_MAX = 400;

async function whyNot(
  { checks, workspace }: Place,
  { plan, head }: Repository,
  signal: AbortSignal,
): Promise<string | null> {
  const commit = (await workspace.resolve(plan.path, plan.target)) ?? head;
  const run = await checks.run(plan, commit, "true", { wallMs: PREPARE_WALL_MS, signal });
  if (run.notRun === undefined || signal.aborted) return null;
  return run.notRun.replaceAll(/\s+/g, " ").slice(0, WHY_CHARS_MAX);
}
