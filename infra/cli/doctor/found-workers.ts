import { detectCodingAgents } from "../../workers/coding-agents/detect.ts";
import { detectModels, type FoundWorker } from "../../workers/models/detect.ts";
import { localAddresses } from "../../workers/models/local-server.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const LOOK_WALL_MS = 5_000;

/**
 * Who could work here: models behind keys of the environment, those of local servers, where
 * `OLLAMA_HOST` says and where they usually are, and agent CLIs on PATH; each with what it lacks.
 */
export async function findWorkers(env: Environment): Promise<FoundWorker[]> {
  const { OLLAMA_HOST: local, HOME: home } = env;
  const signal = AbortSignal.timeout(LOOK_WALL_MS);
  const servers = localAddresses(local).map(({ url: localUrl, isNamed }) =>
    detectModels({ env: {}, localUrl, isNamed, signal }),
  );
  const keyed = await detectModels({ env, signal });
  const known = new Set(keyed.map(({ worker }) => worker.name));
  const models = [
    ...keyed,
    ...(await Promise.all(servers)).flat().filter(({ worker }) => !known.has(worker.name)),
  ];
  return [...detectCodingAgents({ env, home: home ?? null }), ...models];
}
