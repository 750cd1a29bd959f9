import { detectCodingAgents } from "../workers/coding-agents/detect.ts";
import { detectModels, type FoundWorker } from "../workers/models/detect.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const LOOK_WALL_MS = 5_000;

/**
 * Who could work here: models behind keys of the environment, those of a local server that
 * `OLLAMA_HOST` names, and agent CLIs on PATH; each with what it still lacks.
 */
export async function findWorkers(env: Environment): Promise<FoundWorker[]> {
  const { OLLAMA_HOST: local, HOME: home } = env;
  const models = await detectModels({
    env,
    ...(local ? { localUrl: local.includes("://") ? local : `http://${local}` } : {}),
    signal: AbortSignal.timeout(LOOK_WALL_MS),
  });
  return [...detectCodingAgents({ env, home: home ?? null }), ...models];
}
