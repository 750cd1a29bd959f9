import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RevealingSandbox } from "./bubblewrap.ts";
import { pathFolders, scrubbedEnvironment } from "./environment.ts";
import { findProgram, limited, runLimits } from "./limits.ts";
import { runProcess } from "./process.ts";
import { wayOut } from "./way-out.ts";

/**
 * The same port without containment, for a director who wrote `sandbox: off`. Environment, home,
 * time, silence and output are bounded as ever; files, network and stray processes are not, and
 * the log and the digest say so by its kind.
 */
export function createOff(environment: NodeJS.ProcessEnv = process.env): RevealingSandbox {
  const path = pathFolders(environment["PATH"]);
  const out = wayOut(environment);
  if (findProgram("node", path) === null) path.push(dirname(process.execPath));
  return {
    kind: "off",
    reveal: () => {},
    async run(command, { writable, network, commits: _commits, env, ...rest }) {
      const home = await mkdtemp(join(tmpdir(), "nightshift-home-"));
      const told = { path, home, temporary: tmpdir(), toolchains: {} };
      try {
        return await runProcess(limited(command, path, null), {
          ...rest,
          use: { limits: runLimits(), folders: writable },
          env: scrubbedEnvironment(
            network ? { ...out.variables, ...out.proxies, ...env } : env,
            told,
          ),
        });
      } finally {
        await rm(home, { recursive: true, force: true });
      }
    },
  };
}
