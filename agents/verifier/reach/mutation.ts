import type { Reach } from "@nightshift/protocol/reach";
import type { Checks, TestRun } from "../../ports.ts";
import { whyNotRun } from "../baseline.ts";
import type { Mutant } from "./mutants.ts";

type Where = {
  checks: Checks;
  repo: { path: string; prepareCommand: string | null };
  command: string;
  signal: AbortSignal;
};

/** A fault may make a test slow; one that takes this many times as long counts as noticed. */
const SLOWER_TIMES = 4;
const SLOWER_MS = 5_000;
const PLACE_CHARS_MAX = 300;

/**
 * Runs the tests once for each mutant, in a checkout of its own inside the sandbox. A mutant is
 * noticed where the tests that pass without it fail, or do not end.
 * @param plainMs What the tests take without a mutant.
 * @param wallMs What all mutants may take together; those left then are not tried.
 * @returns undefined where none could be tried.
 */
export async function tryMutants(
  { checks, repo, command, signal }: Where,
  commit: string,
  mutants: readonly Mutant[],
  { plainMs, wallMs }: { plainMs: number; wallMs: number },
): Promise<Reach["mutants"] | undefined> {
  let leftMs = wallMs;
  let [tried, noticed] = [0, 0];
  const unnoticed: string[] = [];
  for (const { path, line, text, what } of mutants) {
    const runMs = Math.ceil(plainMs * SLOWER_TIMES + SLOWER_MS);
    if (leftMs < plainMs) break;
    const options = { wallMs: Math.min(runMs, Math.ceil(leftMs)), signal };
    const run = await checks.run(repo, commit, command, { ...options, edits: [{ path, text }] });
    leftMs -= run.durationMs;
    // A run that only the end of all time cut short shows nothing.
    if (run.timedOut && options.wallMs < runMs) break;
    if (!run.timedOut && whyNotRun(run) !== null) break;
    tried += 1;
    if (isNoticed(run)) noticed += 1;
    else unnoticed.push(`${path}:${line} ${what}`.slice(0, PLACE_CHARS_MAX));
  }
  return tried === 0 ? undefined : { tried, noticed, unnoticed };
}

function isNoticed({ timedOut, exitCode }: TestRun): boolean {
  return timedOut || exitCode !== 0;
}
