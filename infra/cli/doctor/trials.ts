import type { CodingAgent, Model } from "@nightshift/agents/ports";
import { BadInput } from "@nightshift/protocol/errors";
import { defaultSettings } from "@nightshift/protocol/settings";
import type { DirectorConfig, Worker } from "../../config/director.ts";
import type { Paths } from "../../config/paths.ts";
import { systemClock } from "../../clock.ts";
import { detectCodingAgents } from "../../workers/coding-agents/detect.ts";
import { forgetful, probe } from "../../workers/coding-agents/probe.ts";
import type { Probe } from "../../workers/coding-agents/probe.ts";
import { codingAgents, installCommand } from "../../workers/coding-agents/registry.ts";
import type { CodingAgentEntry } from "../../workers/coding-agents/registry.ts";
import { isOlder, versionOf } from "../../workers/coding-agents/version.ts";
import { readinessOf } from "../../workers/readiness.ts";
import { openWorkers } from "../../workers/roster.ts";
import { detectSandbox } from "../../workers/sandbox/detect.ts";
import { createOff } from "../../workers/sandbox/off.ts";
import { settingsFor } from "../../night-plan.ts";
import type { Finding } from "./checkup.ts";
import { tell } from "../terminal.ts";

/**
 * Has every agent CLI that could work make one known edit in the sandbox, one after the other:
 * those of the settings, and those on PATH that no settings name yet.
 */
export async function trialFindings(
  config: DirectorConfig | null,
  paths: Paths,
  { signal, required }: { signal: AbortSignal; /** Whether a sandbox is. */ required: boolean },
): Promise<Finding[]> {
  const candidates = candidatesOf(config?.workers ?? []);
  if (candidates.length === 0) return [];
  const detected = await detectSandbox({ hosts: config?.workerHosts ?? [] });
  if (!("sandbox" in detected) && required)
    return candidates.map(({ worker, counts }) => {
      const detail = `not tried: ${detected.missing}`;
      return finding(worker, { detail, mend: detected.mend, counts });
    });
  const sandbox = "sandbox" in detected ? detected.sandbox : createOff();
  const { env } = process;
  const told = { sandbox, blobs: forgetful, clock: systemClock };
  // A trial is no part of a night: nobody's windows are written down.
  const nobody = {
    observe: () => Promise.resolve(),
    requestsOf: () => ({ window: null, usedPercent: () => 0 }),
  };
  const settings = config ? settingsFor(config) : defaultSettings;
  const world = { env, paths, settings, ...told, ...nobody };
  const findings: Finding[] = [];
  for (const { worker, counts } of candidates) {
    tell("plain", `Trying ${worker.name}: one small edit …`);
    const known = entryOf(worker);
    const agent = openWorkers([worker], world).get(worker.name);
    if (!isCodingAgent(agent)) continue;
    const version = await versionOf(programOf(worker), { sandbox, signal }).catch(unlessThere);
    const outcome = await probe(agent, { signal });
    findings.push(finding(worker, { ...wordsFor(outcome, { worker, known, version }), counts }));
  }
  return findings;
}

type Candidate = { worker: Worker; /** Whether the settings name it. */ counts: boolean };

function candidatesOf(workers: readonly Worker[]): Candidate[] {
  const { env } = process;
  const isReady = (worker: Worker) => readinessOf(worker, env).ready;
  const named = workers.filter(({ kind }) => kind !== "anthropic" && kind !== "openai");
  const found = detectCodingAgents({ env, home: env["HOME"] ?? null })
    .filter(({ missing }) => missing === null)
    .filter(({ worker }) => !named.some(({ kind }) => kind === worker.kind));
  return [
    ...named.filter(isReady).map((worker) => ({ worker, counts: true })),
    ...found.map(({ worker }) => ({ worker, counts: false })),
  ];
}

type Words = { detail: string; mend: string | null };

/** In the director's words: what was seen, and the command that mends it. */
export function wordsFor(
  outcome: Probe,
  about: {
    worker: Worker;
    known: CodingAgentEntry | null;
    version: string | null;
  },
): Words {
  const { worker, known, version } = about;
  const release = version === null ? "" : `, ${version}`;
  const tooOld = known !== null && version !== null && isOlder(version, known.oldest);
  const newer = known === null ? `install a newer ${programOf(worker)}` : installCommand(known);
  if (tooOld && outcome.state !== "works") {
    const detail = `version ${version} is too old: ${known.oldest} or newer is needed`;
    return { detail, mend: `${newer}@latest` };
  }
  switch (outcome.state) {
    case "works": {
      const old = tooOld ? `; ${known.oldest} or newer is what the driver was written for` : "";
      const seconds = (outcome.tookMs / 1_000).toFixed(1);
      const detail = `${worker.model}, edited a file in ${seconds} s${release}`;
      return { detail: `${detail}${silentOn(worker, known)}${old}`, mend: null };
    }
    case "signed-out":
      return { detail: outcome.why, mend: signInFor(worker, known) };
    case "no-write-tools":
      return {
        detail: `it ended well and wrote nothing: it has no tool that writes files${release}`,
        mend: `${newer}@latest, or use a model of it that is given its tools`,
      };
    case "sandbox-broken":
      return { detail: outcome.why, mend: "nightshift doctor, once the sandbox above works" };
    case "at-limit": {
      const { resetsAtMs } = outcome;
      const until = resetsAtMs === null ? "" : ` until ${new Date(resetsAtMs).toISOString()}`;
      return { detail: `it is signed in, and its limit is used up${until}`, mend: null };
    }
    case "failed":
      return { detail: outcome.why, mend: `try it by hand: ${programOf(worker)}` };
  }
}

/** What nobody will know of its work with a login; with a key the wire tells these. */
function silentOn({ loginHome, oauthTokenEnv }: Worker, known: CodingAgentEntry | null): string {
  if (known === null || (loginHome === undefined && oauthTokenEnv === undefined)) return "";
  const { tokens, truncation, reset } = known.tells;
  const told = { tokens, "a cut answer": truncation, "the end of a limit": reset };
  const untold = Object.entries(told).flatMap(([what, tells]) => (tells ? [] : [what]));
  return untold.length > 0 ? `; it does not tell: ${untold.join(", ")}` : "";
}

function signInFor({ apiKeyEnv, oauthTokenEnv }: Worker, known: CodingAgentEntry | null): string {
  const variable = apiKeyEnv ?? oauthTokenEnv;
  if (variable !== undefined) return `export ${variable}=…, with one that is valid`;
  return known?.signInCommand ?? "sign in with it";
}

function finding({ name }: Worker, { detail, mend, counts }: Words & { counts: boolean }): Finding {
  if (counts)
    return { name: `worker ${name}`, detail, mend, blocks: mend === null ? "none" : "sign-in" };
  // It can work, and no night asks it.
  const unasked = { name: `found ${name}`, detail: `${detail}; no settings name it` };
  return { ...unasked, mend: mend ?? "nightshift init, or name it under workers", blocks: "none" };
}

function entryOf({ kind }: Worker): CodingAgentEntry | null {
  return Object.entries(codingAgents).find(([name]) => name === kind)?.[1] ?? null;
}

function programOf(worker: Worker): string {
  return worker.binary ?? entryOf(worker)?.program ?? worker.command?.[0] ?? worker.name;
}

function isCodingAgent(worker: Model | CodingAgent | undefined): worker is CodingAgent {
  return worker !== undefined && "work" in worker;
}

function unlessThere(error: unknown): null {
  if (error instanceof BadInput) return null;
  throw error;
}
