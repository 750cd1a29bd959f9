import { dirname } from "node:path";
import { WorkerFailure } from "@nightshift/agents/ports";
import type { ProcessResult, Sandbox } from "@nightshift/agents/ports";
import { Unavailable } from "@nightshift/protocol/errors";
import { pathFolders, scrubbedEnvironment } from "./environment.ts";
import { findProgram, limited } from "./limits.ts";
import {
  contains,
  homeOfPathFolder,
  homeOfProgram,
  mountArguments,
  real,
  words,
} from "./mounts.ts";
import { runProcess } from "./process.ts";
import {
  privateFiles,
  privateFolders,
  RESOLVER_PLACES,
  SYSTEM_PLACES,
  toolchains,
} from "./secrets.ts";
import { wayOut } from "./way-out.ts";

/** A sandbox that the house can tell what else may be read inside. */
export interface RevealingSandbox extends Sandbox {
  /** Lets programs read a folder though it lies below a hidden one. Never a worker's choice. */
  reveal(folder: string): void;
}

export type BubblewrapOptions = {
  /** Folders to hide beside homes, runtime folders and what the environment names as private. */
  hidden?: readonly string[];
  /** Where PATH, HOME and the XDG folders are read from; that of this process by default. */
  environment?: NodeJS.ProcessEnv;
};

/** Below the private temporary folder, so it is empty at every start and gone at the end. */
const HOME = "/tmp/home";

/**
 * Runs programs in namespaces of their own (users, processes, network, names, messages): uid 1000
 * without capabilities, everything read-only but what is named, a loopback of its own when there
 * is no network, a private temporary folder and home, and no process survives the first one.
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
  const masked = privateFiles(environment);
  const revealed = new Set<string>();

  return {
    kind: "bubblewrap",
    reveal: (folder) => void revealed.add(folder),
    async run(command, { cwd, writable, network, env, ...rest }) {
      const inside = real(cwd);
      if (inside === null) throw new WorkerFailure("sandbox", `no such folder: ${cwd}`);
      const held = writable.some((folder) => contains(real(folder) ?? folder, inside));
      const program = findProgram(command[0] ?? "", path);
      const readable = [
        ...always,
        ...revealed,
        ...(network ? [...RESOLVER_PLACES, ...out.files] : []),
        ...(program ? homeOfProgram(program) : []),
        ...(held ? [] : [inside]),
      ];
      const args = [
        ...NAMESPACES,
        ...(network ? [] : ["--unshare-net"]),
        ...mountArguments({ hidden, masked, readable, writable }),
        ...words(`--dir ${HOME} --json-status-fd 3 --chdir`),
        inside,
        "--",
        ...limited(command, path, { countProcesses: true }),
      ];
      const told = { path, home: HOME, temporary: "/tmp", toolchains: tools.variables };
      return contained(["bwrap", ...args], {
        ...rest,
        cwd: "/",
        env: scrubbedEnvironment(network ? { ...out.variables, ...env } : env, told),
      });
    },
  };
}

const NAMESPACES = words(
  "--unshare-user --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try " +
    "--uid 1000 --gid 1000 --hostname nightshift " +
    "--cap-drop ALL --die-with-parent --new-session",
);

/** bubblewrap reports an exit code only if the program was really started inside. */
async function contained(
  command: readonly string[],
  options: Parameters<typeof runProcess>[1],
): Promise<ProcessResult> {
  let status = "";
  const onStatus = (text: string) => {
    status = text;
  };
  try {
    const result = await runProcess(command, { ...options, onStatus });
    if (result.signal === null && !status.includes('"exit-code"'))
      throw new WorkerFailure("sandbox", `the sandbox did not start: ${result.stderr.trim()}`);
    return result;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new WorkerFailure("sandbox", "bubblewrap cannot be started", { cause: error });
  }
}
