import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { BadInput } from "@nightshift/protocol/errors";
import { NIGHT_SHIFT } from "./commit.ts";
import { fields, git } from "./git.ts";
import type { Person, Place } from "./git.ts";
import { checkPath } from "./paths.ts";
import { worktrees } from "./refs.ts";
import type { Worktree } from "./refs.ts";

/** How a repository stands, for the checks a command makes before it does anything. */
export type Inspection =
  | { isGit: false }
  | {
      isGit: true;
      /** Top of the working copy; null for a bare repository. */
      top: string | null;
      /** Null where nothing was ever committed. */
      head: string | null;
      /** Full name of the branch; null where HEAD is detached. */
      branch: string | null;
      /** Whether nothing differs from HEAD; files git does not track make it unclean too. */
      clean: boolean;
      /** The paths that differ, from the top; a folder git does not track ends in a slash. */
      changed: string[];
      worktrees: Worktree[];
    };

const ASK_WALL_MS = 30_000;
const MERGES_MAX = 1_000;

/** Looks at a repository as its owner does, with their configuration; changes nothing. */
export async function inspect(repo: string): Promise<Inspection> {
  const gitDir = await ask(repo, ["rev-parse", "--absolute-git-dir"]);
  if (gitDir === null) return { isGit: false };
  const place = { gitDir };
  const [top, head, branch, status, trees] = await Promise.all([
    ask(repo, ["rev-parse", "--show-toplevel"]),
    ask(repo, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]),
    ask(repo, ["symbolic-ref", "--quiet", "HEAD"]),
    ask(repo, ["status", "--porcelain", "-z", "--untracked-files=normal"]),
    worktrees(place),
  ]);
  const changed = changedPaths(status ?? "");
  return { isGit: true, top, head, branch, clean: changed.length === 0, changed, worktrees: trees };
}

/** Of `git status -z`: a renamed path is followed by its old name, which is no entry. */
function changedPaths(status: string): string[] {
  const paths: string[] = [];
  let isOldName = false;
  for (const entry of fields(status)) {
    if (isOldName) isOldName = false;
    else {
      paths.push(entry.slice(3));
      isOldName = /^[RC]|^.[RC]/.test(entry);
    }
  }
  return paths;
}

/** The commit that last wrote a line of a file, or null where there is no such line. */
export async function blame(
  repo: string,
  commit: string,
  path: string,
  line: number,
): Promise<string | null> {
  const name = checkPath(path).join("/");
  const args = ["blame", "--porcelain", "-L", `${line},${line}`, commit, "--", name];
  const { code, stdout } = await git(await placeOf(repo), args, { answers: [0, 128] });
  return code === 0 ? (/^[0-9a-f]{40,64}/.exec(stdout)?.[0] ?? null) : null;
}

/** Merges on the first-parent line of `tip` that contain a commit, the earliest first. */
export async function mergesIntroducing(
  repo: string,
  tip: string,
  commit: string,
): Promise<string[]> {
  const place = await placeOf(repo);
  const range = `${commit}..${tip}`;
  const [line, containing] = await Promise.all([
    git(place, ["rev-list", "--first-parent", "--merges", range]),
    git(place, ["rev-list", "--ancestry-path", "--merges", range]),
  ]);
  const contained = new Set(containing.stdout.split("\n"));
  const merges = line.stdout.split("\n").filter((id) => id !== "" && contained.has(id));
  return merges.reverse().slice(0, MERGES_MAX);
}

const NOTES = "refs/notes/nightshift";

/** Adds a line to the git note of a commit; saying the same thing twice changes nothing. */
export async function noteRoot(
  repo: string,
  commit: string,
  text: string,
  person: Person = NIGHT_SHIFT,
): Promise<void> {
  const place = await placeOf(repo);
  const known = await git(place, ["notes", `--ref=${NOTES}`, "show", commit], { answers: [0, 1] });
  if (known.stdout.split("\n").includes(text)) return;
  await git(place, ["notes", `--ref=${NOTES}`, "append", "-F", "-", commit], {
    input: text,
    person,
  });
}

async function placeOf(repo: string): Promise<Place> {
  const gitDir = await ask(repo, ["rev-parse", "--absolute-git-dir"]);
  if (gitDir === null) throw new BadInput("not a git repository", repo, `git -C ${repo} init`);
  return { gitDir };
}

/** One line from git as the owner would get it, or null where git says no. */
async function ask(repo: string, args: readonly string[]): Promise<string | null> {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  try {
    const { stdout } = await promisify(execFile)("git", ["-c", "core.fsmonitor=false", ...args], {
      cwd: repo,
      env: { ...env, GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0" },
      timeout: ASK_WALL_MS,
    });
    return stdout.trimEnd();
  } catch {
    return null;
  }
}
