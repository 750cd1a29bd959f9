import type { Blobs, CodingAgent, Model } from "@nightshift/agents/ports";
import type { Sandbox } from "@nightshift/agents/sandbox";
import type { Clock } from "@nightshift/protocol/clock";
import { BadInput } from "@nightshift/protocol/errors";
import type { Settings } from "@nightshift/protocol/settings";
import { slug } from "@nightshift/protocol/ids";
import type { Worker } from "../config/director.ts";
import type { Paths } from "../config/paths.ts";
import { drivers } from "./coding-agents/drivers.ts";
import type { SignIn } from "./coding-agents/options.ts";
import { codingAgents } from "./coding-agents/registry.ts";
import type { KnownWindow } from "@nightshift/protocol/account";
import { createAnthropicModel, type ModelIdentity } from "./models/anthropic.ts";
import { keyRing } from "./models/key-ring.ts";
import { createOpenAiModel } from "./models/openai.ts";
import { ownLines, type ProfileLine } from "./models/profile-lines.ts";
import { LOCAL, profileOf, type Profile } from "./models/profiles.ts";
import { observed, type Observe } from "./observed.ts";

type World = {
  env: Readonly<Record<string, string | undefined>>;
  blobs: Blobs;
  clock: Clock;
  sandbox: Sandbox;
  paths: Paths;
  /** Told of what providers tell of their windows. */
  observe: Observe;
  /** What is known of an account's windows beforehand, and of the one that is counted in requests. */
  requestsOf(account: string): { window: KnownWindow | null; usedPercent: () => number };
  /** How long who is at a limit waits. */
  settings: Pick<Settings, "limitUnknownMs" | "limitPatienceMs" | "limitRefusalsMax">;
};

/**
 * The models and agent CLIs of the settings, by name.
 * @throws BadInput where an API has no key: the variable that should hold it is named.
 */
export function openWorkers(
  workers: readonly Worker[],
  world: World,
): ReadonlyMap<string, Model | CodingAgent> {
  return new Map(
    workers.map((worker) => [worker.name, observed(openWorker(worker, world), world.observe)]),
  );
}

function openWorker(worker: Worker, world: World): Model | CodingAgent {
  const { env, blobs, clock, sandbox, paths } = world;
  const identity = identityOf(worker, ownLines(paths.config));
  if (worker.apiKeyEnvs) {
    const { apiKeyEnvs, ...rest } = worker;
    const models = apiKeyEnvs.flatMap((apiKeyEnv) => {
      const model = openWorker({ ...rest, apiKeyEnv }, world);
      return "complete" in model ? [model] : [];
    });
    const restMs = world.settings.limitUnknownMs;
    const known = world.requestsOf(identity.account);
    if (models.length > 0) return keyRing(models, { ...known, restMs, clock });
  }
  const address = worker.baseUrl === undefined ? {} : { baseUrl: worker.baseUrl };
  switch (worker.kind) {
    case "anthropic": {
      const apiKey = keyOf(worker, env, paths) ?? "none";
      return createAnthropicModel({ ...identity, ...address, apiKey, blobs, clock });
    }
    case "openai": {
      const apiKey = keyOf(worker, env, paths);
      return createOpenAiModel({ ...identity, ...address, apiKey, blobs, clock });
    }
    case "claude-code":
    case "codex":
    case "gemini":
    case "opencode":
    case "qwen":
    case "copilot":
    case "acp":
    case "program": {
      const { kind, command } = worker;
      const isKnown = kind !== "acp" && kind !== "program";
      const binary = worker.binary ?? (isKnown ? codingAgents[kind].program : command?.[0]);
      if (binary === undefined)
        throw new BadInput(
          `worker ${worker.name} has no command`,
          paths.config,
          'write command: ["<program>", …] into its settings',
        );
      const signIn = signInOf(worker, env);
      const { settings } = world;
      const told = { ...identity, binary, sandbox, blobs, clock, settings, env: signIn };
      return drivers[kind]({ ...told, ...(command && { command }) });
    }
  }
}

/** What an agent CLI signs in with; the variables themselves stay in this process. */
function signInOf(worker: Worker, env: World["env"]): SignIn {
  const valueOf = (name: string | undefined) => (name === undefined ? undefined : env[name]);
  const [apiKey, oauthToken] = [valueOf(worker.apiKeyEnv), valueOf(worker.oauthTokenEnv)];
  const { baseUrl, loginHome, apiKeyEnv: keyVariable, addressEnv: addressVariable, login } = worker;
  return {
    ...(baseUrl !== undefined && { baseUrl }),
    ...(apiKey !== undefined && { apiKey }),
    ...(oauthToken !== undefined && { oauthToken }),
    ...(loginHome !== undefined && { loginHome }),
    ...(keyVariable !== undefined && { keyVariable }),
    ...(addressVariable !== undefined && { addressVariable }),
    ...(login !== undefined && { login }),
  };
}

function identityOf(worker: Worker, own: readonly ProfileLine[]): ModelIdentity {
  const overrides: Partial<Profile> = {
    ...(worker.tier === "local" && LOCAL),
    ...(worker.family !== undefined && { family: worker.family }),
    ...(worker.tier !== undefined && { tier: worker.tier }),
    ...(worker.contextTokensMax !== undefined && { contextTokensMax: worker.contextTokensMax }),
    ...(worker.outputTokensMax !== undefined && { outputTokensMax: worker.outputTokensMax }),
    ...(worker.price !== undefined && { price: priceOf(worker.price), priceKnown: true }),
  };
  return {
    ...profileOf(worker.model, overrides, own),
    name: worker.name,
    model: worker.model,
    account: worker.account ?? slug(worker.name),
  };
}

const MICRO = 1_000_000;

function priceOf({ inputUsd, outputUsd }: NonNullable<Worker["price"]>): Profile["price"] {
  const inputMicroUsd = Math.round(inputUsd * MICRO);
  return {
    inputMicroUsd,
    outputMicroUsd: Math.round(outputUsd * MICRO),
    cachedMicroUsd: inputMicroUsd,
    cacheWriteMicroUsd: inputMicroUsd,
  };
}

/** A local server needs no key; everyone else's stands in the variable that the settings name. */
function keyOf(worker: Worker, env: World["env"], paths: Paths): string | null {
  const name =
    worker.apiKeyEnv ?? (worker.kind === "anthropic" ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY");
  const key = env[name];
  if (key !== undefined && key !== "") return key;
  if (worker.tier === "local") return null;
  throw new BadInput(
    `worker ${worker.name} has no key: ${name} is not set`,
    paths.config,
    `export ${name}=… and run it again`,
  );
}
