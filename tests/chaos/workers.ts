import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("worker-main.ts", import.meta.url));

/** Workers that a service manager keeps alive: one that dies is followed by another. */
export type Workers = {
  deaths(): number;
  pids(): string[];
  /** Sends a signal to one of those that are there. */
  signal(index: number, signal: NodeJS.Signals): void;
  close(): Promise<void>;
};

export function startWorkers(url: string, count: number): Workers {
  const children: ChildProcess[] = [];
  let deaths = 0;
  const closing = new AbortController();

  async function keep(place: number): Promise<void> {
    while (!closing.signal.aborted) {
      const child = spawn(process.execPath, [MAIN, url], { stdio: ["pipe", "ignore", "inherit"] });
      children[place] = child;
      await once(child, "close");
      if (!closing.signal.aborted) deaths += 1;
    }
  }

  const kept = Array.from({ length: count }, (_, place) => keep(place));
  return {
    deaths: () => deaths,
    pids: () => children.map(({ pid }) => String(pid)),
    signal: (index, signal) => void children[index]?.kill(signal),
    async close() {
      closing.abort();
      for (const child of children) {
        child.kill("SIGCONT");
        child.kill("SIGKILL");
      }
      await Promise.all(kept);
    },
  };
}
