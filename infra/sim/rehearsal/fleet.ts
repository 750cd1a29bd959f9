import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Rehearsal } from "./rehearsal.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
/** Milliseconds after which a process that died is started again, as a service manager does. */
const RESTART_MS = 500;
const RESTARTS_MAX = 20;
const OUTPUT_CHARS_MAX = 1_000_000;

/** One process of a fleet: `nightshift agent …` as a service. */
type Service = {
  readonly name: string;
  readonly pid: number | undefined;
  /** Everything it said, over all of its lives. */
  readonly said: string;
  /** Sends a signal to the process that runs now. */
  signal(signal: NodeJS.Signals): void;
  /** Resolves with the exit code of the last life: of one that ended by itself. */
  ended: Promise<number | null>;
};

export type Fleet = {
  services: ReadonlyMap<string, Service>;
  close(): Promise<void>;
};

/**
 * Starts one process for each of these, on one bus. One that is killed is started again; one that
 * ends with an exit code is not.
 * @param commands By name: the arguments of `nightshift agent`.
 */
export function startFleet(
  { stage, gateway }: Rehearsal,
  commands: Readonly<Record<string, readonly string[]>>,
  onLine: (name: string, line: string) => void = () => {},
): Fleet {
  const { repo } = stage;
  const env = gateway ? { ...stage.env, NIGHTSHIFT_LOG: gateway.where } : stage.env;
  const closing = new AbortController();
  const services = new Map<string, Service>();
  for (const [name, args] of Object.entries(commands)) {
    const life = { repo, env, args, onLine: (line: string) => onLine(name, line) };
    services.set(name, startService(name, life, closing.signal));
  }
  return {
    services,
    async close() {
      closing.abort();
      for (const service of services.values()) {
        service.signal("SIGCONT");
        service.signal("SIGTERM");
      }
      const late = setTimeout(() => {
        for (const service of services.values()) service.signal("SIGKILL");
      }, GOODBYE_MS);
      await Promise.all([...services.values()].map(({ ended }) => ended));
      clearTimeout(late);
    },
  };
}

const GOODBYE_MS = 8_000;

type Life = {
  repo: string;
  env: Record<string, string>;
  args: readonly string[];
  onLine: (line: string) => void;
};

function startService(name: string, life: Life, closing: AbortSignal): Service {
  let child: ChildProcess | undefined;
  let said = "";
  const keep = (line: string) => {
    said = `${said}${line}\n`.slice(-OUTPUT_CHARS_MAX);
    life.onLine(line);
  };

  async function live(): Promise<number | null> {
    for (let lives = 0; lives <= RESTARTS_MAX; lives += 1) {
      child = spawn(process.execPath, [MAIN, "agent", ...life.args], {
        cwd: life.repo,
        env: life.env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      for (const stream of [child.stdout, child.stderr]) {
        if (stream) createInterface({ input: stream }).on("line", keep);
      }
      const [code] = await once(child, "close");
      if (typeof code === "number" || closing.aborted)
        return typeof code === "number" ? code : null;
      await new Promise((resolve) => setTimeout(resolve, RESTART_MS));
    }
    return null;
  }

  const ended = live();
  return {
    name,
    get pid() {
      return child?.pid;
    },
    get said() {
      return said;
    },
    signal: (signal) => void child?.kill(signal),
    ended,
  };
}
