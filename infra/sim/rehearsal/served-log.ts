import { execFile, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import type { Stage } from "./stage.ts";

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const START_MS_MAX = 20_000;
const OUTPUT_CHARS_MAX = 10_000;

const Granted = z.object({ password: z.string(), authority: z.string() });
const Serving = z.object({ port: z.int() });

/** A gateway before the stage's log, in a process of its own. */
export type ServedLog = {
  /** The connection string that the director's commands are given. */
  where: string;
  pid: number | undefined;
  stop(): void;
};

/** Grants the house what it needs and serves the log, by the commands a director types. */
export async function serveLog({ env }: Stage, scheme: "esdb" | "kurrentdb"): Promise<ServedLog> {
  const grant = ["log", "grant", "house", "--role", "house", "--json"];
  const { stdout } = await run(process.execPath, [MAIN, ...grant], { env });
  const { password, authority } = Granted.parse(JSON.parse(stdout));
  const serve = ["serve", "--esdb-port", "0", "--json", "--attached"];
  const child = spawn(process.execPath, [MAIN, ...serve], {
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const stop = () => {
    child.stdin.destroy();
    child.kill("SIGTERM");
  };
  try {
    const { port } = Serving.parse(await firstJson(child.stdout));
    const where = `${scheme}://house:${password}@localhost:${port}?tlsCAFile=${authority}`;
    return { where, pid: child.pid, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** The first JSON value that a process prints, however many lines it takes. */
async function firstJson(output: Readable): Promise<unknown> {
  const signal = AbortSignal.timeout(START_MS_MAX);
  let text = "";
  for await (const chunk of output.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.length > OUTPUT_CHARS_MAX || signal.aborted) break;
    try {
      return JSON.parse(text);
    } catch {
      // Not all of it yet.
    }
  }
  throw new Error("the gateway did not start");
}
