import type { Blobs, CodingAgent, Model, Sandbox } from "@nightshift/agents/ports";
import type { Clock } from "@nightshift/protocol/clock";
import { BadInput } from "@nightshift/protocol/errors";
import { slug } from "@nightshift/protocol/ids";
import type { Worker } from "../config/director.ts";
import type { Paths } from "../config/paths.ts";
import { createClaudeCode } from "./coding-agents/claude-code.ts";
import { createCodex } from "./coding-agents/codex.ts";
import { createAnthropicModel, type ModelIdentity } from "./models/anthropic.ts";
import { createOpenAiModel } from "./models/openai.ts";
import { LOCAL, profileOf, type Profile } from "./models/profiles.ts";

type World = {
  env: Readonly<Record<string, string | undefined>>;
  blobs: Blobs;
  clock: Clock;
  sandbox: Sandbox;
  paths: Paths;
};

/**
 * The models and agent CLIs of the settings, by name.
 * @throws BadInput where an API has no key: the variable that should hold it is named.
 */
export function openWorkers(
  workers: readonly Worker[],
  world: World,
): ReadonlyMap<string, Model | CodingAgent> {
  return new Map(workers.map((worker) => [worker.name, openWorker(worker, world)]));
}

function openWorker(worker: Worker, { env, blobs, clock, sandbox, paths }: World) {
  const identity = identityOf(worker);
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
    case "codex": {
      const create = worker.kind === "codex" ? createCodex : createClaudeCode;
      const [key, token] = [worker.apiKeyEnv, worker.oauthTokenEnv].map((name) =>
        name === undefined ? undefined : env[name],
      );
      return create({
        ...identity,
        binary: worker.binary ?? (worker.kind === "codex" ? "codex" : "claude"),
        sandbox,
        blobs,
        clock,
        env: {
          ...address,
          ...(key !== undefined && { apiKey: key }),
          ...(token !== undefined && { oauthToken: token }),
          ...(worker.loginHome !== undefined && { loginHome: worker.loginHome }),
        },
      });
    }
  }
}

function identityOf(worker: Worker): ModelIdentity {
  const overrides: Partial<Profile> = {
    ...(worker.tier === "local" && LOCAL),
    ...(worker.family !== undefined && { family: worker.family }),
    ...(worker.tier !== undefined && { tier: worker.tier }),
    ...(worker.contextTokensMax !== undefined && { contextTokensMax: worker.contextTokensMax }),
    ...(worker.outputTokensMax !== undefined && { outputTokensMax: worker.outputTokensMax }),
    ...(worker.price !== undefined && { price: priceOf(worker.price), priceKnown: true }),
  };
  return {
    ...profileOf(worker.model, overrides),
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
