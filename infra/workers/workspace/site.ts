import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { BadInput } from "@nightshift/protocol/errors";
import type { Place } from "./git.ts";

/** A repository and the two ways the house looks at it. */
export type Site = {
  /** As its owner sees it, with their configuration: for refs and worktrees alone. */
  own: Place;
  /**
   * The same objects under a folder of git that the house wrote: no filters, no drivers, no
   * configuration of anyone. Trees, commits, diffs and merges are made here.
   */
  clean: Place & { objects: string };
  objectFormat: "sha1" | "sha256";
  /** Every folder that objects are read from: the repository's and those it borrows. */
  objectFolders: string[];
};

/** A repository seldom borrows from more than one other. */
const ALTERNATES_MAX = 16;
const LOCATE_WALL_MS = 10_000;

/**
 * Finds a repository and lays the clean folder of git for it.
 * @param root Folder of the house, out of every worker's reach.
 * @throws BadInput where there is no repository.
 */
export async function locate(root: string, repo: string): Promise<Site> {
  const { gitDir, commonDir, objects, objectFormat } = await discover(repo);
  const shallowFile = join(commonDir, "shallow");
  const shallow = existsSync(shallowFile) ? shallowFile : null;
  const name = createHash("sha256").update(commonDir).digest("hex").slice(0, 16);
  const clean = join(root, "repositories", name);
  await layCleanFolder(clean, objectFormat);
  return {
    own: { gitDir },
    clean: { gitDir: clean, objects, shallow },
    objectFormat,
    objectFolders: [objects, ...borrowed(objects)],
  };
}

/** Discovery alone respects the director's own configuration, `safe.directory` among it. */
async function discover(repo: string) {
  const asked = ["--git-dir", "--git-common-dir", "--git-path", "objects", "--show-object-format"];
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  try {
    const { stdout } = await promisify(execFile)(
      "git",
      ["-c", "core.fsmonitor=false", "rev-parse", "--path-format=absolute", ...asked],
      { cwd: repo, env: { ...env, GIT_TERMINAL_PROMPT: "0" }, timeout: LOCATE_WALL_MS },
    );
    const [gitDir = "", commonDir = "", objects = "", format = ""] = stdout.trimEnd().split("\n");
    const objectFormat = format === "sha256" ? "sha256" : "sha1";
    return { gitDir, commonDir, objects, objectFormat } as const;
  } catch (cause) {
    throw new BadInput("not a git repository", repo, `git -C ${repo} init`, { cause });
  }
}

/**
 * Whoever comes first lays it under another name and renames it, so nobody sees half of it.
 * `info/attributes` outranks every `.gitattributes`: a worker's own would hide a file from the
 * diff, join conflicting lines silently, or name a filter.
 */
async function layCleanFolder(folder: string, objectFormat: Site["objectFormat"]): Promise<void> {
  if (existsSync(join(folder, "HEAD"))) return;
  const draft = `${folder}.${randomUUID()}`;
  await mkdir(join(draft, "refs"), { recursive: true });
  await mkdir(join(draft, "objects"));
  await mkdir(join(draft, "info"));
  await writeFile(join(draft, "HEAD"), "ref: refs/heads/none\n");
  await writeFile(join(draft, "config"), configuration(objectFormat));
  await writeFile(
    join(draft, "info", "attributes"),
    "* -text -ident -filter !eol !diff !merge !working-tree-encoding !conflict-marker-size\n",
  );
  await writeFile(join(draft, "info", "exclude"), "node_modules\n.venv\n/venv\n");
  try {
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(join(folder, "HEAD"))) throw error;
  }
}

/** The least that git takes for a repository. */
export function configuration(objectFormat: Site["objectFormat"]): string {
  const core = "[core]\n\tbare = false\n\thooksPath = /dev/null\n\tfsmonitor = false\n";
  return objectFormat === "sha1"
    ? `${core}\trepositoryformatversion = 0\n`
    : `${core}\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n`;
}

function borrowed(objects: string): string[] {
  const file = join(objects, "info", "alternates");
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line.startsWith("/")).slice(0, ALTERNATES_MAX);
}
