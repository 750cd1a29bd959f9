import { existsSync, realpathSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { RepoPlan } from "@nightshift/agents/dispatcher/ports";
import { repos } from "@nightshift/projections/repos";
import { BadInput } from "@nightshift/protocol/errors";
import { nameId } from "@nightshift/protocol/ids";
import { REPOSITORY_FILE, RepositoryConfig, SEALED_ALWAYS } from "./config/repository.ts";
import { readYaml } from "./config/yaml-file.ts";
import type { House } from "./house.ts";
import { inspect } from "./workers/workspace/repository.ts";

/** A repository that can be worked on: its settings, and what git says of it. */
export type Repository = { plan: RepoPlan; config: RepositoryConfig; head: string };

/** The id of a repository: its folder, wherever a command is typed. */
function repoId(path: string): string {
  return nameId(realpathSync(resolve(path)));
}

/** What git says of a folder that work can begin from: its top, and the branch that stands there. */
export type WorkingCopy = { path: string; head: string; branch: string; changed: string[] };

/** @throws BadInput: no folder, no git repository, no working copy, no commit, a detached head. */
export async function openWorkingCopy(folder: string): Promise<WorkingCopy> {
  const asked = resolve(folder);
  if (!existsSync(asked)) {
    throw new BadInput("there is no such folder", asked, "give the folder of a git repository");
  }
  const state = await inspect(asked);
  if (!state.isGit) throw new BadInput("not a git repository", asked, `git -C ${asked} init`);
  if (state.top === null) {
    throw new BadInput("a repository without a working copy", asked, "give the folder of a clone");
  }
  const path = realpathSync(state.top);
  const { head, branch, changed } = state;
  if (head === null) {
    const mend = `git -C ${path} add --all && git -C ${path} commit`;
    throw new BadInput("the repository has no commit", path, mend);
  }
  if (branch === null) {
    throw new BadInput("detached head", path, `git -C ${path} switch <branch>`);
  }
  return { path, head, branch: branch.replace(/^refs\/heads\//, ""), changed };
}

/**
 * Reads a repository and holds it against what a night needs.
 * @param options.clean Whether uncommitted changes are in the way.
 * @param options.byDirector Whether the director asked for just this merge or revert: then the target
 *   may be checked out. A night never moves what is.
 * @throws BadInput as `openWorkingCopy`; dirty tree, no settings, no test command.
 */
export async function openRepository(
  folder: string,
  options: { clean: boolean; byDirector?: boolean },
): Promise<Repository> {
  const { path, head, branch, changed } = await openWorkingCopy(folder);
  const file = join(path, REPOSITORY_FILE);
  const config = await readYaml(file, RepositoryConfig, `edit ${file}`);
  if (config === null) {
    throw new BadInput("not set up for Night Shift", path, `nightshift init --repo ${path}`);
  }
  if (options.clean) mustBeClean(path, config, changed);
  const start = config.start ?? branch;
  if (config.target === branch && !options.byDirector) {
    throw new BadInput(
      `target: ${config.target} is checked out; a night never moves it`,
      file,
      `set target: nightshift/main in ${file}`,
    );
  }
  return { plan: planOf(path, config, start), config, head };
}

/** What the director writes for the night itself is read from the disk and need not be committed. */
function mustBeClean(path: string, config: RepositoryConfig, changed: readonly string[]): void {
  const own = new Set([REPOSITORY_FILE, config.backlog, config.notes]);
  const [first, ...more] = changed.filter((name) => !own.has(name));
  if (first === undefined) return;
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  const message = `uncommitted changes in ${first}${others}; a night works on what is committed`;
  throw new BadInput(message, path, `git -C ${path} stash --include-untracked`);
}

function planOf(path: string, config: RepositoryConfig, startPoint: string): RepoPlan {
  return {
    id: repoId(path),
    name: config.name ?? basename(path),
    path,
    target: config.target,
    testCommand: config.test,
    prepareCommand: config.prepare,
    sealed: [...SEALED_ALWAYS, ...config.sealed],
    sandbox: config.sandbox,
    policy: config.merge,
    policyByCategory: config.mergeByCategory,
    startPoint,
    parallelMax: config.parallel,
    overlap: config.overlap,
    afterMergeCommand: config.afterMerge,
  };
}

/** The repositories that the log knows and that are still where they were. */
export async function openRepositoriesOfLog({ runner }: House): Promise<Repository[]> {
  await runner.catchUp();
  const paths = [...runner.view(repos).values()].map(({ path }) => path).filter(existsSync);
  return Promise.all(paths.map((path) => openRepository(path, { clean: false })));
}
