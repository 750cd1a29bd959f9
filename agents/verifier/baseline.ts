import type { Check } from "@nightshift/protocol/attempt";
import type { CheckOptions, Checks, TestRun } from "../ports.ts";

/** Test runs that are known already, by commit and command: a base is tested once. */
export interface BaselineCache {
  get(key: string): Promise<TestRun | null>;
  set(key: string, run: TestRun): Promise<void>;
}

/** How often a test that newly fails is run again before it counts as broken. */
const RERUNS_MAX = 2;
const NAMED_MAX = 10;
/** A measured run that takes longer, held against the base, is given up for the plain one. */
const SLOWER_TIMES = 3;
const SLOWER_MS = 10_000;

type Where = {
  checks: Checks;
  baselines: BaselineCache;
  repo: { path: string; prepareCommand: string | null };
  command: string;
  wallMs: number;
  signal: AbortSignal;
  /** How the first run after the change tells which lines it ran through; absent where it cannot. */
  measured?: NonNullable<CheckOptions["measured"]>;
};

/** The repository's tests at its base; from the cache where they ran there before. */
async function baselineRun(where: Where, base: string): Promise<TestRun> {
  const { repo, command, baselines } = where;
  const key = JSON.stringify([repo.path, base, command, repo.prepareCommand]);
  const known = await baselines.get(key);
  if (known) return known;
  const run = await testsAt(where, base);
  // What could not be run says nothing about the commit: it may go better the next time.
  if (whyNotRun(run) === null) await baselines.set(key, run);
  return run;
}

/**
 * The tests before against after (E16, H9). What passed before and fails or is gone now is broken,
 * after at most two more runs; what failed before is not the author's. The first run is measured
 * where it can be: what a measured run does not keep, the plain one decides.
 * @param excused Titles that may be gone.
 * @returns the check, and the run it rests on.
 */
export async function testsCheck(
  where: Where,
  base: string,
  commit: string,
  excused: readonly string[],
): Promise<{ check: Check; after: TestRun | null }> {
  const before = await baselineRun(where, base);
  const notBefore = whyNotRun(before);
  if (notBefore !== null) return { check: unknown(`at the base: ${notBefore}`), after: null };
  const flaky = new Set<string>();
  let broken: Broken = { names: [], why: "" };
  let triesMax = RERUNS_MAX + 1;
  if (where.measured) {
    const wallMs = Math.min(where.wallMs, before.durationMs * SLOWER_TIMES + SLOWER_MS);
    const after = await testsAt({ ...where, wallMs }, commit, where.measured);
    const compared = whyNotRun(after) === null ? compare(before, after, excused) : "unknown";
    if (compared === null) return { check: kept(before, after, flaky), after };
    // A test that it names as broken was tried; whatever else went wrong may be the tool's.
    const named = compared === "unknown" ? [] : compared.names;
    for (const name of named) flaky.add(name);
    if (named.length > 0) triesMax -= 1;
  }
  for (let run = 0; run < triesMax; run++) {
    const after = await testsAt(where, commit);
    const notAfter = whyNotRun(after);
    if (notAfter !== null) return { check: unknown(`after the change: ${notAfter}`), after };
    const compared = compare(before, after, excused);
    if (compared === "unknown") return { check: unknown("the output names no tests"), after };
    if (compared === null) return { check: kept(before, after, flaky), after };
    for (const name of compared.names.length > 0 ? compared.names : [compared.why]) flaky.add(name);
    broken = compared;
  }
  return { check: { ...NAMED, outcome: "fail", detail: brokenText(broken) }, after: null };
}

const NAMED = { name: "tests", kind: "tests" } as const;

type Broken = { names: string[]; why: string };

/** What the change broke; null where nothing, "unknown" where the output does not tell. */
function compare(
  before: TestRun,
  after: TestRun,
  excused: readonly string[],
): Broken | null | "unknown" {
  const nowFailing = new Set(after.failures);
  const nowPassing = new Set(after.successes);
  const named = after.successes.length + after.failures.length > 0;
  const failing = named ? before.successes.filter((name) => nowFailing.has(name)) : [];
  const gone = named
    ? before.successes.filter((name) => !nowPassing.has(name) && !nowFailing.has(name))
    : [];
  const missed = gone.filter((name) => !excused.some((title) => isTitle(name, title)));
  const known = new Set([...before.failures, ...before.successes]);
  const fresh = after.failures.filter((name) => !known.has(name));
  const names = [...new Set([...failing, ...missed, ...fresh])];
  if (names.length > 0) return { names, why: "" };
  if (before.successes.length > 0 && !named) {
    return after.exitCode === 0 ? "unknown" : { names: [], why: "the runner names no tests now" };
  }
  const excusedCount = gone.length - missed.length;
  if (before.passed !== null && after.passed === null) {
    return after.exitCode === 0 ? "unknown" : { names: [], why: "the runner counts no tests now" };
  }
  const fewer = (before.passed ?? 0) - (after.passed ?? 0) - excusedCount;
  // Counts alone tell nothing of which tests an excuse is for: then each may be one of them.
  if (fewer > (named ? 0 : excused.length)) return { names: [], why: `${fewer} fewer tests pass` };
  if ((after.failed ?? 0) > (before.failed ?? 0)) {
    return { names: [], why: `${(after.failed ?? 0) - (before.failed ?? 0)} more tests fail` };
  }
  if (before.exitCode === 0 && after.exitCode !== 0) {
    return { names: [], why: `the test command ends with ${after.exitCode}, before with 0` };
  }
  const silent = !named && before.failed === null && after.failed === null;
  return silent && before.exitCode !== 0 && after.exitCode !== 0 ? "unknown" : null;
}

/**
 * Runners put the titles of groups before a title, with ` > ` or a blank between them; pytest and Go
 * name each case of a test after it: `a.py::test_x[1]`, `TestX/empty`.
 */
export function isTitle(name: string, title: string): boolean {
  const last = title.split(" > ").at(-1) ?? title;
  const whole = name.replace(/(::\w+)\[.*\]$/, "$1").replace(/^(Test\w*)\/.*$/, "$1");
  return [name, whole].some(
    (one) => one === title || one === last || one.endsWith(` ${last}`) || one.endsWith(`::${last}`),
  );
}

/** Why a run says nothing, in words, or null where it does. */
export function whyNotRun({ timedOut, exitCode, notRun }: TestRun): string | null {
  if (notRun !== undefined) return notRun;
  if (timedOut) return "the command did not end in time";
  if (exitCode === 127) return "the command is missing";
  if (exitCode === 126) return "the command may not be run";
  return exitCode === null ? "the command was ended from outside" : null;
}

async function testsAt(
  { checks, repo, command, wallMs, signal }: Where,
  commit: string,
  measured?: Where["measured"],
): Promise<TestRun> {
  return checks.run(repo, commit, command, { wallMs, signal, ...(measured && { measured }) });
}

function kept(before: TestRun, after: TestRun, flaky: ReadonlySet<string>): Check {
  const counts =
    before.passed !== null && after.passed !== null
      ? `${after.passed} pass, ${before.passed} before`
      : `the command ends with ${after.exitCode}, before with ${before.exitCode}`;
  const noted = flaky.size > 0 ? `; flaky, passes when run again: ${listed([...flaky])}` : "";
  return { ...NAMED, outcome: "pass", detail: `${counts}${noted}`.slice(0, 2_000) };
}

function brokenText({ names, why }: Broken): string {
  return (names.length > 0 ? `broken: ${listed(names)}` : why).slice(0, 2_000);
}

function unknown(why: string): Check {
  return { ...NAMED, outcome: "unverifiable", detail: why };
}

function listed(names: readonly string[]): string {
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : "";
  return names.slice(0, NAMED_MAX).join(", ") + more;
}
