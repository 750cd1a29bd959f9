import type { Check } from "@nightshift/protocol/attempt";
import type { SuccessCondition } from "@nightshift/protocol/task";
import type { Checks, TestRun, Workspace } from "../ports.ts";
import { isTitle, whyNotRun } from "./baseline.ts";
import { chosenBy, runsTests, wordsOf } from "./chosen-tests.ts";
import { testFacts } from "./test-facts.ts";

type Where = {
  checks: Checks;
  workspace: Pick<Workspace, "list" | "show">;
  repo: { path: string; prepareCommand: string | null };
  wallMs: number;
  signal: AbortSignal;
};

const TAIL_CHARS = 1_500;
const TITLES_NAMED_MAX = 5;
const FILES_MAX = 20;

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
      const outcome = outcomeOf(run);
      if (outcome.outcome !== "pass" || !runsTests(command)) {
        return { ...named(command), ...outcome };
      }
      const titles = await titlesIn(command, (path) => workspace.show(repo.path, commit, path));
      return { ...named(command), ...shownBy(run, titles) };
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

/** A runner that ends with 0 shows something only by the tests that it says have passed. */
function shownBy(run: TestRun, titles: readonly string[]): Pick<Check, "outcome" | "detail"> {
  if (run.passed === null) {
    return { outcome: "unverifiable", detail: "ends with 0, and its output counts no tests" };
  }
  if (run.passed === 0) return { outcome: "fail", detail: "ends with 0 without any test passing" };
  const missing =
    run.successes.length === 0
      ? []
      : titles.filter((title) => !run.successes.some((name) => isTitle(name, title)));
  if (missing.length === 0) return { outcome: "pass", detail: `ends with 0, ${run.passed} pass` };
  const which = missing.slice(0, TITLES_NAMED_MAX).join(", ");
  return { outcome: "fail", detail: `ends with 0, and never ran: ${which}` };
}

/**
 * Titles that a command must run, of those in the files it names: the ones its filter chooses. Not
 * those that are made up as it runs, nor the subtests of Go, which it writes in another way.
 */
async function titlesIn(
  command: string,
  show: (path: string) => Promise<string | null>,
): Promise<string[]> {
  const paths = wordsOf(command).filter((word) => /^[\w@./-]+\.\w+$/.test(word));
  const titles: string[] = [];
  for (const path of paths.slice(0, FILES_MAX)) {
    const text = await show(path.replace(/^\.\//, ""));
    if (text === null) continue;
    const own = testFacts(path, text).active.map(({ title }) => title);
    titles.push(...(path.endsWith(".go") ? own.filter((title) => /^\w/.test(title)) : own));
  }
  const isChosen = chosenBy(command);
  return titles.filter((title) => !/[$%{]/.test(title) && isChosen(title));
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
