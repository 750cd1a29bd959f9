import type { CodingAgent, Model } from "@nightshift/agents/ports";
import type { WindowSeen } from "@nightshift/protocol/account";

/** Takes note of what a provider told of an account's windows. */
export type Observe = (account: string, windows: readonly WindowSeen[]) => Promise<void>;

/** The same worker; what it is told of its account's windows is noted before its answer is given. */
export function observed<W extends Model | CodingAgent>(worker: W, observe: Observe): W {
  const note = async <Answer extends { windows?: readonly WindowSeen[] }>(answer: Answer) => {
    if (answer.windows !== undefined) await observe(worker.account, answer.windows);
    return answer;
  };
  if ("complete" in worker) {
    return {
      ...worker,
      complete: async (request, options) => note(await worker.complete(request, options)),
    };
  }
  return { ...worker, work: async (request, options) => note(await worker.work(request, options)) };
}
