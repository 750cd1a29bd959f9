import { spawn } from "node:child_process";
import { pathFolders } from "./workers/sandbox/environment.ts";
import { findProgram } from "./workers/sandbox/limits.ts";

/** Keeps a machine from falling asleep until it is let go. */
export type Awake = {
  /** The program that does it; null where the machine has none, or it said no. */
  by: string | null;
  release(): void;
};

/** How long a program that may not inhibit sleep takes to say so, usually. */
const REFUSAL_MS = 300;

/**
 * Keeps the machine awake as long as this process lives: both programs end with the one they were
 * started for, also when that is killed. Where neither is there the night goes on all the same, and
 * whoever sleeps through a part of it goes on when the machine wakes up (E2).
 * @param refusalMs How long it is waited whether the program says no, ms.
 */
export async function keepAwake(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  refusalMs = REFUSAL_MS,
): Promise<Awake> {
  const command = commandFor(platform, process.pid);
  const path = command && findProgram(command.program, pathFolders(env["PATH"]));
  if (!command || !path) return { by: null, release() {} };
  // Its input ends with this process, whatever ends it.
  const child = spawn(path, command.args, { stdio: ["pipe", "ignore", "ignore"] });
  const ended = new Promise<true>((resolve) => {
    child.once("error", () => resolve(true));
    child.once("exit", () => resolve(true));
  });
  child.stdin.on("error", () => {});
  const patience = new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), refusalMs).unref();
  });
  if (await Promise.race([ended, patience])) return { by: null, release() {} };
  child.unref();
  return {
    by: command.program,
    release() {
      child.stdin.end();
      child.kill();
    },
  };
}

/** What keeps a platform awake for the life of a process. */
function commandFor(platform: NodeJS.Platform, pid: number) {
  const why = ["--who=nightshift", "--why=a night shift is running", "--mode=block"];
  switch (platform) {
    case "linux":
      // `cat` reads what nobody writes, and ends with whoever holds the other end of it.
      return {
        program: "systemd-inhibit",
        args: ["--what=sleep:idle:handle-lid-switch", ...why, "cat"],
      };
    case "darwin":
      return { program: "caffeinate", args: ["-i", "-m", "-s", "-w", String(pid)] };
    case "aix":
    case "android":
    case "cygwin":
    case "freebsd":
    case "haiku":
    case "netbsd":
    case "openbsd":
    case "sunos":
    case "win32":
      return null;
  }
}
