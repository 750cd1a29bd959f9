import { execFile } from "node:child_process";
import { Unreachable } from "@nightshift/agents/forge";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";

const PUSH_WALL_MS = 120_000;
const OUTPUT_BYTES_MAX = 1024 * 1024;

/** Where a repository is pushed to, and what is needed to be let in. */
export type Remote = {
  /** The director's working copy. */
  path: string;
  /** Name of a remote of it. */
  name: string;
  /** For HTTPS without a credential helper; null where the director's own git gets in. */
  login: {
    user: string;
    token: string;
    /** The one address that the token is for, with a slash at its end: git sends it nowhere else. */
    at: string;
  } | null;
  /** Ends what git does there. */
  signal: AbortSignal;
};

/**
 * What the remote has on a branch; null where it has no such branch.
 * @throws Unreachable where the remote lets nobody look.
 */
export async function branchAt(remote: Remote, branch: string): Promise<string | null> {
  const asked = git(remote, ["ls-remote", remote.name, `refs/heads/${branch}`]);
  const { stdout } = await asked.catch((error: unknown) => {
    throw error instanceof Unavailable ? new Unreachable(error.message) : error;
  });
  return /^[0-9a-f]{40,64}/.exec(stdout)?.[0] ?? null;
}

/**
 * Puts a commit on a branch of the remote, if the branch stands where it was seen. Hooks of the
 * working copy do not run: they are for what people push.
 * @throws Refusal "not-allowed" where somebody else moved the branch. @throws Unreachable where the
 *   remote does not answer. @throws Unavailable otherwise.
 */
export async function pushBranch(
  remote: Remote,
  branch: string,
  commit: string,
  mine: readonly string[] | null,
): Promise<void> {
  const there = await branchAt(remote, branch);
  if (there === commit) return;
  if (there !== null && mine !== null && !mine.includes(there)) {
    throw new Refusal("not-allowed", `somebody else moved ${branch} at the forge`);
  }
  const ref = `refs/heads/${branch}`;
  const lease = `--force-with-lease=${ref}:${there ?? ""}`;
  await git(remote, ["push", "--quiet", "--no-verify", lease, remote.name, `${commit}:${ref}`]);
}

/** Brings a commit of the remote here. @returns false where the remote does not give it. */
export async function fetchCommit(remote: Remote, commit: string): Promise<boolean> {
  const keep = `+${commit}:refs/nightshift/forge/${commit.slice(0, 12)}`;
  try {
    await git(remote, [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-recurse-submodules",
      remote.name,
      keep,
    ]);
    return true;
  } catch (error) {
    if (!(error instanceof Unavailable) || error instanceof Unreachable) throw error;
    return false;
  }
}

/**
 * Git as the director runs it, with their remotes and sign-ins. A token goes through the environment
 * of this one process, never through its command line, and no error repeats what git printed of it.
 */
function git(remote: Remote, args: readonly string[]): Promise<{ stdout: string }> {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const options = {
      cwd: remote.path,
      env: { ...env, GIT_TERMINAL_PROMPT: "0", ...loginOf(remote) },
      signal: remote.signal,
      timeout: PUSH_WALL_MS,
      maxBuffer: OUTPUT_BYTES_MAX,
    };
    const safe = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"];
    execFile("git", [...safe, ...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ stdout });
      const said = masked(remote, stderr.trim().split("\n").at(-1) ?? "").slice(0, 300);
      const message = `git ${args[0]} ${remote.name} failed: ${said || "no reason given"}`;
      const isCut = error.killed === true || remote.signal.aborted;
      reject(isCut ? new Unreachable(message) : new Unavailable(message));
    });
  });
}

function loginOf({ login }: Remote): Record<string, string> {
  if (login === null) return {};
  const basic = Buffer.from(`${login.user}:${login.token}`).toString("base64");
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${login.at}.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}

/** Without the token, and without what stands before an `@` in an address. */
function masked({ login }: Remote, text: string): string {
  const without = login === null ? text : text.replaceAll(login.token, "***");
  return without.replaceAll(/\/\/[^/@\s]+@/g, "//***@");
}
