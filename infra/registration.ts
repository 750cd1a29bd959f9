import { slug } from "@nightshift/protocol/ids";
import type { Worker } from "./config/director.ts";
import type { House } from "./house.ts";
import type { Repository } from "./repositories.ts";

/** Tells the log which repositories there are; what it knows already is a no-op. */
export async function register(house: House, repositories: readonly Repository[]): Promise<void> {
  const board = house.board("director");
  for (const { plan } of repositories) {
    await board.handle("repo", plan.id, {
      type: "repo.register",
      name: plan.name,
      path: plan.path,
      target: plan.target,
      testCommand: plan.testCommand,
      policy: plan.policy,
    });
  }
}

/** Tells the log of every account that the settings' workers draw on. */
export async function registerAccounts(house: House): Promise<void> {
  const board = house.board("director");
  for (const worker of house.config.workers) {
    const name = worker.account ?? slug(worker.name);
    const { state } = await board.load("account", name);
    // Workers may share an account; the first of them names its kind.
    if (state.registered !== null) continue;
    await board.handle("account", name, {
      type: "account.register",
      name,
      provider: worker.kind,
      kind: kindOf(worker),
    });
  }
}

function kindOf({ kind, tier, apiKeyEnv }: Worker): "subscription" | "api" | "local" {
  if (tier === "local") return "local";
  const isCli = kind === "claude-code" || kind === "codex";
  return isCli && apiKeyEnv === undefined ? "subscription" : "api";
}
