import type { Try } from "./attempt.ts";
import { repoOf, say, type Night } from "./night.ts";

/** Takes a merge back by a commit on top: history is never rewritten. */
export async function revertMerge(
  night: Night,
  attempt: Try,
  commit: string,
  reason: string,
): Promise<string> {
  const { workspace, board } = night.ports;
  const repo = repoOf(night, attempt.spec.repo);
  const ref = `refs/heads/${repo.target}`;
  for (let tries = 0; tries < MOVES_MAX; tries++) {
    const head = await workspace.resolve(repo.path, ref);
    if (head === null) throw new Error(`${repo.target} is gone`);
    const message = `Revert "${attempt.spec.title}"\n\n${reason}\n\nNight-Shift-Reverts: ${commit}\n`;
    const undone = await workspace.revert(repo.path, head, commit, message);
    if (undone.status === "conflict") {
      throw new Error(`cannot revert ${commit}: conflicts in ${undone.paths.join(", ")}`);
    }
    if (await workspace.moveRef(repo.path, ref, head, undone.commit)) {
      await board.handle(
        "repo",
        repo.id,
        {
          type: "repo.revert",
          attempt: attempt.id,
          epoch: night.epoch,
          target: repo.target,
          commit,
          revert: undone.commit,
          reason,
        },
        { correlation: attempt.task },
      );
      say(night, attempt.task, `${attempt.spec.name} reverted: ${reason}`, "bad");
      return undone.commit;
    }
  }
  throw new Error(`${repo.target} moved ${MOVES_MAX} times while a merge was being taken back`);
}

const MOVES_MAX = 5;
