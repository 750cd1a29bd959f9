import { existsSync } from "node:fs";
import type { Sandbox } from "@nightshift/agents/sandbox";
import { detectSandbox } from "./detect.ts";
import type { BubblewrapOptions, RevealingSandbox } from "./bubblewrap.ts";

/**
 * The real sandbox for tests, or null where the machine has none: those tests are then skipped,
 * which the run shows. On a CI machine a missing sandbox is a failure, never a skip.
 */
export async function sandboxForTests(
  options?: BubblewrapOptions,
): Promise<RevealingSandbox | null> {
  const detected = await detectSandbox(options);
  if ("sandbox" in detected) return detected.sandbox;
  if (process.env["CI"] === "true")
    throw new Error(`CI needs the sandbox: ${detected.missing}; ${detected.mend}`);
  return null;
}

/** Runs a line of shell with the options of a test that has no others in mind. */
export function shell(
  sandbox: Sandbox,
  line: string,
  cwd: string,
  options: Partial<Parameters<Sandbox["run"]>[1]> = {},
) {
  return sandbox.run(["sh", "-c", line], {
    cwd,
    writable: [cwd],
    network: false,
    env: {},
    wallMs: 20_000,
    silenceMs: null,
    outputBytesMax: 100_000,
    signal: new AbortController().signal,
    ...options,
  });
}

/** Whether a process whose command line holds this text is alive on this machine. */
export async function isAlive(marker: string): Promise<boolean> {
  const { readdir, readFile } = await import("node:fs/promises");
  if (!existsSync("/proc")) return false;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.includes(marker)) return true;
  }
  return false;
}
