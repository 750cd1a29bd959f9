import type { Line } from "@nightshift/projections/digest/terminal";
import { plain } from "@nightshift/projections/words/plain";
import type { DirectorConfig } from "../../config/director.ts";
import { pathsOf, type Paths } from "../../config/paths.ts";
import { settledPaths } from "../../config/places.ts";
import {
  diskFinding,
  gitFinding,
  loadFindings,
  logFinding,
  nodeFinding,
  repositoryFinding,
  sandboxFinding,
  settingsFinding,
  workerFindings,
  type Finding,
} from "./checkup.ts";
import { EXIT, print, printJson, verb } from "../terminal.ts";

const DETAIL_CHARS_MAX = 300;
const NAME_COLUMNS = 16;
/** Of all trials together. */
const TRIALS_WALL_MS = 900_000;

type Options = { repo: string; json?: boolean; probe?: boolean };

/** `nightshift doctor`: works even where the settings or the log do not. */
export function doctor({ repo, json, probe = true }: Options) {
  return verb(async () => {
    const findings = await examine(repo, { probe });
    const verdict = verdictOf(findings);
    if (json) printJson({ ...verdict, findings });
    else {
      print([
        ...findings.flatMap(linesOf),
        blank,
        { tone: verdict.exitCode === 0 ? "good" : "bad", text: verdict.text },
      ]);
    }
    return verdict.exitCode;
  });
}

async function examine(repo: string, { probe }: { probe: boolean }): Promise<Finding[]> {
  const paths = pathsOf(process.env);
  const [git, [settings, config], disk] = await Promise.all([
    gitFinding(),
    settingsFinding(paths),
    diskFinding(paths),
  ]);
  const log = await logFinding(
    config === null || process.env["NIGHTSHIFT_LOG"] ? paths : settledPaths(paths, config),
  );
  const [repository, asksForSandbox] = await repositoryFinding(repo);
  const sandbox = await sandboxFinding(asksForSandbox);
  const workers = config === null ? [] : workerFindings(config, paths);
  const tried = probe ? await trials(config, paths, { required: asksForSandbox }) : [];
  const names = new Set(tried.map(({ name }) => name));
  const others = workers.filter(({ name }) => !names.has(name));
  const able = [...others, ...tried];
  const someone = able.some(({ mend, blocks }) => mend === null && blocks === "none");
  const told = able.map((found) => {
    return someone && found.blocks === "sign-in" ? spared(found) : found;
  });
  const loads = config === null ? [] : await loadFindings(config);
  const forge = await forges(repo);
  return [
    nodeFinding(),
    git,
    settings,
    disk,
    log,
    sandbox,
    repository,
    ...forge,
    ...told,
    ...loads,
  ];
}

async function forges(repo: string): Promise<Finding[]> {
  const { forgeFinding } = await import("./forge-finding.ts");
  const found = await forgeFinding(repo, process.env);
  return found === null ? [] : [found];
}

/** Tried only here: the drivers are much to load for a verb that needs none of them. */
async function trials(
  config: DirectorConfig | null,
  paths: Paths,
  { required }: { required: boolean },
): Promise<Finding[]> {
  const { trialFindings } = await import("./trials.ts");
  return trialFindings(config, paths, { signal: AbortSignal.timeout(TRIALS_WALL_MS), required });
}

/** One who cannot work stops nobody else. */
function spared(found: Finding): Finding {
  return { ...found, blocks: "none" };
}

function verdictOf(findings: readonly Finding[]): { text: string; exitCode: number } {
  if (findings.some(({ blocks }) => blocks === "night")) {
    return { text: "A night cannot run here yet.", exitCode: EXIT.failed };
  }
  if (findings.some(({ blocks }) => blocks === "sign-in")) {
    return { text: "A night could run, but nobody is there to work in it.", exitCode: EXIT.signIn };
  }
  return { text: "A night can run: nightshift run", exitCode: EXIT.ok };
}

const blank: Line = { tone: "plain", text: "" };

function linesOf({ name, detail, mend, blocks }: Finding): Line[] {
  const works = mend === null;
  const tone = works ? "good" : blocks === "none" ? "ask" : "bad";
  const text = `${works ? "works  " : "missing"}  ${name.padEnd(NAME_COLUMNS)} ${plain(detail, DETAIL_CHARS_MAX)}`;
  if (works) return [{ tone, text }];
  return [
    { tone, text },
    { tone: "plain", text: `         mend it: ${plain(mend, DETAIL_CHARS_MAX)}` },
  ];
}
