import type { CallContext, Peer } from "@nightshift/protocol/bus";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { BadInput } from "@nightshift/protocol/errors";
import { defineAgent } from "../agent.ts";
import { LimitReached, WorkerFailure, type Clone, type Surroundings } from "../ports.ts";
import { bidsOf } from "./bid.ts";
import { askCodingAgent } from "./coding-work.ts";
import { askModel } from "./model-work.ts";
import { makePrompt } from "./prompting.ts";
import type { ImplementerPorts, Job, Named } from "./job.ts";
import { loadTokenCounter } from "./tokens.ts";
import { emptyBill, nothingSpent, spendOf, type Work } from "./work.ts";
import { isModel, roomOf } from "./worker.ts";

type Input = SkillInput<"implement">;
type Output = SkillOutput<"implement">;

/**
 * Puts an implementer on a bus: it bids for each of its workers, and does the work of step 5 in a
 * clone of its own. Limits and failures are answers, not exceptions (I7).
 */
export function implementer(ports: ImplementerPorts, name = "implementer"): Peer {
  return agent({ ...ports, name }, name);
}

const agent = defineAgent<Named, "implement" | "bid">({
  card: {
    name: "implementer",
    description: "Does a task in a clone of its own, with a model or a coding agent",
    version: "1",
  },
  handlers: {
    bid: async (input, { workers }) => ({ bids: bidsOf(workers, input) }),
    implement,
  },
});

async function implement(input: Input, ports: Named, call: CallContext): Promise<Output> {
  const worker = ports.workers.find(({ name }) => name === input.model);
  const room = worker ? roomOf(worker, input.limits) : null;
  if (!worker || !room) {
    const why = worker ? "cannot hold the context" : "is no worker of this implementer";
    return { status: "failed", kind: "lost", detail: `${input.model} ${why}`, spend: null };
  }
  const job: Omit<Job, "surroundings"> = {
    input,
    worker,
    room,
    ports,
    call,
    bill: emptyBill(),
    loadCounter: ports.loadCounter ?? loadTokenCounter,
  };
  const startMs = ports.clock.now();
  const clone = await ports.workspace.open(input.repo.path, input.base, input.attempt);
  let isAsked = false;
  try {
    // Before anything is spent: where nothing can be installed, nothing could be tested either.
    const surroundings = await surroundingsIn(clone, job);
    const { prompt, prompted } = await makePrompt(clone, { ...job, surroundings });
    isAsked = true;
    return await workIn(clone, { ...job, surroundings, prompt, prompted }, startMs);
  } catch (error) {
    return endOf(error, job, isAsked);
  } finally {
    await clone.close();
  }
}

type Asked = Job & Awaited<ReturnType<typeof makePrompt>>;

async function workIn(clone: Clone, job: Asked, startMs: number): Promise<Output> {
  const { input, worker, ports, call, prompt, prompted } = job;
  call.progress(`asks ${worker.name} with ${prompted.contextTokens} tokens`);
  const work = isModel(worker)
    ? await askModel(worker, prompt, clone, job)
    : await askCodingAgent(worker, prompt, clone, job);
  if (work.status === "failed") return { ...work, spend: spendOf(worker, job.bill) };
  call.progress("seals what was made");
  const result = await seal(clone, work, job);
  if (result === null) {
    const detail = `${worker.name} ended without changing any file`;
    return { status: "failed", kind: "no-change", detail, spend: spendOf(worker, job.bill) };
  }
  const { usage, costMicroUsd, costKind, transcripts } = job.bill;
  const earlier = transcripts.slice(0, -1);
  return {
    status: "executed",
    prompted,
    executed: {
      by: ports.name,
      model: input.model,
      family: worker.family,
      usage,
      costMicroUsd,
      costKind,
      stopReason: work.stopReason,
      ...result,
      transcript: work.transcript,
      ...(earlier.length > 0 && { earlier }),
      durationMs: Math.max(0, Math.round(ports.clock.now() - startMs)),
      sandboxed: ports.sandboxed,
    },
  };
}

/** A report becomes a blob and leaves the repository alone (D13); code becomes a commit, or null. */
async function seal(clone: Clone, work: Extract<Work, { status: "done" }>, job: Job) {
  const { spec } = job.input;
  const { blobs } = job.ports;
  if (work.report !== null) {
    const report = await blobs.put(work.report);
    return { commit: null, files: [], diff: null, report };
  }
  const sealed = await clone.seal(`${spec.name}: ${spec.title}`);
  if (sealed === null) return null;
  const { commit, files, diff } = sealed;
  return { commit, files, diff: await blobs.put(diff), report: null };
}

async function surroundingsIn(clone: Clone, job: Omit<Job, "surroundings">): Promise<Surroundings> {
  const { input, worker, ports, call } = job;
  const { path, prepareCommand } = input.repo;
  // A model sees no more than the repository's own files: what is installed already serves it.
  const isNeeded = !isModel(worker) || prepareCommand !== null;
  if (!ports.environments || !isNeeded) return { programs: [], env: {} };
  call.progress("prepares the environment");
  return ports.environments.prepare(clone, { path, prepareCommand }, { signal: call.signal });
}

type Ended = Pick<Job, "worker" | "bill" | "call">;

function endOf(error: unknown, { worker, bill, call }: Ended, isAsked: boolean): Output {
  // A coding agent that cannot be started has asked nobody either.
  const isMissing = error instanceof BadInput;
  const spend = isAsked && !isMissing ? spendOf(worker, bill) : nothingSpent(worker);
  if (isMissing) {
    const detail = `${error.message}: ${error.mend}`.slice(0, 2_000);
    return { status: "failed", kind: "sign-in", detail, spend };
  }
  if (error instanceof LimitReached) {
    const { account, resetsAtMs, why } = error;
    return { status: "limit", account, resetsAtMs, why, spend, ...trail(error) };
  }
  if (error instanceof WorkerFailure) {
    const detail = error.message.slice(0, 2_000);
    return { status: "failed", kind: error.kind, detail, spend, ...trail(error) };
  }
  // Whatever broke after the caller gave up broke because of it.
  if (call.signal.aborted) {
    return { status: "failed", kind: "cancelled", detail: "the caller gave up", spend };
  }
  throw error;
}

function trail({ transcripts }: LimitReached | WorkerFailure): { transcripts?: string[] } {
  return transcripts.length > 0 ? { transcripts: [...transcripts] } : {};
}
