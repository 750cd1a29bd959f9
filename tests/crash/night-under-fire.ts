import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openRehearsal, type Rehearsal } from "@nightshift/infra/sim/rehearsal/rehearsal";

/** Rows that are quick and reach most kinds of events: fix, feature, report, return, park, split. */
const ROWS = [1, 2, 3, 4, 5, 7, 13];
const TARGET = "nightshift/main";

/** What must be the same, however often the night was killed. */
export type Outcome = {
  /** Task name → how it ended. */
  tasks: Record<string, string>;
  /** Path → blob id at the target. */
  files: Record<string, string>;
  mergesInGit: number;
  mergesInLog: number;
  /** Moves of the target for them: what waits at the same time lands together. */
  movesInLog: number;
  mergedTwice: string[];
  /** How each attempt failed, for whoever has to find out why. */
  failures: string[];
};

/**
 * @param killedAt A fail point that ends the evening's `add` before it is typed again.
 * @param log The client library by which the log is reached, where it is behind a gateway.
 */
export async function openNight(
  seed: number,
  killedAt: string | null = null,
  log?: "esdb" | "kurrentdb",
): Promise<Rehearsal> {
  const what = { seed, sandbox: "required", rows: ROWS, oneProcess: true, log } as const;
  const night = await openRehearsal(what);
  if (killedAt !== null) {
    const killed = await night.nightshift(ADD, { env: { NIGHTSHIFT_FAILPOINT: killedAt } });
    if (killed.code !== null) throw new Error(`${killedAt} was never reached: ${killed.stderr}`);
  }
  const added = await night.nightshift(ADD);
  if (added.code !== 0) throw new Error(`the backlog was not taken: ${added.stderr}`);
  return night;
}

const ADD = ["add", "--from", "../backlog.yaml"];

export function logOf({ stage }: Rehearsal): string {
  return join(stage.root, "state", "nightshift", "log.sqlite");
}

/** The kinds of events that the evening alone writes, before any night. */
export const EVENING = ["repo.registered", "task.proposed"];

/** The fail points of a night that was not disturbed, in the order it reaches them. */
export function failpointsOf(night: Rehearsal): string[] {
  const db = new DatabaseSync(logOf(night), { readOnly: true });
  const types = db
    .prepare("SELECT type, min(position) AS first FROM event GROUP BY type ORDER BY first")
    .all()
    .map((row) => String(row["type"]))
    .filter((type) => type !== "repo.registered");
  db.close();
  const appends = types.flatMap((type) => [`append:${type}:before`, `append:${type}:after`]);
  const effects = ["effect:seal", "effect:move-ref", "effect:file-report"];
  return [...appends, ...effects.flatMap((name) => [`${name}:before`, `${name}:after`])];
}

export function outcomeOf(night: Rehearsal): Outcome {
  const db = new DatabaseSync(logOf(night), { readOnly: true });
  const events = db
    .prepare("SELECT stream, type, body FROM event ORDER BY position")
    .all()
    .map((row) => ({
      stream: String(row["stream"]),
      type: String(row["type"]),
      body: JSON.parse(String(row["body"])),
    }));
  db.close();
  const names = new Map<string, string>();
  const tasks: Record<string, string> = {};
  for (const { stream, type, body } of events) {
    if (type === "task.proposed") names.set(stream, body.spec.name);
    const ended = /^task\.(completed|refused|parked|abandoned)$/.exec(type)?.[1];
    if (ended) tasks[names.get(stream) ?? stream] = `${ended} ${body.outcome ?? ""}`.trim();
  }
  const landed = events.filter(({ type }) => type === "repo.merged");
  const merged = landed.map(({ body }) => body.attempt);
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", night.stage.repo, ...args], { encoding: "utf8" }).trim();
  const files = git("ls-tree", "-r", TARGET)
    .split("\n")
    .map((line) => /^\d+ blob ([0-9a-f]+)\t(.+)$/.exec(line))
    .map((match) => [match?.[2] ?? "", match?.[1] ?? ""] as const);
  return {
    tasks,
    files: Object.fromEntries(files),
    mergesInGit: Number(git("rev-list", "--count", "--first-parent", `main..${TARGET}`)),
    mergesInLog: merged.length,
    movesInLog: new Set(landed.map(({ body }) => body.new)).size,
    failures: events
      .filter(({ type }) => type === "attempt.failed")
      .map(({ stream, body }) => `${stream}: ${body.kind}: ${body.detail}`),
    mergedTwice: merged.filter((attempt, index) => merged.indexOf(attempt) !== index),
  };
}
