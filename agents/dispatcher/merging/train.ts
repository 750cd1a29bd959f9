import type { TestRun } from "../../ports.ts";
import type { Candidate, Outcome } from "./merge.ts";
import { repoOf, settingsOf, type Night } from "../night.ts";

/** A candidate in its place: the merge of it onto the target and all that stands before it. */
export type Car = { candidate: Candidate; commit: string };

type Coupled = {
  cars: Car[];
  /** What became of those that cannot be coupled at all. */
  outcomes: Map<Candidate, Outcome>;
};

/**
 * Builds the merges of a batch, each onto the one before; no branch is touched. What conflicts with
 * the target is named; what conflicts with one before it in the batch waits until that one landed.
 */
export async function couple(
  night: Night,
  target: string,
  candidates: readonly Candidate[],
): Promise<Coupled> {
  const { workspace } = night.ports;
  const cars: Car[] = [];
  const outcomes: Coupled["outcomes"] = new Map();
  for (const candidate of candidates) {
    const { path } = repoOf(night, candidate.attempt.spec.repo);
    const before = cars.at(-1)?.commit ?? target;
    const { spec, id } = candidate.attempt;
    const message = `${spec.title}\n\nNight-Shift-Attempt: ${id}\n`;
    const merged = await workspace.merge(path, before, candidate.commit, message);
    if (merged.status === "conflict") {
      if (cars.length > 0) continue;
      const detail = `conflicts in ${merged.paths.join(", ")}`;
      outcomes.set(candidate, { status: "conflict", detail });
    } else if (!merged.alreadyThere) cars.push({ candidate, commit: merged.commit });
    else if (cars.length === 0) outcomes.set(candidate, { status: "merged", commit: target });
  }
  return { cars, outcomes };
}

/** How far a train is green, by the tests of its last tree, and who broke what comes after it. */
export type Tested = {
  green: Car[];
  tests: TestRun | null;
  /** Of the target as it is, where it had to be asked. */
  before: TestRun | null;
  culprit: { car: Car; detail: string } | null;
};

/**
 * Tests the merged tree of all at once. Where it is red, halves the train until it is known which
 * car turns it red: what stands before that one is green, and was tested as it will land. A red tree
 * is tested twice before anybody is named, for a test may fail by chance.
 */
export async function testTrain(
  night: Night,
  target: string,
  cars: readonly Car[],
): Promise<Tested> {
  const runs = new Map<number, TestRun>();
  const run = async (length: number): Promise<TestRun> => {
    const [first] = cars;
    if (!first) throw new Error("a train without cars");
    const repo = repoOf(night, first.candidate.attempt.spec.repo);
    const commit = cars[length - 1]?.commit ?? target;
    const ran = await night.ports.checks.run(repo, commit, repo.testCommand, {
      wallMs: settingsOf(night).checkWallMs,
      signal: night.abort,
    });
    runs.set(length, ran);
    return ran;
  };
  const whyRed = async (length: number): Promise<string | null> => {
    const { exitCode, passed, failures, tail } = await run(length);
    if (exitCode !== 0) return failures.slice(0, FAILURES_NAMED_MAX).join(", ") || tail;
    const upToIt = cars.slice(0, length);
    const byPerson = upToIt.every(({ candidate }) => candidate.approvedBy !== "gate");
    if (passed !== null || byPerson) return null;
    const before = runs.get(0) ?? (await run(0));
    if (neverCounts(before)) return null;
    if (before.passed !== null) return "the runner counts no tests any more";
    return "no tests are counted, and the target's own run does not pass to show that none ever are";
  };
  const upTo = (length: number, culprit: Tested["culprit"]): Tested => {
    const [tests = null, before = null] = [runs.get(length), runs.get(0)];
    return { green: cars.slice(0, length), tests, before, culprit };
  };
  if ((await whyRed(cars.length)) === null) return upTo(cars.length, null);
  const red = await firstRed(cars.length, async (length) => (await whyRed(length)) !== null);
  const told = await whyRed(red);
  const car = cars[red - 1];
  if (told === null || !car) return upTo(red, null);
  // Where nothing stands before it, the target itself may be what is red.
  const byItself = red === 1 && (await run(0)).exitCode !== 0;
  return upTo(red - 1, { car, detail: byItself ? `the target is red by itself: ${told}` : told });
}

const FAILURES_NAMED_MAX = 5;

/**
 * A runner that never counts is believed: the target passes without a count. One that has stopped to
 * may have been made to end, and a target whose own run did not work shows neither.
 */
export function neverCounts({ exitCode, passed }: TestRun): boolean {
  return exitCode === 0 && passed === null;
}

/**
 * The length at which a train turns red, where it is red at its whole length and green at none: asks
 * about log2 of it, and the length below the answer was asked or is 0.
 */
export async function firstRed(
  whole: number,
  isRed: (length: number) => Promise<boolean>,
): Promise<number> {
  let green = 0;
  let red = whole;
  while (red - green > 1) {
    const middle = Math.floor((green + red) / 2);
    if (await isRed(middle)) red = middle;
    else green = middle;
  }
  return red;
}
