import type { Check } from "@nightshift/protocol/attempt";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { Change } from "./changes.ts";
import { matchesAny } from "./glob.ts";
import { isLock, isTest } from "./languages.ts";

const NAMED_MAX = 10;

/**
 * Whether a change stays where its task may work (E8). Tests may stand outside, what the task
 * declares to drop may go, and a lock file follows its manifest. No scope is the whole repository.
 */
export function scopeCheck(changes: readonly Change[], spec: TaskSpec): Check[] {
  if (spec.scope.length === 0) return [];
  const allowed = [...spec.scope, ...spec.drops];
  const manifest = changes.some(({ path }) => /(?:^|\/)package\.json$/.test(path));
  const outside = changes
    .map(({ path }) => path)
    .filter((path) => !matchesAny(path, allowed) && !isTest(path) && !(manifest && isLock(path)));
  const detail =
    outside.length === 0
      ? `every changed path is within ${spec.scope.join(", ")}`
      : `outside ${spec.scope.join(", ")}: ${outside.slice(0, NAMED_MAX).join(", ")}`;
  const outcome = outside.length === 0 ? "pass" : "fail";
  return [{ name: "scope", kind: "scope", outcome, detail: detail.slice(0, 2_000) }];
}
