import type { ForgeChecks } from "@nightshift/agents/forge";
import type { List } from "./answers.ts";

/** One check of a commit, whatever the forge calls it. */
export type OneCheck = { name: string; is: "pending" | "passed" | "failed" };

/**
 * All checks of a commit as one: red as soon as one is, green once all are. Where a list was cut, a
 * red one may stand in what was not read: it is never green.
 */
export function checksOf(lists: readonly List<OneCheck>[]): ForgeChecks {
  const all = lists.flatMap(({ entries }) => entries);
  const failures = all.filter(({ is }) => is === "failed").map(({ name }) => name);
  if (failures.length > 0) return { outcome: "failed", failures };
  if (all.length === 0) return { outcome: "none", failures };
  const isWhole = lists.every((list) => list.isWhole);
  const isGreen = isWhole && all.every(({ is }) => is === "passed");
  return { outcome: isGreen ? "passed" : "pending", failures };
}
