import { existsSync, realpathSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { RepoPlan } from "@nightshift/agents/dispatcher/ports";
import { BadInput } from "@nightshift/protocol/errors";
import { nameId } from "@nightshift/protocol/ids";
import { REPOSITORY_FILE, RepositoryConfig, SEALED_ALWAYS } from "./config/repository.ts";
import { readYaml } from "./config/yaml-file.ts";
import { inspect } from "./workers/workspace/repository.ts";

/** A repository that can be worked on: its settings, and what git says of it. */
export type Repository = { plan: RepoPlan; config: RepositoryConfig; head: string };

/** The id of a repository: its folder, wherever a command is typed. */
export function repoId(path: string): string {
  return nameId(realpathSync(resolve(path)));
}

/**
 * Reads a repository and holds it against what a night needs.
 * @param options.clean Whether uncommitted changes are in the way.
 * @throws BadInput: no git repository, detached head, dirty tree, no settings, no test command.
 */
export async function openRepository(
  folder: string,
  options: { clean: boolean },
): Promise<Repository> {
  const asked = resolve(folder);
  if (!existsSync(asked)) {
    throw new BadInput("there is no such folder", asked, "give the folder of a git repository");
  }
  const path = realpathSync(asked);
  const state = await inspect(path);
  if (!state.isGit) throw new BadInput("not a git repository", path, `git -C ${path} init`);
  if (state.top === null) {
    throw new BadInput("a repository without a working copy", path, "give the folder of a clone");
  }
  if (state.head === null) {
    throw new BadInput("the repository has no commit", path, `git -C ${path} commit`);
  }
  if (state.branch === null) {
    throw new BadInput("detached head", path, `git -C ${path} switch main`);
  }
  if (options.clean && !state.clean) {
    throw new BadInput("uncommitted changes", path, `git -C ${path} stash`);
  }
  const file = join(path, REPOSITORY_FILE);
  const config = await readYaml(file, RepositoryConfig, `edit ${file}`);
  if (config === null) {
    throw new BadInput("not set up for Night Shift", path, `nightshift init --repo ${path}`);
  }
  const branch = state.branch.replace(/^refs\/heads\//, "");
  const start = config.start ?? branch;
  if (config.target === branch) {
    throw new BadInput(
      `target: ${config.target} is checked out; a night never moves it`,
      file,
      `set target: nightshift/main in ${file}`,
    );
  }
  return { plan: planOf(path, config, start), config, head: state.head };
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
