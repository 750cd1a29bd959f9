import { z } from "zod";
import type { Worker } from "../../config/director.ts";

/** A worker that could be set up here, and what it still lacks. */
export type FoundWorker = {
  /** As it would stand in the director's settings. */
  worker: Worker;
  /** What told of it: a variable, a path, an address. */
  from: string;
  /** Null when it can work. */
  missing: string | null;
  /** The command that mends it, null when nothing is missing. */
  mend: string | null;
};

const ANSWER_WALL_MS = 3_000;
const LOCAL_MODELS_MAX = 20;

/**
 * Models behind an API that the environment has a key for, and those of a local server.
 * A key is looked for, never looked at.
 * @param options.localUrl Of an OpenAI-compatible server such as Ollama, without `/v1`.
 */
export async function detectModels(options: {
  env: Readonly<Record<string, string | undefined>>;
  localUrl?: string;
  /** False where it is only looked whether a server is there: then none is missing. */
  isNamed?: boolean;
  signal: AbortSignal;
}): Promise<FoundWorker[]> {
  const keyed = apis.flatMap(({ variable, address, workers }): FoundWorker[] => {
    const isSet = (options.env[variable] ?? "") !== "";
    const baseUrl = options.env[address];
    return workers.map((known) => ({
      worker: { ...known, apiKeyEnv: variable, ...(baseUrl ? { baseUrl } : {}) },
      from: variable,
      missing: isSet ? null : `${variable} is not set`,
      mend: isSet ? null : `export ${variable}=…`,
    }));
  });
  const { localUrl, isNamed = true, signal } = options;
  const local = localUrl ? await localModels(localUrl, signal) : [];
  return [...keyed, ...local.filter(({ missing }) => isNamed || missing === null)];
}

const apis: { variable: string; address: string; workers: Worker[] }[] = [
  {
    variable: "ANTHROPIC_API_KEY",
    address: "ANTHROPIC_BASE_URL",
    workers: [
      { name: "sonnet", kind: "anthropic", model: "claude-sonnet-5-5", account: "anthropic-key" },
      { name: "haiku", kind: "anthropic", model: "claude-haiku-4-5", account: "anthropic-key" },
    ],
  },
  {
    variable: "OPENAI_API_KEY",
    address: "OPENAI_BASE_URL",
    workers: [
      { name: "gpt", kind: "openai", model: "gpt-6.1-sol", account: "openai-key" },
      { name: "gpt-mini", kind: "openai", model: "gpt-6-luna", account: "openai-key" },
    ],
  },
];

const Models = z.looseObject({ data: z.array(z.looseObject({ id: z.string().min(1).max(100) })) });

async function localModels(localUrl: string, signal: AbortSignal): Promise<FoundWorker[]> {
  const url = localUrl.replace(/\/+$/, "");
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WALL_MS)]);
  const local = (model: string): Worker => ({
    name: `local-${slug(model)}`.slice(0, 40),
    kind: "openai",
    model,
    account: "local",
    baseUrl: `${url}/v1`,
    tier: "local",
  });
  const told = await fetch(`${url}/v1/models`, { signal: limit })
    .then((response) => response.json())
    .then((body) => Models.parse(body).data)
    .catch(() => null);
  const lacking = (missing: string, mend: string) => [
    { worker: local("qwen2.5-coder:32b"), from: url, missing, mend },
  ];
  if (told === null) return lacking(`no model server answers at ${url}`, "ollama serve");
  if (told.length === 0)
    return lacking(`the server at ${url} has no model`, "ollama pull qwen2.5-coder:32b");
  return told
    .slice(0, LOCAL_MODELS_MAX)
    .map(({ id }) => ({ worker: local(id), from: url, missing: null, mend: null }));
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
