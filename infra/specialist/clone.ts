import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";

const GIT_WALL_MS = 120_000;
const run = promisify(execFile);
/** The name of a body that is kept nowhere: the house looks for itself. */
const NOTHING = "0".repeat(64);

/**
 * Lets work be done in a clone at the commit that it begins from, and hands in what changed as a
 * commit of the house's repository, on a ref that no branch is: what becomes of it the house decides.
 */
export async function inClone(
  { repo, base, attempt, model, limits }: SkillInput<"implement">,
  { name, signal }: { name: string; signal: AbortSignal },
  work: (folder: string) => Promise<void>,
): Promise<SkillOutput<"implement">> {
  const startMs = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "nightshift-specialist-"));
  const git = async (...args: string[]) => {
    const how = { cwd: folder, env: environment(name), timeout: GIT_WALL_MS, signal };
    return (await run("git", ["-c", "core.hooksPath=/dev/null", ...args], how)).stdout.trim();
  };
  try {
    await git("clone", "--quiet", "--no-checkout", repo.path, ".");
    await git("checkout", "--quiet", "--detach", base);
    await work(folder);
    await git("add", "--all");
    if ((await git("status", "--porcelain")) === "")
      return { status: "failed", kind: "no-change", detail: "nothing was changed", spend: null };
    await git("commit", "--quiet", "--message", `${name}: ${attempt}`);
    await git("push", "--quiet", "--force", "origin", `HEAD:refs/visitors/${name}/${attempt}`);
    const commit = await git("rev-parse", "HEAD");
    const durationMs = Math.round(performance.now() - startMs);
    return answered({ name, model, commit, durationMs, capTokens: limits.contextTokens });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of all this the house takes the commit alone at its word, once git has it. */
function answered(made: {
  name: string;
  model: string;
  commit: string;
  durationMs: number;
  capTokens: number;
}): SkillOutput<"implement"> {
  const { name: by, model, commit, durationMs, capTokens } = made;
  return {
    status: "executed",
    prompted: { by, model, blob: NOTHING, contextTokens: 0, capTokens },
    executed: {
      by,
      model,
      family: by,
      usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0 },
      costMicroUsd: 0,
      costKind: "unknown",
      stopReason: "finished",
      commit,
      files: [],
      diff: NOTHING,
      transcript: NOTHING,
      report: null,
      durationMs,
      sandboxed: false,
    },
  };
}

function environment(name: string) {
  const who = { name, email: `${name}@localhost` };
  return {
    PATH: process.env["PATH"],
    HOME: tmpdir(),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_COMMITTER_NAME: who.name,
    GIT_COMMITTER_EMAIL: who.email,
  };
}
