import { existsSync, realpathSync } from "node:fs";
import { relative, resolve } from "node:path";
import { BadInput } from "@nightshift/protocol/errors";
import { idOf } from "@nightshift/protocol/ids";
import type { House } from "../house.ts";
import type { Repository } from "../repositories.ts";
import { blame, mergesIntroducing } from "../workers/workspace/repository.ts";

/** A line of a target branch, the commit that wrote it, and the attempt that brought it there. */
export type Origin = {
  path: string;
  line: number;
  commit: string;
  /** Null where Night Shift did not bring it. */
  attempt: string | null;
};

/** `src/money.ts:12`, or null for a word that names no line. */
export function lineIn(word: string): { path: string; line: number } | null {
  const [, path = "", line = ""] = /^(.+):(\d+)$/.exec(word) ?? [];
  return path === "" || Number(line) < 1 ? null : { path, line: Number(line) };
}

/**
 * Walks from a line to the attempt, by what git and the log say; a message of a commit is no proof.
 * @throws BadInput where the target branch has no such line.
 */
export async function originOf(
  { store }: House,
  { plan }: Repository,
  asked: { path: string; line: number },
): Promise<Origin> {
  const path = pathIn(plan.path, asked.path);
  const tip = `refs/heads/${plan.target}`;
  const commit = await blame(plan.path, tip, path, asked.line);
  if (commit === null) {
    const where = `${path}:${asked.line}`;
    throw new BadInput(
      `no such line on ${plan.target}, or nothing was merged there yet`,
      where,
      `git -C ${plan.path} show ${plan.target}:${path}`,
    );
  }
  const merges = await mergesIntroducing(plan.path, tip, commit);
  const byMerge = new Map<string, string>();
  for await (const { stream, event } of store.readAll({
    types: ["attempt.executed", "repo.merged"],
  })) {
    if (event.type === "attempt.executed" && event.commit === commit) {
      return { path, line: asked.line, commit, attempt: idOf(stream) };
    }
    if (event.type === "repo.merged") byMerge.set(event.new, event.attempt);
  }
  const attempt = [commit, ...merges].map((id) => byMerge.get(id)).find((id) => id !== undefined);
  return { path, line: asked.line, commit, attempt: attempt ?? null };
}

/** As it was typed from where one stands, else as the repository names it. */
function pathIn(top: string, typed: string): string {
  const here = resolve(typed);
  const inside = relative(top, existsSync(here) ? realpathSync(here) : here);
  return inside.startsWith("..") ? typed : inside;
}
