import type { Prompted } from "@nightshift/protocol/attempt";
import { Unavailable } from "@nightshift/protocol/errors";
import {
  WorkerFailure,
  type Blobs,
  type Clone,
  type Composed,
  type ContextAsk,
  type ContextEngine,
} from "../ports.ts";
import { sourcesFor } from "../research/sources.ts";
import { clonedContext } from "./cloned-context.ts";
import type { Job } from "./job.ts";
import { codingAgentInstructions, modelSystem } from "./prompt.md.ts";
import { isModel } from "./worker.ts";

/** A prompt as it is sent; `system` is empty for a coding agent. */
export type Request = { system: string; prompt: string };

const MASKED_ROUNDS_MAX = 3;

/**
 * Makes the prompt under the worker's cap, keeps it, and records it before anything is spent. What
 * is sent is what was kept: secrets that the blob store masked do not leave either (I12).
 */
export async function makePrompt(
  clone: Clone,
  job: Job,
): Promise<{ prompt: Request; prompted: Prompted }> {
  const { input, worker, room, ports, call } = job;
  const ask = await askOf(job);
  call.progress("reads the repository");
  const own = clonedContext(clone, job.loadCounter);
  const { blob, prompt, composed } = await unmasked(ask, ports.contexts ?? own, own, job);
  // Only where one call answers the prompt does what is reported tell how the model counts.
  const isOneCall = isModel(worker) && input.genes.continuationsMax === 0;
  const { rawTokens } = composed;
  const prompted = {
    by: ports.name,
    model: input.model,
    blob,
    contextTokens: composed.tokens,
    capTokens: room.contextTokens,
    ...(isOneCall && rawTokens !== null && { rawTokens }),
  };
  await ports.recorder?.attempt(input.attempt, {
    type: "attempt.prompt",
    generation: input.generation,
    ...prompted,
  });
  return { prompt: { system: ask.system, prompt }, prompted };
}

async function askOf(job: Job): Promise<ContextAsk> {
  const { input, worker, room } = job;
  const { spec, critique, genes, reflections, guidance, repo, base, tokenScale, knowledge } = input;
  const sources = await sourcesFor(spec, job.ports.web ?? null, job.call);
  const rules = {
    output: spec.output,
    genes,
    sealed: repo.sealed,
    outputTokens: room.outputTokens,
    hasSources: sources.length > 0,
  };
  const whole = isModel(worker);
  return {
    repo: repo.path,
    base,
    spec,
    critique,
    genes,
    reflections: [...(knowledge ?? []), ...reflections],
    guidance,
    whole,
    instructions: whole ? "" : codingAgentInstructions(rules),
    system: whole ? modelSystem(rules) : "",
    sources,
    capTokens: room.contextTokens,
    scale: tokenScale ?? null,
  };
}

type Kept = { blob: string; prompt: string; composed: Composed };

/** A mask can be longer than the secret it stands for: then there is a little less room. */
async function unmasked(
  ask: ContextAsk,
  engine: ContextEngine,
  spare: ContextEngine,
  { ports, call }: Job,
): Promise<Kept> {
  let capTokens = ask.capTokens;
  for (let round = 0; round < MASKED_ROUNDS_MAX; round++) {
    const composed = await composeBy({ ...ask, capTokens }, engine, spare, call.signal);
    const { blob, prompt } = await keep(composed.text, ports.blobs);
    if (prompt === composed.text) return { blob, prompt, composed };
    const rawTokens = await engine.count([ask.system, prompt]);
    const tokens = Math.ceil(
      rawTokens * (ask.scale?.perToken ?? 1) + (ask.scale?.overheadTokens ?? 0),
    );
    if (tokens <= ask.capTokens) {
      return { blob, prompt, composed: { text: prompt, tokens, rawTokens } };
    }
    capTokens -= tokens - ask.capTokens + 16;
  }
  throw new WorkerFailure("unusable-answer", `no prompt under ${ask.capTokens} tokens`);
}

/** An engine that broke, for whatever it had to read, ends no attempt: the clone has it all too. */
async function composeBy(
  ask: ContextAsk,
  engine: ContextEngine,
  spare: ContextEngine,
  signal: AbortSignal,
): Promise<Composed> {
  try {
    return await engine.compose(ask, { signal });
  } catch (error) {
    if (!(error instanceof Unavailable) || engine === spare || signal.aborted) throw error;
    return spare.compose(ask, { signal });
  }
}

async function keep(text: string, blobs: Blobs): Promise<{ prompt: string; blob: string }> {
  const blob = await blobs.put(text);
  return { prompt: await blobs.get(blob), blob };
}
