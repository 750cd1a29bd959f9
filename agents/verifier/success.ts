import type { Check } from "@nightshift/protocol/attempt";
import type { SuccessCondition } from "@nightshift/protocol/task";
import type { Checks, TestRun, Workspace } from "../ports.ts";
import { whyNotRun } from "./baseline.ts";

type Where = {
  checks: Checks;
  workspace: Workspace;
  repo: { path: string; prepareCommand: string | null };
  wallMs: number;
  signal: AbortSignal;
};

const TAIL_CHARS = 1_500;

/**
 * Whether a success condition holds at a commit (E1, E17): a command ends with 0 in the sandbox, a
 * file or folder is there.
 * @param known Runs at that commit that need not be repeated, by command.
 */
export async function successCheck(
  { checks, workspace, repo, wallMs, signal }: Where,
  commit: string,
  condition: SuccessCondition,
  known: ReadonlyMap<string, TestRun>,
): Promise<Check> {
  switch (condition.kind) {
    case "command": {
      const { command } = condition;
      const run =
        known.get(command) ?? (await checks.run(repo, commit, command, { wallMs, signal }));
      return { ...named(command), ...outcomeOf(run) };
    }
    case "file": {
      const path = condition.path.replace(/^\.\//, "").replace(/\/+$/, "");
      const paths = await workspace.list(repo.path, commit);
      const there = paths.some((known) => known === path || known.startsWith(`${path}/`));
      const detail = there ? `${path} is there` : `there is no ${path}`;
      return { ...named(`file ${path}`), outcome: there ? "pass" : "fail", detail };
    }
  }
}

function named(what: string): { name: string; kind: "success" } {
  return { name: `success: ${what}`, kind: "success" };
}

function outcomeOf(run: TestRun): Pick<Check, "outcome" | "detail"> {
  const why = whyNotRun(run);
  if (why !== null) return { outcome: "unverifiable", detail: why };
  if (run.exitCode === 0) return { outcome: "pass", detail: "ends with 0" };
  const tail = run.tail.slice(-TAIL_CHARS).trim();
  return { outcome: "fail", detail: `ends with ${run.exitCode}: ${tail}` };
}
