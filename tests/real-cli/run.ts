import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * `pnpm test:clis`: all real CLIs, none skipped, and the table of the README written anew. The CLIs
 * and the package must be in the cache folder before: `node infra/sim/install-cli.ts all` and
 * `node tests/real-cli/package.ts`.
 */
const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, "run", "tests/real-cli"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, NIGHTSHIFT_CLI: "all", NIGHTSHIFT_CLI_TABLE: "write" },
});
process.exitCode = status ?? 1;
