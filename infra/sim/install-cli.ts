import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The releases whose output the drivers were tried against. */
export const releases = {
  claude: { package: "@anthropic-ai/claude-code", version: "2.1.329" },
  codex: { package: "@openai/codex", version: "0.169.0" },
  gemini: { package: "@google/gemini-cli", version: "0.61.0" },
  opencode: { package: "opencode-ai", version: "1.18.33" },
  qwen: { package: "@qwen-code/qwen-code", version: "0.24.4" },
  copilot: { package: "@github/copilot", version: "1.0.102" },
} as const;

export type CliName = keyof typeof releases;

/** By the name of its program. */
export const cliNames = ["claude", "codex", "gemini", "opencode", "qwen", "copilot"] as const;

const INSTALL_WALL_MS = 600_000;
const START_WALL_MS = 60_000;

/**
 * An agent CLI in a cache folder of its own, by npm: 100 to 400 MB the first time, nothing after.
 * @returns Path of the program.
 */
async function installCli(name: CliName): Promise<string> {
  const known = await cachedCli(name);
  if (known !== null) return known;
  const { package: packageName, version } = releases[name];
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(join(cacheFolder(), `${name}-unfinished-`));
  try {
    const quiet = ["--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
    const args = ["install", ...quiet, "--prefix", folder, `${packageName}@${version}`];
    await run("npm", args, { timeout: INSTALL_WALL_MS });
    await run(programIn(folder, name), ["--version"], { timeout: START_WALL_MS });
    // Whole or not at all: two installations at once end in the same place.
    await rename(folder, folderOf(name)).catch(async (error: unknown) => {
      if ((await cachedCli(name)) === null) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return programIn(folderOf(name), name);
}

/** Path of the program when it is in the cache, else null. */
export async function cachedCli(name: CliName): Promise<string | null> {
  const program = programIn(folderOf(name), name);
  return access(program).then(
    () => program,
    () => null,
  );
}

const run = promisify(execFile);

function folderOf(name: CliName): string {
  return join(cacheFolder(), `${name}-${releases[name].version}`);
}

function programIn(folder: string, name: CliName): string {
  return join(folder, "node_modules", ".bin", name);
}

/** Where programs and packages for tests are kept from one run to the next. */
export function cacheFolder(): string {
  const { NIGHTSHIFT_CLI_CACHE: named, XDG_CACHE_HOME: cache } = process.env;
  return named || join(cache || join(homedir(), ".cache"), "nightshift", "cli");
}

if (import.meta.main) {
  const asked = process.argv[2] === "all" ? [...cliNames] : process.argv.slice(2);
  const names = cliNames.filter((name) => asked.includes(name));
  if (names.length === 0 || names.length < asked.length) {
    process.stderr.write(`usage: node infra/sim/install-cli.ts all|${cliNames.join("|")} …\n`);
    process.exit(64);
  }
  for (const name of names) process.stdout.write(`${await installCli(name)}\n`);
}
