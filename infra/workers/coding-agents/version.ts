import { tmpdir } from "node:os";
import { reveal } from "./binary.ts";
import type { CliSandbox } from "./binary.ts";

const VERSION_WALL_MS = 30_000;
const OUTPUT_BYTES_MAX = 10_000;

/**
 * The release of a CLI as it tells it, e.g. `1.18.33`; null where it tells none. Run in the sandbox
 * without network, for it is a program of others.
 * @throws BadInput where there is no such program.
 */
export async function versionOf(
  binary: string,
  { sandbox, signal }: { sandbox: CliSandbox; signal: AbortSignal },
): Promise<string | null> {
  const program = reveal(binary, { sandbox, path: process.env["PATH"], mend: `install ${binary}` });
  const { stdout } = await sandbox.run([program, "--version"], {
    cwd: tmpdir(),
    writable: [],
    network: false,
    env: {},
    wallMs: VERSION_WALL_MS,
    silenceMs: null,
    outputBytesMax: OUTPUT_BYTES_MAX,
    signal,
  });
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? null;
}

/** Whether a release came out before another; both as `1.18.33`. */
export function isOlder(version: string, than: string): boolean {
  const [one, other] = [version, than].map((text) => text.split(".").map(Number));
  for (const [index, part] of (one ?? []).entries()) {
    const against = other?.[index] ?? 0;
    if (part !== against) return part < against;
  }
  return false;
}
