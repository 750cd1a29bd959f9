import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, times, type Benchmark } from "./ratio.ts";

const MAIN = fileURLToPath(new URL("../../infra/cli/main.ts", import.meta.url));
const RUNS = 15;
/** `nightshift --help` against a Node that does nothing. */
const HELP_RATIO_MAX = 5;

export async function cli(): Promise<Benchmark> {
  const start = (...args: string[]) => spawnSync(process.execPath, args, { stdio: "ignore" });
  start(MAIN, "--help");
  const bare = median(await times(RUNS, () => start("-e", "0")));
  const help = median(await times(RUNS, () => start(MAIN, "--help")));
  return [{ what: "--help / node -e 0", value: help / bare, unit: "times", limit: HELP_RATIO_MAX }];
}
