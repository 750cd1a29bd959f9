import { knownWindows } from "./config/accounts.ts";
import type { Worker } from "./config/director.ts";
import type { House } from "./house.ts";
import { accountOf } from "./night-plan.ts";
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

/** Tells the log of every account that the settings' workers draw on, and what is known of it. */
export async function registerAccounts(house: House): Promise<void> {
  const board = house.board("director");
  for (const worker of house.config.workers) {
    const name = accountOf(worker);
    const { state } = await board.load("account", name);
    // Workers may share an account; the first of them names its kind.
    if (state.registered === null) {
      const provider = worker.kind;
      const kind = kindOf(worker);
      await board.handle("account", name, { type: "account.register", name, provider, kind });
    }
    const settings = house.config.accounts.find((account) => account.name === name);
    const windows = knownWindows(settings, state.registered?.kind ?? kindOf(worker));
    if (windows.length === 0 && state.known.length === 0) continue;
    await board.handle("account", name, { type: "account.know-limits", windows });
  }
}

function kindOf({ kind, tier, apiKeyEnv }: Worker): "subscription" | "api" | "local" {
  if (tier === "local") return "local";
  const isApi = kind === "anthropic" || kind === "openai";
  return !isApi && apiKeyEnv === undefined ? "subscription" : "api";
}
