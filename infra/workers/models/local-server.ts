import { z } from "zod";

/** What a model server on this machine tells of its work; null where it does not. */
export type ServerLoad = {
  by: "ollama" | "vllm" | "llama.cpp";
  running: number | null;
  waiting: number | null;
  /** Percent of what it holds that lies in the memory of the GPU, or of its cache that is used. */
  gpuPercent: number | null;
};

const ANSWER_WALL_MS = 2_000;
const TEXT_CHARS_MAX = 1_000_000;

/** Where such servers listen on their own: Ollama, LM Studio, vLLM, llama.cpp. */
const USUAL = [11_434, 1_234, 8_000, 8_080].map((port) => `http://127.0.0.1:${port}`);

/** The addresses to look at: the one that `OLLAMA_HOST` names, and those where servers usually are. */
export function localAddresses(
  ollamaHost: string | undefined,
): { url: string; isNamed: boolean }[] {
  const usual = USUAL.map((url) => ({ url, isNamed: false }));
  if (!ollamaHost) return usual;
  const url = (ollamaHost.includes("://") ? ollamaHost : `http://${ollamaHost}`).replace(
    /\/+$/,
    "",
  );
  return [{ url, isNamed: true }, ...usual.filter((one) => one.url !== url)];
}

/**
 * How busy a server is, as it tells itself: Ollama by `/api/ps`, vLLM and llama.cpp by `/metrics`.
 * @param url Without `/v1`. @returns null where it tells nothing, or nobody is there.
 */
export async function loadOf(url: string, signal: AbortSignal): Promise<ServerLoad | null> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WALL_MS)]);
  const ollama = Running.safeParse(await jsonAt(`${url}/api/ps`, limit));
  if (ollama.success) return ollamaLoad(ollama.data);
  const metrics = await textAt(`${url}/metrics`, limit);
  return metrics === null ? null : metricsLoad(metrics);
}

/** In a few words: `ollama: GPU 83 %`, `vllm: 2 running, 1 waiting, GPU 40 %`. */
export function loadWords({ by, running, waiting, gpuPercent }: ServerLoad): string {
  const parts = [
    running === null ? "" : `${running} running`,
    waiting === null ? "" : `${waiting} waiting`,
    gpuPercent === null ? "" : `GPU ${Math.round(gpuPercent)} %`,
  ].filter(Boolean);
  return parts.length === 0 ? `${by}: idle` : `${by}: ${parts.join(", ")}`;
}

const bytes = z.number().nonnegative();
const Running = z.looseObject({
  models: z.array(z.looseObject({ size: bytes, size_vram: bytes.optional() })),
});

function ollamaLoad({ models }: z.infer<typeof Running>): ServerLoad {
  const size = models.reduce((sum, model) => sum + model.size, 0);
  const onGpu = models.reduce((sum, model) => sum + (model.size_vram ?? 0), 0);
  const gpuPercent = size === 0 ? null : (100 * onGpu) / size;
  return { by: "ollama", running: null, waiting: null, gpuPercent };
}

/** Gauges in the text format of Prometheus, by the names that the two servers give them. */
function metricsLoad(text: string): ServerLoad | null {
  const gauge = (...names: readonly string[]): number | null => {
    for (const name of names) {
      const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+-]+)$`, "gm"))];
      const numbers = values.map(([, value]) => Number(value)).filter(Number.isFinite);
      if (numbers.length > 0) return numbers.reduce((sum, value) => sum + value, 0);
    }
    return null;
  };
  const share = gauge(
    "vllm:gpu_cache_usage_perc",
    "vllm:kv_cache_usage_perc",
    "llamacpp:kv_cache_usage_ratio",
  );
  const running = gauge("vllm:num_requests_running", "llamacpp:requests_processing");
  const waiting = gauge("vllm:num_requests_waiting", "llamacpp:requests_deferred");
  if (share === null && running === null && waiting === null) return null;
  const by = text.includes("vllm:") ? "vllm" : "llama.cpp";
  return { by, running, waiting, gpuPercent: share === null ? null : 100 * share };
}

async function jsonAt(url: string, signal: AbortSignal): Promise<unknown> {
  const text = await textAt(url, signal);
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

async function textAt(url: string, signal: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(url, { signal, redirect: "error" });
    return response.ok ? (await response.text()).slice(0, TEXT_CHARS_MAX) : null;
  } catch {
    // Nobody is there, or it does not speak like this: then it tells nothing.
    return null;
  }
}
