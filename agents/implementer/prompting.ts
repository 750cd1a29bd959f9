import type { Prompted } from "@nightshift/protocol/attempt";
import { WorkerFailure, type Clone } from "../ports.ts";
import { buildPrompt } from "./context.ts";
import type { Job } from "./job.ts";
import { gather, readIndex } from "./material.ts";
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
  const { input, worker, room, ports, call, count } = job;
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
    count,
    whole: model,
    instructions: model ? "" : codingAgentInstructions(ask),
  });
  const capTokens = room.contextTokens;
  let budget = capTokens - count(system);
  for (let round = 0; round < MASKED_ROUNDS_MAX; round++) {
    const blob = await ports.blobs.put(buildPrompt(material, budget, count).text);
    const prompt = await ports.blobs.get(blob);
    const contextTokens = count(system) + count(prompt);
    if (contextTokens <= capTokens) {
      const prompted = { by: ports.name, model: input.model, blob, contextTokens, capTokens };
      await ports.recorder?.attempt(input.attempt, {
        type: "attempt.prompt",
        generation: input.generation,
        ...prompted,
      });
      return { prompt: { system, prompt }, prompted };
    }
    // A mask can be longer than the secret it stands for.
    budget -= contextTokens - capTokens + 16;
  }
  throw new WorkerFailure("unusable-answer", `no prompt under ${capTokens} tokens`);
}
