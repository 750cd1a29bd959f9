import { WorkerFailure } from "@nightshift/agents/ports";

/** A model that answers with more than this is not answering. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

export type Watch = {
  /** Aborted by the caller, by silence, at the wall or by a flood. */
  signal: AbortSignal;
  /** Does what `fetch` does and hears every byte of the answer. */
  fetch: typeof fetch;
  /** Headers of the latest answer; null while none has come. */
  headers(): Headers | null;
  /** Why it was aborted, or null while nothing is wrong. */
  failure(): WorkerFailure | null;
  stop(): void;
};

/**
 * Watches one call of a model by the bytes that arrive, the time before the first included:
 * an API that accepts a call and says nothing looks alive in every other way (E13).
 */
export function watch(limits: { silenceMs: number; wallMs: number; signal: AbortSignal }): Watch {
  const controller = new AbortController();
  let failure: WorkerFailure | null = null;
  const end = (kind: WorkerFailure["kind"], message: string) => {
    failure ??= new WorkerFailure(kind, message);
    controller.abort(failure);
  };
  const { silenceMs, wallMs, signal } = limits;
  const cancel = () => end("cancelled", "the call was cancelled");
  const silence = setTimeout(() => end("hang", `no byte for ${silenceMs} ms`), silenceMs);
  const wall = setTimeout(() => end("timeout", `not done after ${wallMs} ms`), wallMs);
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
  let bytes = 0;
  let headers: Headers | null = null;
  const heard = (chunk: Uint8Array) => {
    silence.refresh();
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES_MAX) end("unusable-answer", "the answer does not end");
  };
  return {
    signal: controller.signal,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      silence.refresh();
      headers = response.headers;
      return new Response(response.body?.pipeThrough(tapped(heard)) ?? null, {
        status: response.status,
        statusText: response.statusText,
        headers: retryRules(response),
      });
    },
    headers: () => headers,
    failure: () => failure,
    stop() {
      clearTimeout(silence);
      clearTimeout(wall);
      signal.removeEventListener("abort", cancel);
    },
  };
}

function tapped(heard: (chunk: Uint8Array) => void) {
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      heard(chunk);
      controller.enqueue(chunk);
    },
  });
}

/**
 * The SDKs ask the answer whether and when to retry. A limit is never retried: the whole account
 * waits for it (I7). Any other failure is retried at the SDK's own pace, not at the server's.
 */
function retryRules({ status, headers }: Response): Headers {
  const ruled = new Headers(headers);
  if (status < 400) return ruled;
  ruled.delete("x-should-retry");
  if (status === 429) ruled.set("x-should-retry", "false");
  else for (const name of ["retry-after", "retry-after-ms"]) ruled.delete(name);
  return ruled;
}
