import { existsSync, realpathSync } from "node:fs";
import { relative, resolve } from "node:path";
import { BadInput } from "@nightshift/protocol/errors";
import { idOf } from "@nightshift/protocol/ids";
import type { House } from "../house.ts";
import type { Repository } from "../repositories.ts";
import { blame, mergesIntroducing } from "../workers/workspace/repository.ts";
import { createWorkspace } from "../workers/workspace/workspace.ts";

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
  house: House,
  { plan }: Repository,
  asked: { path: string; line: number },
): Promise<Origin> {
  const { store } = house;
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
  const merged = new Map<string, { attempt: string; old: string }>();
  for await (const { stream, event } of store.readAll({ types: READ })) {
    if (event.type === "attempt.executed" && event.commit === commit) {
      return { path, line: asked.line, commit, attempt: idOf(stream) };
    }
    if (event.type === "repo.merged") merged.set(event.new, event);
  }
  const [first = commit] = await mergesIntroducing(plan.path, tip, commit);
  const merge = merged.get(first);
  const brought = merge && !(await held(house, plan.path, merge.old, commit));
  return { path, line: asked.line, commit, attempt: brought ? merge.attempt : null };
}

const READ = ["attempt.executed", "repo.merged"];

/** A merge also contains what its branch already stood on: that was there before it. */
function held({ paths }: House, repo: string, before: string, commit: string): Promise<boolean> {
  return createWorkspace({ root: paths.clones }).contains(repo, before, commit);
}

/** As it was typed from where one stands, else as the repository names it. */
function pathIn(top: string, typed: string): string {
  const here = resolve(typed);
  const inside = relative(top, existsSync(here) ? realpathSync(here) : here);
  return inside.startsWith("..") ? typed : inside;
}
