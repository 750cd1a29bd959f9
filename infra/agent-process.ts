import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** An agent of the house in a process of its own. */
export type AgentProcess = {
  name: string;
  pid: number | undefined;
  /** Why it is no more; null while it runs. */
  ended: string | null;
  stop(): void;
};

const MAIN = fileURLToPath(new URL("cli/main.ts", import.meta.url));
const LAST_WORDS_MAX = 2_000;

/**
 * Starts `nightshift agent <name>`. Its token goes through the environment, not the command line,
 * and it ends when its standard input closes: an orphan never outlives the night that made it.
 */
export function spawnAgent({
  name,
  hub,
  token,
}: {
  name: string;
  hub: string;
  token: string;
}): AgentProcess {
  const child = spawn(process.execPath, [MAIN, "agent", name], {
    env: { ...process.env, NIGHTSHIFT_HUB: hub, NIGHTSHIFT_TOKEN: token },
    stdio: ["pipe", "ignore", "pipe"],
    // A Ctrl-C is for the night, which ends its agents when their step is done.
    detached: true,
  });
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => {
    words = `${words}${chunk.toString()}`.slice(-LAST_WORDS_MAX);
  });
  const agent: AgentProcess = {
    name,
    pid: child.pid,
    ended: null,
    stop() {
      child.stdin.destroy();
      child.kill("SIGTERM");
    },
  };
  child.on("error", (error) => (agent.ended = error.message));
  child.on("exit", (code, signal) => {
    agent.ended =
      `${signal ?? `exit code ${code}`} ${words.trim().split("\n").at(-1) ?? ""}`.trim();
  });
  return agent;
}
