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
