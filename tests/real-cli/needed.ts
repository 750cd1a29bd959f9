import type { CliName } from "@nightshift/infra/sim/install-cli";

const { NIGHTSHIFT_CLI: named, CI } = process.env;
/** Those that `.ci/run` installs. */
const inCi = CI === "true" ? "codex,gemini" : "";
const needed = (named ?? inCi).split(",");

/** Whether the tests with this CLI must run here: NIGHTSHIFT_CLI names it or all, or CI has it. */
export function isNeeded(name: CliName): boolean {
  return needed.includes(name) || needed.includes("all");
}

/** For the title of what is skipped without it: the command that fetches it. */
export function fetched(name: CliName): string {
  return `node infra/sim/install-cli.ts ${name}`;
}

/** The same of what takes a whole night: a published package and a sandbox besides. */
export function readied(name: CliName): string {
  return `${fetched(name)} && node tests/real-cli/package.ts, and bwrap`;
}
