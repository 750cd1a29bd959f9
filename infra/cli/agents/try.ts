import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Line } from "@nightshift/projections/digest/terminal";
import type { Peer } from "@nightshift/protocol/bus";
import { BadInput } from "@nightshift/protocol/errors";
import { tokenHash } from "../../bus/door.ts";
import { createHub, type Hub } from "../../bus/hub.ts";
import { guestHashes } from "../../guests.ts";
import type { House } from "../../house.ts";
import { openRepositoriesOfLog } from "../../repositories.ts";
import { pastCalls, type PastCall } from "../../specialist/trial/past-calls.ts";
import { tryCall, type TrialRow } from "../../specialist/trial/trial.ts";
import { hire } from "../../staff.ts";
import { openWorkshop } from "../../workshop.ts";
import { session } from "../session.ts";
import { table } from "../table.ts";
import { EXIT, print, printJson, tell } from "../terminal.ts";

type Options = {
  /** The file that runs it; where none is given it is waited for. */
  from?: string;
  calls: number;
  json?: boolean;
};

const CALLS_MAX = 50;
const ARRIVAL_MS = 60_000;
const LOOK_EVERY_MS = 50;

/**
 * `nightshift agents try`: puts work of past nights to an agent that is not in any night yet, and
 * shows what came of it beside what had come of it then. Nothing is merged; the log gets one event.
 */
export function tryAgent(name: string, { from, calls, json }: Options) {
  return session(async (house) => {
    if (house.config.agents.some((agent) => agent.name === name))
      throw new BadInput("a name of the house", name, "try an agent that is not in your settings");
    if (from !== undefined && !existsSync(from))
      throw new BadInput("there is no such file", from, `nightshift agents new ${name}`);
    const past = await pastCalls(house.store, house.blobs, Math.min(calls, CALLS_MAX));
    if (past.length === 0)
      throw new BadInput("no work of a past night is in the log", "log", "nightshift run");
    const rows = await tryAll(house, { name, from }, past, json ?? false);
    const passed = rows.filter(({ verdict }) => verdict === "pass").length;
    const report = await house.blobs.put(JSON.stringify(rows));
    const tried = { by: "director", calls: rows.length, passed, report };
    await house.board("director").handle("agent", name, { type: "agent.try", ...tried });
    if (json) printJson({ name, calls: rows.length, passed, rows });
    else print(lines(name, rows));
    return EXIT.ok;
  });
}

async function tryAll(
  house: House,
  { name, from }: { name: string; from: string | undefined },
  past: readonly PastCall[],
  quiet: boolean,
): Promise<TrialRow[]> {
  const token = randomBytes(32).toString("base64url");
  const identity = { name, standing: "guest" as const };
  const invited = () => [...guestHashes(house.paths.guests)].filter(([, one]) => one.name === name);
  const hub = await createHub({
    principal: "dispatcher",
    port: from === undefined ? house.config.hubPort : 0,
    tokens: () => new Map([...invited(), [tokenHash(token), identity]]),
    guestSkills: [],
  });
  const workshop = await openWorkshop(house, await openRepositoriesOfLog(house), {
    workers: false,
  });
  const child = from === undefined ? undefined : start(resolve(from), hub.url, token);
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once("SIGINT", stop);
  try {
    if (!child) tell("quiet", `Waiting for ${name} at ${hub.url}`);
    await arrived(hub, name, child, abort.signal);
    const { workspace } = workshop;
    const verifier = verifierOf(house, workshop);
    const trial = { bus: hub, name, workspace, verifier, signal: abort.signal };
    const rows: TrialRow[] = [];
    for (const one of past) {
      if (abort.signal.aborted) break;
      const row = await tryCall(trial, one);
      if (!quiet) tell("quiet", `${row.task}: ${row.outcome}, ${row.verdict}`);
      rows.push(row);
    }
    return rows;
  } finally {
    process.removeListener("SIGINT", stop);
    child?.kill();
    await hub.close();
    await workshop.close();
  }
}

function verifierOf(house: House, workshop: Parameters<typeof hire>[2]): Peer {
  const role = house.config.agents.find((agent) => agent.role === "verifier");
  if (!role) throw new BadInput("no verifier", house.paths.config, "nightshift doctor");
  return hire({ ...role, workers: [] }, house, workshop);
}

/** It gets its address and its token, and nothing else of the director's environment. */
function start(file: string, url: string, token: string): ChildProcess {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NIGHTSHIFT_HUB: url, NIGHTSHIFT_TOKEN: token };
  return spawn(process.execPath, [file], { env, stdio: ["ignore", "ignore", "inherit"] });
}

async function arrived(
  hub: Hub,
  name: string,
  child: ChildProcess | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (let waited = 0; waited < ARRIVAL_MS && !signal.aborted; waited += LOOK_EVERY_MS) {
    if (hub.roster().some(({ card }) => card.name === name)) return;
    if (child && child.exitCode !== null)
      throw new BadInput(`it ended (${child.exitCode}) before it came`, name, "run its own test");
    await sleep(LOOK_EVERY_MS);
  }
  const mend = `nightshift agents try ${name} --from <file>`;
  throw new BadInput(`it did not come within ${ARRIVAL_MS / 1_000} seconds`, name, mend);
}

function lines(name: string, rows: readonly TrialRow[]): Line[] {
  const heads = [
    { title: "TASK", takesTheRest: true as const },
    { title: "THEN" },
    { title: "VERDICT" },
    { title: "NOW" },
    { title: "VERDICT" },
    ...["SAME FILES", "COST THEN", "NOW", "SECONDS THEN", "NOW"].map((title) => ({
      title,
      right: true as const,
    })),
  ];
  const cells = rows.map(({ task, incumbent, ...now }) => [
    task,
    `${incumbent.agent}, ${incumbent.model}`,
    incumbent.verdict,
    now.outcome,
    now.verdict,
    `${Math.round(now.agreement * 100)} %`,
    dollars(incumbent.costMicroUsd),
    dollars(now.costMicroUsd),
    seconds(incumbent.durationMs),
    seconds(now.durationMs),
  ]);
  const count = (verdicts: string[]) => verdicts.filter((verdict) => verdict === "pass").length;
  const then = count(rows.map(({ incumbent }) => incumbent.verdict));
  const now = count(rows.map(({ verdict }) => verdict));
  const text = `${name}: ${now} of ${rows.length} pass; the incumbents: ${then}`;
  return [...table(heads, cells), { tone: "title", text }];
}

function dollars(microUsd: number): string {
  return (microUsd / 1_000_000).toFixed(3);
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
