import { execFile } from "node:child_process";
import { mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { BadInput, Unavailable } from "@nightshift/protocol/errors";
import type { DirectorConfig } from "../../config/director.ts";
import type { Paths } from "../../config/paths.ts";
import { readDirectorConfig } from "../../config/places.ts";
import { openStore } from "../../log/open-store.ts";
import { isCluster, shownPlace } from "../../log/place.ts";
import { openRepository } from "../../repositories.ts";
import { detectSandbox } from "../../workers/sandbox/detect.ts";
import { loadOf, loadWords } from "../../workers/models/local-server.ts";
import { ownLines, type ProfileLine } from "../../workers/models/profile-lines.ts";
import { profileOf } from "../../workers/models/profiles.ts";
import { readinessOf } from "../../workers/readiness.ts";

/** One thing that a night needs. */
export type Finding = {
  name: string;
  detail: string;
  /** The command that mends it; null where it works. */
  mend: string | null;
  /** `night`: none can run without it. `sign-in`: nobody could work in it. `none`: others can. */
  blocks: "night" | "sign-in" | "none";
};

const NODE_MAJOR_MIN = 24;
/** From this one on the log can ask how much of its write-ahead log is to be copied. */
const SQLITE_MIN = [3, 51] as const;
const GIT_MIN = [2, 38] as const;
const FREE_BYTES_MIN = 500 * 1024 ** 2;

export function nodeFinding(): Finding {
  const { node, sqlite = "0.0" } = process.versions;
  const isOld = Number(node.split(".")[0]) < NODE_MAJOR_MIN || isBefore(sqlite, SQLITE_MIN);
  const detail = `${node}, SQLite ${sqlite}`;
  return finding("node", detail, isOld ? "install the latest Node 24, or start by npm link" : null);
}

export async function gitFinding(): Promise<Finding> {
  const asked = await promisify(execFile)("git", ["--version"]).catch(() => null);
  if (!asked) return finding("git", "not installed", "install git 2.38 or newer");
  const detail = asked.stdout.trim().replace("git version ", "");
  const isOld = isBefore(detail, GIT_MIN);
  return finding("git", detail, isOld ? `install git ${GIT_MIN.join(".")} or newer` : null);
}

function isBefore(version: string, [least, leastMinor]: readonly [number, number]): boolean {
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) < least || (Number(major) === least && Number(minor) < leastMinor);
}

/** The settings, and the finding that they can or cannot be read. */
export async function settingsFinding(paths: Paths): Promise<[Finding, DirectorConfig | null]> {
  try {
    const config = await readDirectorConfig(paths);
    return [finding("settings", paths.config, null), config];
  } catch (error) {
    return [trouble("settings", error), null];
  }
}

export async function diskFinding({ state }: Paths): Promise<Finding> {
  const probe = join(state, `.doctor-${process.pid}`);
  try {
    await mkdir(state, { recursive: true, mode: 0o700 });
    await writeFile(probe, "");
    await rm(probe);
    const { bavail, bsize } = await statfs(state);
    const free = bavail * bsize;
    const detail = `${state}, ${(free / 1024 ** 3).toFixed(1)} GB free`;
    return finding(
      "disk",
      detail,
      free < FREE_BYTES_MIN ? `free some space: du -sh ${state}/*` : null,
    );
  } catch {
    return finding("disk", `${state} cannot be written`, `ls -ld ${state}`);
  }
}

export async function logFinding({ log }: Paths): Promise<Finding> {
  try {
    const store = await openStore(log);
    const head = await store.head();
    await store.close();
    return finding("log", `${shownPlace(log)}, ${whole(log, head)}`, null);
  } catch (error) {
    return trouble("log", error);
  }
}

/** The positions of a cluster are places in a file of its own, and count nothing of ours. */
function whole(log: string, head: bigint): string {
  return isCluster(log) ? "answers" : `${head} events`;
}

/** The repository, and whether it asks for a sandbox. */
export async function repositoryFinding(folder: string): Promise<[Finding, boolean]> {
  try {
    const { plan } = await openRepository(folder, { clean: true });
    const detail = `${plan.path}, tests by ${plan.testCommand}`;
    return [finding("repository", detail, null), plan.sandbox === "required"];
  } catch (error) {
    return [trouble("repository", error), true];
  }
}

export async function sandboxFinding(required: boolean): Promise<Finding> {
  if (!required) return finding("sandbox", "off, at your own risk (sandbox: off)", null);
  const detected = await detectSandbox();
  if ("sandbox" in detected) return finding("sandbox", `${detected.kind}, tried`, null);
  return finding("sandbox", detected.missing, detected.mend);
}

/** One line a worker; a night needs one that is ready. */
export function workerFindings({ workers }: DirectorConfig, { config }: Paths): Finding[] {
  if (workers.length === 0) {
    const mend = `nightshift init, or name one under workers in ${config}`;
    return [{ name: "workers", detail: "none is set up", mend, blocks: "sign-in" }];
  }
  let own: readonly ProfileLine[] = [];
  try {
    own = ownLines(config);
  } catch (error) {
    return [trouble("models", error)];
  }
  const answers = workers.map((worker) => readinessOf(worker, process.env));
  const someone = answers.some(({ ready }) => ready);
  return answers.map((answer): Finding => {
    const name = `worker ${answer.worker}`;
    if (answer.ready) {
      const { truncatedShare } = profileOf(answer.model, {}, own);
      const cut =
        truncatedShare === null ? "" : `, ${percent(truncatedShare)} of its answers cut off`;
      return finding(name, `${answer.model}, ${answer.by}${cut}`, null);
    }
    const { missing, mend } = answer;
    return { name, detail: missing, mend, blocks: someone ? "none" : "sign-in" };
  });
}

/** How busy the model servers of the settings are, as far as they tell it (C2). */
export async function loadFindings({ workers }: DirectorConfig): Promise<Finding[]> {
  const local = workers.filter(({ tier, baseUrl }) => tier === "local" && baseUrl !== undefined);
  const urls = new Set(local.map(({ baseUrl = "" }) => baseUrl.replace(/\/v1\/?$/, "")));
  const { signal } = new AbortController();
  const loads = [...urls].map(async (url) => ({ url, load: await loadOf(url, signal) }));
  return (await Promise.all(loads)).flatMap(({ url, load }) =>
    load === null ? [] : [finding("model server", `${url}, ${loadWords(load)}`, null)],
  );
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function finding(name: string, detail: string, mend: string | null): Finding {
  return { name, detail, mend, blocks: mend === null ? "none" : "night" };
}

function trouble(name: string, error: unknown): Finding {
  if (error instanceof BadInput)
    return finding(name, `${error.where}: ${error.message}`, error.mend);
  if (error instanceof Unavailable) return finding(name, error.message, "try again in a moment");
  throw error;
}
