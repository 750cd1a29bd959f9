import type { ForgeChecks } from "@nightshift/agents/forge";

/** One check of a commit, whatever the forge calls it. */
export type OneCheck = { name: string; is: "pending" | "passed" | "failed" };

/** All checks of a commit as one: red as soon as one is, green once all are. */
export function checksOf(all: readonly OneCheck[]): ForgeChecks {
  const failures = all.filter(({ is }) => is === "failed").map(({ name }) => name);
  if (failures.length > 0) return { outcome: "failed", failures };
  if (all.length === 0) return { outcome: "none", failures };
  return { outcome: all.every(({ is }) => is === "passed") ? "passed" : "pending", failures };
}
