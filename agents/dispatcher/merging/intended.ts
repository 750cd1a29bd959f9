import type { RepoRecord } from "@nightshift/blackboard/repo-state";
import { Refusal } from "@nightshift/protocol/errors";
import type { Night } from "../night.ts";

/** Looks at a ref that moves while it is looked at. */
const LOOKS_MAX = 3;

/**
 * Brings a merge that was intended to its event: it has happened if the target contains it; it is
 * done now if the target still stands where it stood; else it was overtaken.
 */
export async function settleIntended({ ports, epoch }: Night, repo: string): Promise<void> {
  const { board, workspace } = ports;
  const { state } = await board.load("repo", repo);
  if (state.status === "absent" || state.intended === null) return;
  const { path } = state;
  const { attempt, target, old, new: next } = state.intended;
  const ref = `refs/heads/${target}`;
  let isThere = false;
  for (let looks = 0; looks < LOOKS_MAX && !isThere; looks++) {
    const head = await workspace.resolve(path, ref);
    isThere = head !== null && (await workspace.contains(path, head, next));
    if (isThere || head !== old) break;
    isThere = (await tryMove(workspace, path, ref, old, next)) === true;
  }
  await board.handle(
    "repo",
    repo,
    isThere
      ? { type: "repo.confirm-merge", attempt, epoch }
      : {
          type: "repo.fail-merge",
          attempt,
          epoch,
          reason: "moved",
          detail: `${target} moved before the merge was done`,
        },
  );
}

/** Whether an attempt is among those whose merge was announced. */
export function isIntended(intended: RepoRecord["intended"], attempt: string): boolean {
  if (intended === null) return false;
  return intended.attempt === attempt || intended.others.some((one) => one.attempt === attempt);
}

/** Compare-and-set of a ref; what a working copy has checked out is the director's alone. */
export async function tryMove(
  workspace: Night["ports"]["workspace"],
  path: string,
  ref: string,
  old: string,
  next: string,
): Promise<boolean | "checked-out"> {
  try {
    return await workspace.moveRef(path, ref, old, next);
  } catch (error) {
    if (error instanceof Refusal && error.code === "not-allowed") return "checked-out";
    throw error;
  }
}
