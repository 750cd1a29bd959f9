import { mkdirSync } from "node:fs";
import type {
  Checks,
  CodingAgent,
  Environments,
  Model,
  Sandbox,
  Workspace,
} from "@nightshift/agents/ports";
import { BadInput } from "@nightshift/protocol/errors";
import type { DirectorConfig } from "./config/director.ts";
import type { House } from "./house.ts";
import type { Repository } from "./repositories.ts";
import { createChecks } from "./workers/checks/checks.ts";
import { detectSandbox } from "./workers/sandbox/detect.ts";
import { createOff } from "./workers/sandbox/off.ts";
import { readinessOf } from "./workers/readiness.ts";
import { openWorkers } from "./workers/roster.ts";
import { createWorkspace } from "./workers/workspace/workspace.ts";

/** Where work is done: git, the sandbox, the checks, and the models and agent CLIs. */
export type Workshop = {
  workspace: Workspace;
  checks: Checks;
  environments: Environments;
  sandbox: Sandbox;
  /** As the log and the digest tell it: `bubblewrap`, or `off`. */
  sandboxKind: string;
  sandboxed: boolean;
  /** By the name that the settings give them. */
  workers: ReadonlyMap<string, Model | CodingAgent>;
  close(): Promise<void>;
};

/**
 * Opens the workshop for some repositories.
 * @param options.workers False where nobody works, only git and the checks are needed.
 * @throws BadInput where one of them asks for a sandbox and none works here, or a worker lacks its key.
 */
export async function openWorkshop(
  house: House,
  repositories: readonly Repository[],
  options: { workers: boolean } = { workers: true },
): Promise<Workshop> {
  const { paths, config, blobs, clock } = house;
  const sandbox = await sandboxFor(repositories);
  mkdirSync(paths.clones, { recursive: true, mode: 0o700 });
  const reveal = (folder: string) => sandbox.reveal(folder);
  const workspace = createWorkspace({ root: paths.clones, nowMs: () => clock.now(), reveal });
  await workspace.sweep();
  const checks = createChecks({ workspace, sandbox, cacheDir: paths.cache, reveal });
  return {
    workspace,
    checks,
    environments: checks,
    sandbox,
    sandboxKind: sandbox.kind,
    sandboxed: sandbox.kind !== "off",
    workers: openWorkers(options.workers ? ableWorkers(config) : [], {
      env: process.env,
      blobs,
      clock,
      sandbox,
      paths,
    }),
    close: () => workspace.close(),
  };
}

/** Without agent CLIs that are not installed or signed in: they would bid, and fail at every task. */
function ableWorkers({ workers }: DirectorConfig): DirectorConfig["workers"] {
  return workers.filter((worker) => {
    const isApi = worker.kind === "anthropic" || worker.kind === "openai";
    return isApi || readinessOf(worker, process.env).ready;
  });
}

/** A night without a sandbox needs the director's word for every repository in it. */
async function sandboxFor(repositories: readonly Repository[]) {
  const required = repositories.filter(({ plan }) => plan.sandbox === "required");
  if (repositories.length > 0 && required.length === 0) return createOff();
  // A worker has its own clone: the director's working copies are none of its business.
  const hidden = repositories.map(({ plan }) => plan.path);
  const detected = await detectSandbox({ hidden });
  if ("sandbox" in detected) return detected.sandbox;
  const where = required[0]?.plan.path ?? "sandbox";
  throw new BadInput(`no sandbox: ${detected.missing}`, where, detected.mend);
}
