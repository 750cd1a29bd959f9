import type { Prompted } from "@nightshift/protocol/attempt";
import { WorkerFailure, type Blobs, type Clone } from "../ports.ts";
import { buildPrompt, type Material } from "./context.ts";
import type { Job } from "./job.ts";
import { gather, readIndex } from "./material.ts";
import { codingAgentInstructions, modelSystem } from "./prompt.md.ts";
import { approximateTokens, tokensAtMost, type TokenCounter } from "./tokens.ts";
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
  call.progress("reads the repository");
  const ask = {
    output: input.spec.output,
    genes: input.genes,
    sealed: input.repo.sealed,
    outputTokens: room.outputTokens,
  };
  const model = isModel(worker);
  const system = model ? modelSystem(ask) : "";
  const index = await readIndex(clone);
  const material = await gather(input, clone, index, {
    whole: model,
    instructions: model ? "" : codingAgentInstructions(ask),
  });
  const capTokens = room.contextTokens;
  const draft = { material, system, capTokens, blobs: ports.blobs };
  const { prompt, blob, contextTokens } =
    (await unmeasured(draft)) ?? (await measured(draft, await job.loadCounter()));
  const prompted = { by: ports.name, model: input.model, blob, contextTokens, capTokens };
  await ports.recorder?.attempt(input.attempt, {
    type: "attempt.prompt",
    generation: input.generation,
    ...prompted,
  });
  return { prompt: { system, prompt }, prompted };
}

type Draft = { material: Material; system: string; capTokens: number; blobs: Blobs };
type Made = { prompt: string; blob: string; contextTokens: number };

/**
 * All there is to show, where even its bytes are under the cap: no exact count could change it, so
 * its tokens are told roughly and no tokenizer is loaded. Null where only a count can tell.
 */
async function unmeasured(draft: Draft): Promise<Made | null> {
  const { material, system, capTokens, blobs } = draft;
  const { text } = buildPrompt(material, Number.POSITIVE_INFINITY, approximateTokens);
  const bytesMax = capTokens - tokensAtMost(system);
  if (tokensAtMost(text) > bytesMax) return null;
  const made = await keep(text, blobs);
  // A mask can be longer than the secret it stands for.
  if (tokensAtMost(made.prompt) > bytesMax) return null;
  return { ...made, contextTokens: approximateTokens(system) + approximateTokens(made.prompt) };
}

async function measured(draft: Draft, count: TokenCounter): Promise<Made> {
  const { material, system, capTokens, blobs } = draft;
  let budget = capTokens - count(system);
  for (let round = 0; round < MASKED_ROUNDS_MAX; round++) {
    const made = await keep(buildPrompt(material, budget, count).text, blobs);
    const contextTokens = count(system) + count(made.prompt);
    if (contextTokens <= capTokens) return { ...made, contextTokens };
    budget -= contextTokens - capTokens + 16;
  }
  throw new WorkerFailure("unusable-answer", `no prompt under ${capTokens} tokens`);
}

async function keep(text: string, blobs: Blobs): Promise<{ prompt: string; blob: string }> {
  const blob = await blobs.put(text);
  return { prompt: await blobs.get(blob), blob };
}
