import { createHash, randomUUID } from "node:crypto";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { LimitReached, WorkerFailure } from "@nightshift/agents/ports";
import type { Blobs, CodingAgent } from "@nightshift/agents/ports";
import { BadInput, Unavailable } from "@nightshift/protocol/errors";

/** What became of a known edit, from what stands on the disk afterwards. */
export type Probe =
  | { state: "works"; tookMs: number }
  | { state: "signed-out"; why: string }
  | { state: "no-write-tools" }
  | { state: "sandbox-broken"; why: string }
  | { state: "at-limit"; resetsAtMs: number | null }
  | { state: "failed"; why: string };

const SILENCE_MS = 60_000;
const WALL_MS = 180_000;
const FILE = "nightshift-probe.txt";

/**
 * Asks an agent for one file with one line that nobody could guess, in a repository of its own that
 * is thrown away, and looks whether it is there: an exit code of 0 and a summary prove nothing
 * (REQUIREMENTS A16). It costs one small call of its account.
 */
export async function probe(
  agent: CodingAgent,
  { signal, parent = tmpdir() }: { signal: AbortSignal; parent?: string },
): Promise<Probe> {
  const clone = await realpath(await mkdtemp(join(parent, "nightshift-probe-")));
  const line = `probe ${randomUUID()}`;
  const startedAtMs = performance.now();
  try {
    await begin(clone);
    const prompt = `Create the file ${FILE} in the folder that you work in, with exactly this one
line in it, and nothing else:

${line}

Use your tool for writing files. Change no other file, and stop when it is written.`;
    const work = { prompt, clone, silenceMs: SILENCE_MS, wallMs: WALL_MS };
    const failure = await agent.work(work, { signal, onProgress: () => {} }).then(
      () => null,
      (error: unknown) => error,
    );
    const written = await readFile(join(clone, FILE), "utf8").catch(() => "");
    if (written.trim() === line)
      return { state: "works", tookMs: Math.round(performance.now() - startedAtMs) };
    return failure === null ? { state: "no-write-tools" } : named(failure);
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}

/** Keeps nothing: what a probe says is of no use the day after. */
export const forgetful: Blobs = {
  put: (text) => Promise.resolve(createHash("sha256").update(text).digest("hex")),
  get: (sha256) => Promise.reject(new Unavailable(`nothing is kept of a probe: ${sha256}`)),
};

function named(failure: unknown): Probe {
  if (failure instanceof LimitReached) return { state: "at-limit", resetsAtMs: failure.resetsAtMs };
  if (failure instanceof BadInput)
    return { state: "signed-out", why: `${failure.message}: ${failure.where}` };
  if (!(failure instanceof WorkerFailure)) throw failure;
  const why = failure.message;
  switch (failure.kind) {
    case "sign-in":
      return { state: "signed-out", why };
    case "sandbox":
      return { state: "sandbox-broken", why };
    case "hang":
    case "timeout":
    case "crash":
    case "unusable-answer":
    case "loop":
    case "cancelled":
      return { state: "failed", why: `${failure.kind}: ${why}` };
  }
}

/** Some CLIs refuse to work where there is no repository. */
async function begin(folder: string): Promise<void> {
  await writeFile(join(folder, "README.md"), "# A probe\n");
  const git = (...args: string[]) => promisify(execFile)("git", ["-C", folder, ...args]);
  const who = ["-c", "user.name=nightshift", "-c", "user.email=nightshift@localhost"];
  await git("init", "--quiet");
  await git("add", "--all");
  await git(...who, "commit", "--quiet", "--no-gpg-sign", "--message", "Begin");
}
