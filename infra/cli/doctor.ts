import type { Line } from "@nightshift/projections/digest-terminal";
import { plain } from "@nightshift/projections/plain";
import { pathsOf } from "../config/paths.ts";
import { settledPaths } from "../config/places.ts";
import {
  diskFinding,
  gitFinding,
  logFinding,
  nodeFinding,
  repositoryFinding,
  sandboxFinding,
  settingsFinding,
  workerFindings,
  type Finding,
} from "./checkup.ts";
import { EXIT, print, printJson, verb } from "./terminal.ts";

const DETAIL_CHARS_MAX = 300;
const NAME_COLUMNS = 16;

/** `nightshift doctor`: works even where the settings or the log do not. */
export function doctor({ repo, json }: { repo: string; json?: boolean }) {
  return verb(async () => {
    const findings = await examine(repo);
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

async function examine(repo: string): Promise<Finding[]> {
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
  return [nodeFinding(), git, settings, disk, log, sandbox, repository, ...workers];
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
