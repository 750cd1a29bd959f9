import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Workspace } from "@nightshift/agents/ports";
import type { Bus, Peer } from "@nightshift/protocol/bus";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { z } from "zod";
import type { PastCall } from "./past-calls.ts";

/** Milliseconds that a bid, and a piece of work, may take. */
const BID_MS = 5_000;
const WORK_MS_MAX = 1_800_000;
const VERIFY_MS = 1_800_000;
const GIT_WALL_MS = 120_000;

/** What came of one call, beside what had come of it in its night. */
export const TrialRow = z.strictObject({
  call: z.string(),
  task: z.string(),
  incumbent: z.strictObject({
    agent: z.string(),
    model: z.string(),
    verdict: z.string(),
    costMicroUsd: z.int(),
    durationMs: z.int(),
  }),
  /** `declined` where it did not bid, else `executed` or how it failed. */
  outcome: z.string(),
  verdict: z.string(),
  /** Share of the paths that both changed among those that either did, 0 to 1. */
  agreement: z.number().min(0).max(1),
  /** What it bid. */
  costMicroUsd: z.int(),
  durationMs: z.int(),
  detail: z.string().max(300),
});
export type TrialRow = z.infer<typeof TrialRow>;

type Trial = {
  bus: Pick<Bus, "call">;
  name: string;
  workspace: Workspace;
  /** The house's own, which judges old and new alike. */
  verifier: Peer;
  signal: AbortSignal;
};

/** Puts a piece of work of a past night to somebody new, in a copy of the repository that then was. */
export async function tryCall(trial: Trial, past: PastCall): Promise<TrialRow> {
  const folder = await mkdtemp(join(tmpdir(), "nightshift-trial-"));
  const { call, agent, input, executed, verify } = past;
  const { model, costMicroUsd, durationMs } = executed;
  const incumbent = { agent, model, costMicroUsd, durationMs, verdict: verify?.verdict ?? "none" };
  try {
    await clone(input.repo.path, folder);
    const rest = await outcomeOf(trial, past, folder);
    return { call, task: input.spec.name, incumbent, ...rest };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Rest = Omit<TrialRow, "call" | "task" | "incumbent">;
const nothing: Rest = {
  outcome: "declined",
  verdict: "none",
  agreement: 0,
  costMicroUsd: 0,
  durationMs: 0,
  detail: "",
};

async function outcomeOf(trial: Trial, past: PastCall, folder: string): Promise<Rest> {
  const { bus, name, workspace, signal } = trial;
  const { task, attempt, spec, limits, base } = past.input;
  const message = `trial-${past.call}`;
  const about = { context: task, signal };
  const tokens = { inputTokens: limits.contextTokens, outputTokens: limits.outputTokens };
  const startMs = performance.now();
  try {
    const asked = { task, attempt, spec, skill: "implement" as const, ...tokens };
    const how = { ...about, message: `${message}-bid`, timeoutMs: BID_MS };
    const [bid] = (await bus.call(name, "bid", asked, how)).bids;
    if (!bid) return nothing;
    const input = { ...past.input, model: bid.model, repo: { ...past.input.repo, path: folder } };
    const timeoutMs = Math.min(limits.wallMs, WORK_MS_MAX);
    const answer = await bus.call(name, "implement", input, { ...about, message, timeoutMs });
    const durationMs = Math.round(performance.now() - startMs);
    const made = { ...nothing, costMicroUsd: bid.priceMicroUsd, durationMs };
    const commit = answer.status === "executed" ? answer.executed.commit : null;
    if (commit === null) return { ...made, ...failureOf(answer) };
    if (!(await stands(workspace, folder, commit, base)))
      return { ...made, outcome: "unusable-answer", detail: "no commit that stands on the base" };
    const { files } = await workspace.diff(folder, base, commit);
    const agreement = shared(files, past.executed.files);
    const verdict = await verdictOn(trial, past, { folder, commit, files });
    return { ...made, outcome: "executed", verdict, agreement };
  } catch (error) {
    if (!(error instanceof Unavailable) && !(error instanceof Refusal)) throw error;
    const durationMs = Math.round(performance.now() - startMs);
    return { ...nothing, outcome: "no-answer", durationMs, detail: error.message.slice(0, 300) };
  }
}

function failureOf(answer: SkillOutput<"implement">): Pick<Rest, "outcome" | "detail"> {
  if (answer.status === "failed")
    return { outcome: answer.kind, detail: answer.detail.slice(0, 300) };
  return { outcome: answer.status === "limit" ? "limit" : "unusable-answer", detail: "" };
}

/** Git is asked, not whoever made it. */
async function stands(
  workspace: Workspace,
  folder: string,
  commit: string,
  base: string,
): Promise<boolean> {
  if ((await workspace.resolve(folder, commit)) !== commit) return false;
  return workspace.contains(folder, commit, base);
}

type Made = { folder: string; commit: string; files: SkillInput<"verify">["files"] };

/** What the house's verifier says of it, asked the same as it was of the incumbent's. */
async function verdictOn(trial: Trial, past: PastCall, made: Made): Promise<string> {
  if (!past.verify) return "none";
  const { input } = past.verify;
  const { folder, commit, files } = made;
  const asked = {
    ...input,
    repo: { ...input.repo, path: folder },
    commit,
    files,
    author: trial.name,
  };
  const answer = await trial.verifier.handle("verify", asked, {
    context: input.task,
    message: `trial-${past.call}-verify`,
    principal: "director",
    signal: AbortSignal.any([trial.signal, AbortSignal.timeout(VERIFY_MS)]),
    progress: () => {},
  });
  return Verdict.parse(answer).verdict;
}

const Verdict = z.object({ verdict: z.string() });

function shared(some: readonly { path: string }[], others: readonly { path: string }[]): number {
  const left = new Set(some.map(({ path }) => path));
  const right = new Set(others.map(({ path }) => path));
  const all = left.union(right).size;
  return all === 0 ? 0 : left.intersection(right).size / all;
}

/** All objects of the repository, and a place to push to that nobody looks at. */
async function clone(from: string, folder: string): Promise<void> {
  const env = { PATH: process.env["PATH"], HOME: tmpdir(), GIT_CONFIG_NOSYSTEM: "1" };
  const args = ["clone", "--quiet", "--no-checkout", from, folder];
  try {
    await promisify(execFile)("git", args, { env, timeout: GIT_WALL_MS });
  } catch (error) {
    throw new Unavailable(`${from} cannot be cloned: it was moved, or never was here`, {
      cause: error,
    });
  }
}
