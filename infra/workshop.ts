import { mkdirSync } from "node:fs";
import type { Environments } from "@nightshift/agents/environments";
import type {
  Checks,
  CodingAgent,
  ContextEngine,
  Model,
  Workspace,
} from "@nightshift/agents/ports";
import type { Linter } from "@nightshift/agents/linter";
import type { RuleReader } from "@nightshift/agents/verifier/rule-reader";
import type { Sandbox } from "@nightshift/agents/sandbox";
import type { Web } from "@nightshift/agents/web";
import type { DirectorConfig } from "./config/director.ts";
import type { House } from "./house.ts";
import { settingsFor } from "./night-plan.ts";
import type { Repository } from "./repositories.ts";
import { openWeb } from "./web/open-web.ts";
import { createContextEngine } from "./workers/context/engine.ts";
import { observing, requestsOf } from "./windows-of-accounts.ts";
import { createChecks } from "./workers/checks/checks.ts";
import { createLinter } from "./workers/lint/linter.ts";
import { createRuleReader } from "./workers/rules/rule-reader.ts";
import { chooseSandbox } from "./workers/sandbox/choose.ts";
import { readinessOf } from "./workers/readiness.ts";
import { openWorkers } from "./workers/roster.ts";
import { createWorkspace } from "./workers/workspace/workspace.ts";

/** Where work is done: git, the sandbox, the checks, and the models and agent CLIs. */
export type Workshop = {
  workspace: Workspace;
  checks: Checks;
  linter: Linter;
  /** Starts processes of its own when first asked. */
  rules: RuleReader;
  environments: Environments;
  /** Starts a process of its own when first asked. */
  contexts: ContextEngine;
  /** Null where the director's settings turn it off. */
  web: Web | null;
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
  const plans = repositories.map(({ plan }) => plan);
  const sandbox = await chooseSandbox(plans, { hosts: config.workerHosts });
  mkdirSync(paths.clones, { recursive: true, mode: 0o700 });
  const reveal = (folder: string) => sandbox.reveal(folder);
  const workspace = createWorkspace({ root: paths.clones, nowMs: () => clock.now(), reveal });
  await workspace.sweep();
  const checks = createChecks({ workspace, sandbox, cacheDir: paths.cache, reveal });
  const rules = createRuleReader();
  const contexts = createContextEngine({ root: paths.clones, cache: paths.cache });
  return {
    workspace,
    checks,
    linter: createLinter(sandbox, reveal),
    rules,
    environments: checks,
    contexts,
    web: openWeb(config, process.env),
    sandbox,
    sandboxKind: sandbox.kind,
    sandboxed: sandbox.kind !== "off",
    workers: openWorkers(options.workers ? ableWorkers(config) : [], {
      env: process.env,
      blobs,
      clock,
      sandbox,
      paths,
      observe: observing(house),
      requestsOf: (account) => requestsOf(house, account),
      settings: settingsFor(config),
    }),
    async close() {
      contexts.close();
      rules.close();
      await workspace.close();
    },
  };
}

/** Without agent CLIs that are not installed or signed in: they would bid, and fail at every task. */
function ableWorkers({ workers }: DirectorConfig): DirectorConfig["workers"] {
  return workers.filter((worker) => {
    const isApi = worker.kind === "anthropic" || worker.kind === "openai";
    return isApi || readinessOf(worker, process.env).ready;
  });
}
