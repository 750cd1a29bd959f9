import { dirname, join } from "node:path";
import { WorkerFailure } from "@nightshift/agents/ports";
import type { ProcessResult, Sandbox } from "@nightshift/agents/sandbox";
import { contained } from "./contained.ts";
import { openControlGroup } from "./control-group.ts";
import { openEgress } from "./egress/proxy.ts";
import type { Egress } from "./egress/proxy.ts";
import { proxyVariables } from "./egress/variables.ts";
import { pathFolders, scrubbedEnvironment } from "./environment.ts";
import { hostSockets } from "./host-sockets.ts";
import { findProgram, limited, runLimits } from "./limits.ts";
import type { RunLimits } from "./meter.ts";
import {
  contains,
  hiddenBy,
  homeOfPathFolder,
  homeOfProgram,
  mountArguments,
  real,
  words,
} from "./mounts.ts";
import { privateFiles, privateFolders, SYSTEM_PLACES, toolchains } from "./secrets.ts";
import { systemCallFilter } from "./system-calls.ts";
import { wayOut } from "./way-out.ts";

/** A sandbox that the house can tell what else may be read inside. */
export interface RevealingSandbox extends Sandbox {
  /** Lets programs read a folder though it lies below a hidden one. Never a worker's choice. */
  reveal(folder: string): void;
}

export type BubblewrapOptions = {
  /** Folders to hide beside homes, runtime folders and what the environment names as private. */
  hidden?: readonly string[];
  /** Hosts of the settings that every program with a network may reach, beside its own. */
  hosts?: readonly string[];
  /** Where PATH, HOME and the XDG folders are read from; that of this process by default. */
  environment?: NodeJS.ProcessEnv;
  /** Of all processes of one run together. */
  limits?: Partial<RunLimits>;
};

/** Below the private temporary folder, so it is empty at every start and gone at the end. */
const HOME = "/tmp/home";

/**
 * Runs programs in namespaces of their own (users, processes, network, names, messages): uid 1000
 * without capabilities, everything read-only but what is named, a private temporary folder and
 * home, and no process survives the first one. Its network is a loopback of its own; where it is
 * given hosts, one socket leads out of it, to a proxy of the house that knows no others.
 */
export function createBubblewrap(options: BubblewrapOptions = {}): RevealingSandbox {
  const environment = options.environment ?? process.env;
  const tools = toolchains(environment);
  const out = wayOut(environment);
  const path = pathFolders(environment["PATH"]);
  if (findProgram("node", path) === null) path.push(dirname(process.execPath));
  const always = [
    ...path.flatMap(homeOfPathFolder),
    ...homeOfProgram(process.execPath),
    ...homeOfProgram(findProgram("node", path) ?? process.execPath),
    ...tools.folders,
    ...SYSTEM_PLACES,
  ];
  const hidden = [...privateFolders(environment), ...(options.hidden ?? [])];
  const filter = systemCallFilter(process.arch);
  const limits = { ...runLimits(), ...options.limits };
  const revealed = new Set<string>();

  return {
    kind: "bubblewrap",
    reveal: (folder) => void revealed.add(folder),
    async run(command, { cwd, writable, network, commits = false, env, ...rest }) {
      const inside = real(cwd);
      if (inside === null) throw new WorkerFailure("sandbox", `no such folder: ${cwd}`);
      const held = writable.some((folder) => contains(real(folder) ?? folder, inside));
      const program = findProgram(command[0] ?? "", path);
      const hosts = network ? [...network.hosts, ...(options.hosts ?? [])] : [];
      const egress = network ? await openEgress(hosts, environment) : null;
      const group = openControlGroup(limits.processesMax);
      try {
        const readable = [
          ...always,
          ...revealed,
          ...(egress ? [egress.folder, FORWARDER, ...out.files] : []),
          ...(program ? homeOfProgram(program) : []),
          ...(held ? [] : [inside]),
        ];
        const started = () => {
          const view = { hidden, readable, writable };
          const masked = [...privateFiles(environment), ...socketsIn(view, egress)];
          const args = [
            "bwrap",
            ...NAMESPACES,
            ...mountArguments({ ...view, masked, commits }),
            ...(filter ? ["--seccomp", "4"] : []),
            ...words(`--dir ${HOME} --json-status-fd 3 --chdir`),
            inside,
            "--",
            ...limited(forwarded(command, egress), path, limits.processesMax),
          ];
          return group?.entering(args) ?? args;
        };
        const told = { path, home: HOME, temporary: "/tmp", toolchains: tools.variables };
        const result = await contained(started, {
          ...rest,
          cwd: "/",
          env: scrubbedEnvironment(
            egress ? { ...out.variables, ...proxyVariables(proxyPort(egress)), ...env } : env,
            told,
          ),
          ...(filter && { given: filter }),
          use: { limits, folders: writable, ...(group && { isFull: () => group.isFull() }) },
        });
        return egress ? withRefused(result, egress) : result;
      } finally {
        await group?.remove();
        await egress?.close();
      }
    },
  };
}

function withRefused(result: ProcessResult, egress: Egress): ProcessResult {
  const refusedHosts = egress.refused();
  return refusedHosts.length > 0 ? { ...result, refusedHosts } : result;
}

const NAMESPACES = words(
  "--unshare-user --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try " +
    "--unshare-net --uid 1000 --gid 1000 --hostname nightshift " +
    "--cap-drop ALL --die-with-parent --new-session",
);

/** Sockets of this machine that somebody inside would see, all but its own way out. */
function socketsIn(view: Parameters<typeof hiddenBy>[0], egress: Egress | null): string[] {
  return hostSockets(hiddenBy(view)).filter((path) => path !== egress?.socket);
}

/** Runs inside, between the namespace's loopback and the socket. */
const FORWARDER = join(import.meta.dirname, "egress", "inside.ts");

function forwarded(command: readonly string[], egress: Egress | null): readonly string[] {
  if (egress === null) return command;
  const ports = egress.loopbackPorts.filter((port) => port !== proxyPort(egress)).join(",");
  const port = String(proxyPort(egress));
  return [process.execPath, "--no-warnings", FORWARDER, egress.socket, port, ports, ...command];
}

const PROXY_PORT = 3_128;

/** A port of the sandbox's loopback that no allowed server of the host's loopback has. */
function proxyPort({ loopbackPorts }: Egress): number {
  let port = PROXY_PORT;
  while (loopbackPorts.includes(port)) port += 1;
  return port;
}
