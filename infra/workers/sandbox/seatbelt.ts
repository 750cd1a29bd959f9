import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { WorkerFailure } from "@nightshift/agents/ports";
import type { BubblewrapOptions, RevealingSandbox } from "./bubblewrap.ts";
import { openEgress } from "./egress/proxy.ts";
import { proxyVariables } from "./egress/variables.ts";
import { pathFolders, scrubbedEnvironment } from "./environment.ts";
import { findProgram, runLimits } from "./limits.ts";
import { contains, homeOfPathFolder, homeOfProgram, real } from "./mounts.ts";
import { runProcess } from "./process.ts";
import { seatbeltProfile } from "./seatbelt-profile.ts";
import { privateFiles, privateFolders, toolchains } from "./secrets.ts";
import { wayOut } from "./way-out.ts";

/**
 * Runs programs under macOS's own sandbox, by a profile made for each run. It holds files and the
 * network as bubblewrap does, but knows no namespaces: a program's loopback is the machine's, it
 * sees other processes, though it may signal none, and who leaves its process group outlives it.
 */
export function createSeatbelt(options: BubblewrapOptions = {}): RevealingSandbox {
  const environment = options.environment ?? process.env;
  const tools = toolchains(environment);
  const out = wayOut(environment);
  const path = pathFolders(environment["PATH"]);
  if (findProgram("node", path) === null) path.push(dirname(process.execPath));
  const always = [
    ...path.flatMap(homeOfPathFolder),
    ...homeOfProgram(process.execPath),
    ...tools.folders,
  ];
  const revealed = new Set<string>();
  return {
    kind: "seatbelt",
    reveal: (folder) => void revealed.add(folder),
    async run(command, { cwd, writable, network, commits = false, env, ...rest }) {
      const inside = real(cwd);
      if (inside === null) throw new WorkerFailure("sandbox", `no such folder: ${cwd}`);
      const own = await mkdtemp(join(real(tmpdir()) ?? tmpdir(), "nightshift-inside-"));
      const hosts = network ? [...network.hosts, ...(options.hosts ?? [])] : [];
      const egress = network ? await openEgress(hosts, environment, { onLoopback: true }) : null;
      try {
        await mkdir(join(own, "home"));
        const program = findProgram(command[0] ?? "", path);
        const held = writable.some((folder) => contains(real(folder) ?? folder, inside));
        const profile = seatbeltProfile({
          hidden: [...privateFolders(environment), ...(options.hidden ?? []), tmpdir(), "/tmp"],
          masked: privateFiles(environment),
          readable: [
            ...always,
            ...revealed,
            ...(egress ? out.files : []),
            ...(program ? homeOfProgram(program) : []),
            ...(held ? [] : [inside]),
          ],
          writable: [...writable, own],
          commits,
          ports: egress ? [egress.port ?? 0, ...egress.loopbackPorts] : null,
        });
        const told = { path, home: join(own, "home"), temporary: own, toolchains: tools.variables };
        const ways = egress ? { ...out.variables, ...proxyVariables(egress.port ?? 0) } : {};
        const result = await runProcess(["/usr/bin/sandbox-exec", "-p", profile, ...command], {
          ...rest,
          cwd: inside,
          env: scrubbedEnvironment({ ...ways, ...env }, told),
          use: { limits: { ...runLimits(), ...options.limits }, folders: writable },
        });
        const refusedHosts = egress?.refused() ?? [];
        return refusedHosts.length > 0 ? { ...result, refusedHosts } : result;
      } finally {
        await egress?.close();
        await rm(own, { recursive: true, force: true });
      }
    },
  };
}
