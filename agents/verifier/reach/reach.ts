import type { Reach } from "@nightshift/protocol/reach";
import type { Checks, TestRun, Workspace } from "../../ports.ts";
import type { Change } from "../changes.ts";
import { type ChangedSource, changedSources } from "./changed-lines.ts";
import { coverageOf, hitsIn } from "./coverage.ts";
import type { LineHits } from "./coverage-report.ts";
import { type Measure, measureOf } from "./measure.ts";
import { mutantsOf } from "./mutants.ts";
import { tryMutants } from "./mutation.ts";

/** What is asked of an attempt beside whether its tests pass. */
export type ReachAsked = {
  /** Whether the tests after the change run with coverage on, where a tool is there. */
  coverage: boolean;
  /** Mutants of an attempt, each one run of the tests more; 0 for none. */
  mutantsMax: number;
  mutantsWallMs: number;
};

type Where = {
  checks: Checks;
  workspace: Pick<Workspace, "diff" | "show">;
  repo: { path: string; prepareCommand: string | null; testCommand: string };
  signal: AbortSignal;
};

/** What is to be measured of a change, and how. */
export type ReachPlan = { asked: ReachAsked; measure: Measure | null; sources: ChangedSource[] };

/** What can be asked of a change; null where no source changed or nothing is asked. */
export async function planReach(
  { workspace, repo }: Where,
  { base, commit, changes }: { base: string; commit: string; changes: readonly Change[] },
  asked: ReachAsked,
): Promise<ReachPlan | null> {
  if (!asked.coverage && asked.mutantsMax === 0) return null;
  const { text } = await workspace.diff(repo.path, base, commit);
  const sources = changedSources(changes, text);
  if (sources.length === 0) return null;
  const manifest = await workspace.show(repo.path, commit, "package.json");
  const measure = measureOf(repo.testCommand, manifest);
  if (measure === null) return { asked, measure, sources };
  const own = sources.filter(({ language }) => language === measure.language);
  return own.length === 0 ? null : { asked, measure, sources: own };
}

/** How the first run after the change is made, or undefined where it is the plain one. */
export function measuredBy({ asked, measure }: ReachPlan): Measure | undefined {
  return asked.coverage && measure !== null ? measure : undefined;
}

const NO_TOOL = "no tool for coverage is there, or it failed";
const NOT_TOLD = "the report tells of no file of the repository";
const NOT_KNOWN = "the test command is not one plain run of a runner that can be measured";
const NOT_GREEN = "the tests do not pass without a fault";

/**
 * How far the tests reach into the changed lines. Mutants stand on lines that the tests run
 * through, where these are known: one on any other line would be noticed by nobody.
 * @param after The run of the tests after the change that counts.
 */
export async function reachOf(
  where: Where,
  commit: string,
  { asked, measure, sources }: ReachPlan,
  after: TestRun | null,
): Promise<Reach | undefined> {
  const unknown: string[] = [];
  const { workspace, repo } = where;
  const report = after?.report;
  let hits: LineHits | null = null;
  if (measure && report !== undefined) {
    const isGo = measure.form === "go-profile";
    const goModule = isGo ? await workspace.show(repo.path, commit, "go.mod") : null;
    hits = hitsIn(report, measure, sources, goModule);
  }
  const coverage = hits ? coverageOf(sources, hits) : undefined;
  if (asked.coverage && !hits) unknown.push(`coverage: ${whyNoHits(measure, after)}`);
  let mutants: Reach["mutants"];
  if (asked.mutantsMax > 0) {
    const isGreen = after !== null && after.exitCode === 0;
    const isRun = (path: string, line: number) => (hits?.get(path)?.get(line) ?? 0) > 0;
    const isWanted = hits?.size ? isRun : () => true;
    const chosen = isGreen && measure ? mutantsOf(sources, asked.mutantsMax, isWanted) : [];
    const times = { plainMs: after?.durationMs ?? 0, wallMs: asked.mutantsWallMs };
    const command = repo.testCommand;
    mutants = await tryMutants({ ...where, command }, commit, chosen, times);
    if (!mutants) unknown.push(`mutants: ${whyNone(isGreen, measure, chosen.length)}`);
  }
  if (!coverage && !mutants && unknown.length === 0) return undefined;
  return { ...(coverage && { coverage }), ...(mutants && { mutants }), unknown };
}

function whyNoHits(measure: Measure | null, after: TestRun | null): string {
  if (!measure) return NOT_KNOWN;
  if (after === null) return "no run of the tests counts";
  return after.report === undefined ? NO_TOOL : NOT_TOLD;
}

function whyNone(isGreen: boolean, measure: Measure | null, chosen: number): string {
  if (!isGreen) return NOT_GREEN;
  if (!measure) return NOT_KNOWN;
  if (measure.language === "go") return "none are made for Go";
  return chosen === 0 ? "no changed line holds what could be faulted" : "their time was too short";
}
