import type { Try } from "../attempt.ts";
import { tryMove } from "./intended.ts";
import { repoOf, say, type Night } from "../night.ts";

type Undone =
  | { status: "reverted"; revert: string }
  | { status: "conflict" | "regression"; detail: string };

/** Why a tree without the merge is not to be had; null where it is. */
type Check = (commit: string) => Promise<string | null>;

/**
 * Takes a merge back by a commit on top: history is never rewritten. Which commit that is stands
 * under a ref of its own before the target moves, so that after a crash nothing is taken back twice.
 * @param check Held against the tree that would be: where it objects the target stays where it is.
 */
export async function revertMerge(
  night: Night,
  attempt: Try,
  commit: string,
  reason: string,
  check: Check = async () => null,
): Promise<Undone> {
  const { workspace } = night.ports;
  const { path, target } = repoOf(night, attempt.spec.repo);
  const ref = `refs/heads/${target}`;
  const note = `refs/nightshift/reverts/${attempt.id}`;
  for (let tries = 0; tries < MOVES_MAX; tries++) {
    const head = await workspace.resolve(path, ref);
    if (head === null) throw new Error(`${target} is gone`);
    const noted = await workspace.resolve(path, note);
    if (noted !== null && (await workspace.contains(path, head, noted))) {
      return told(night, attempt, commit, noted, reason);
    }
    const message = `Revert "${attempt.spec.title}"\n\n${reason}\n\nNight-Shift-Reverts: ${commit}\n`;
    const undone = await workspace.revert(path, head, commit, message);
    if (undone.status === "conflict") {
      return { status: "conflict", detail: undone.paths.join(", ") };
    }
    const objection = await check(undone.commit);
    if (objection !== null) return { status: "regression", detail: objection };
    if (!(await workspace.moveRef(path, note, noted, undone.commit))) continue;
    const moved = await tryMove(workspace, path, ref, head, undone.commit);
    if (moved === "checked-out") return { status: "conflict", detail: "your working copy" };
    if (moved) return told(night, attempt, commit, undone.commit, reason);
  }
  throw new Error(`${target} moved ${MOVES_MAX} times while a merge was being taken back`);
}

const MOVES_MAX = 5;

async function told(
  night: Night,
  { id, task, spec }: Try,
  commit: string,
  revert: string,
  reason: string,
): Promise<Undone> {
  const { ports, epoch } = night;
  const { id: repo, target } = repoOf(night, spec.repo);
  const command = {
    type: "repo.revert",
    attempt: id,
    epoch,
    target,
    commit,
    revert,
    reason,
  } as const;
  await ports.board.handle("repo", repo, command, { correlation: task });
  say(night, task, `${spec.name} reverted: ${reason}`, "bad");
  return { status: "reverted", revert };
}
