import type { Check } from "@nightshift/protocol/attempt";
import type { TaskSpec } from "@nightshift/protocol/task";
import { linesOf, moreIn, type Change } from "./changes.ts";
import { matchesAny } from "./glob.ts";
import { isSnapshot, isTest } from "./languages.ts";
import { testFacts, type TestFacts } from "./test-facts.ts";
import { changedTests } from "./way-out.ts";

/** Paths that no task may change, besides those that the repository's config seals (I5). */
const SEALED_ALWAYS: readonly string[] = [
  ".github/**",
  ".gitlab-ci.{yml,yaml}",
  ".ci/**",
  "nightshift.config.{yml,yaml}",
  ".nightshift/**",
];
/** What a task about Night Shift itself may not touch: who judges, pays and guards (C30). */
const SEALED_FROM_ITSELF: readonly string[] = [
  "**/{verifier,assessor,governor,constitution}/**",
  "**/*{governor,constitution,constitutional,assessor}*",
  "**/{gate,gates,settings}.*",
];
const NAMED_MAX = 8;

type Seal = {
  checks: Check[];
  /** Titles of tests that may be gone: their file was declared to drop, or they were renamed. */
  excused: string[];
};

/**
 * Whether a change leaves alone what it is measured by (H6, I5): sealed paths, and the tests that
 * stood before. Tests may be added, moved and renamed; none may go, be skipped or assert less.
 * An existing expectation that reads differently is neither: a person has to look at it.
 */
export function sealChecks(
  changes: readonly Change[],
  spec: TaskSpec,
  sealed: readonly string[],
): Seal {
  const itself = /^self[-_ ]improvement$/.test(spec.category) ? SEALED_FROM_ITSELF : [];
  const globs = [...SEALED_ALWAYS, ...sealed, ...itself];
  const touched = changes.map(({ path }) => path).filter((path) => matchesAny(path, globs));
  const paths: Check = {
    name: "sealed paths",
    kind: "sealed",
    outcome: touched.length === 0 ? "pass" : "fail",
    detail:
      touched.length === 0 ? "no sealed path is touched" : `changes the sealed ${listed(touched)}`,
  };
  const { check, excused } = testsKept(changes, spec.drops);
  return { checks: [paths, check], excused };
}

function testsKept(
  changes: readonly Change[],
  drops: readonly string[],
): { check: Check; excused: string[] } {
  const tests = changes.filter(({ path }) => isTest(path));
  const [dropped, kept] = [
    tests.filter(({ path }) => matchesAny(path, drops)),
    tests.filter(({ path }) => !matchesAny(path, drops)),
  ];
  const before = factsOf(kept, "before");
  const after = factsOf(tests, "after");
  const { missing, renamed } = goneFrom(before, after);
  const excused = [...factsOf(dropped, "before").active.map(({ title }) => title), ...renamed];
  const faults = [
    ...(missing.length > 0 ? [`removes or skips the tests ${listed(missing)}`] : []),
    ...(after.only > before.only ? ["lets only some of the tests run"] : []),
    ...(after.assertions.length < before.assertions.length
      ? [`${before.assertions.length - after.assertions.length} assertions fewer than before`]
      : []),
    ...kept.filter(isLostUnread).map(({ path }) => `deletes ${path}`),
  ];
  if (faults.length > 0)
    return {
      check: { ...KEPT, outcome: "fail", detail: faults.join("; ").slice(0, 2_000) },
      excused,
    };
  const doubts = [
    ...moreIn(before.assertions, after.assertions),
    ...changedSnapshots(kept),
    ...kept.flatMap(changedTests),
  ];
  if (doubts.length > 0) {
    const detail = `changes what existing tests do or expect: ${listed(doubts)}`.slice(0, 2_000);
    return { check: { ...KEPT, outcome: "unverifiable", detail }, excused };
  }
  return {
    check: { ...KEPT, outcome: "pass", detail: "the tests that stood still stand" },
    excused,
  };
}

const KEPT = { name: "sealed tests", kind: "sealed" } as const;

function factsOf(changes: readonly Change[], side: "before" | "after"): TestFacts {
  const facts: TestFacts = { active: [], assertions: [], only: 0 };
  for (const change of changes) {
    const text = change[side];
    if (text === null) continue;
    const { active, assertions, only } = testFacts(change.path, text);
    facts.active.push(...active);
    facts.assertions.push(...assertions);
    facts.only += only;
  }
  return facts;
}

/** Tests that are gone, and those that stand under another title with the same body. */
function goneFrom(before: TestFacts, after: TestFacts): { missing: string[]; renamed: string[] } {
  const titles = (facts: TestFacts) => facts.active.map(({ title }) => title);
  const gone = moreIn(titles(before), titles(after));
  const arrived = new Set(moreIn(titles(after), titles(before)));
  const bodies = new Set(
    after.active.filter(({ title }) => arrived.has(title)).map(({ body }) => body),
  );
  const stands = (title: string) =>
    before.active.some((test) => test.title === title && bodies.has(test.body));
  return { missing: gone.filter((title) => !stands(title)), renamed: gone.filter(stands) };
}

/** A deleted file of a language whose tests cannot be read: it counts as tests by its name. */
function isLostUnread({ path, before, status }: Change): boolean {
  return status === "deleted" && before !== null && /\.(?:bats|feature|t|snap)$/.test(path);
}

function changedSnapshots(changes: readonly Change[]): string[] {
  return changes
    .filter(({ path }) => isSnapshot(path))
    .filter(({ before, after }) => moreIn(linesOf(before), linesOf(after)).length > 0)
    .map(({ path }) => path);
}

function listed(names: readonly string[]): string {
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : "";
  const shown = names.slice(0, NAMED_MAX).map((name) => name.slice(0, 120));
  return `${shown.join(", ")}${more}`;
}
