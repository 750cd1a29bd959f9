import { existsSync, readFileSync } from "node:fs";
import { WorkerFailure } from "@nightshift/agents/ports";
import { createBubblewrap } from "./bubblewrap.ts";
import type { BubblewrapOptions, RevealingSandbox } from "./bubblewrap.ts";
import { pathFolders } from "./environment.ts";
import { findProgram } from "./limits.ts";
import { createSeatbelt } from "./seatbelt.ts";

const PROBE_WALL_MS = 10_000;

export type Detected =
  | { sandbox: RevealingSandbox; kind: string }
  /** What is missing in one line, and the command or edit that mends it. */
  | { missing: string; mend: string };

/**
 * The sandbox of this machine, tried once with all its flags: a helper that is installed but may
 * not make namespaces protects nobody.
 */
export async function detectSandbox(options: BubblewrapOptions = {}): Promise<Detected> {
  const path = pathFolders((options.environment ?? process.env)["PATH"]);
  if (process.platform === "darwin") return tried(createSeatbelt(options), /^\d+$/);
  if (process.platform !== "linux")
    return { missing: `no sandbox is known for ${process.platform}`, mend: OFF };
  if (findProgram("bwrap", path) === null)
    return { missing: "bubblewrap is not installed", mend: installCommand(path) };
  return tried(createBubblewrap(options), /^1000$/);
}

/** @param user Who programs inside must be. */
async function tried(sandbox: RevealingSandbox, user: RegExp): Promise<Detected> {
  try {
    const result = await sandbox.run(["sh", "-c", "id -u && ! touch /nightshift-probe"], {
      cwd: "/",
      writable: [],
      network: false,
      env: {},
      wallMs: PROBE_WALL_MS,
      silenceMs: null,
      outputBytesMax: 10_000,
      signal: new AbortController().signal,
    });
    if (result.exitCode === 0 && user.test(result.stdout.trim()))
      return { sandbox, kind: sandbox.kind };
    return { missing: `${sandbox.kind} does not contain: ${result.stderr.trim()}`, mend: OFF };
  } catch (error) {
    if (!(error instanceof WorkerFailure)) throw error;
    return explain(error.message, readSwitch);
  }
}

const OFF = "write `sandbox: off` in nightshift.config.yaml to work without one, at your own risk";

const INSTALLERS = [
  ["apt-get", "sudo apt-get install bubblewrap"],
  ["dnf", "sudo dnf install bubblewrap"],
  ["pacman", "sudo pacman -S bubblewrap"],
  ["zypper", "sudo zypper install bubblewrap"],
  ["apk", "sudo apk add bubblewrap"],
] as const;

function installCommand(path: readonly string[]): string {
  const known = INSTALLERS.find(([program]) => findProgram(program, path) !== null);
  return known?.[1] ?? "install the package `bubblewrap`";
}

/** Kernel switches that forbid namespaces to ordinary users, the value that does, the way out. */
const SWITCHES = [
  ["kernel.unprivileged_userns_clone", "0", "1"],
  ["kernel.apparmor_restrict_unprivileged_userns", "1", "0"],
  ["user.max_user_namespaces", "0", "15000"],
] as const;

/** Tells why bubblewrap could not start, from what it said and how the kernel is set. */
export function explain(
  told: string,
  read: (name: string) => string | null,
): { missing: string; mend: string } {
  const off = SWITCHES.find(([name, forbids]) => read(name) === forbids);
  if (off)
    return {
      missing: `the kernel gives ordinary users no namespaces (${off[0]} = ${off[1]})`,
      mend: `sudo sysctl -w ${off[0]}=${off[2]}`,
    };
  if (/namespace|uid map|RTM_NEWADDR|Operation not permitted/i.test(told))
    return {
      missing: `this machine or container allows no namespaces: ${told}`,
      mend: "start the container with --security-opt seccomp=unconfined, or run on the host",
    };
  return { missing: told, mend: OFF };
}

function readSwitch(name: string): string | null {
  const file = `/proc/sys/${name.replace(".", "/")}`;
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}
