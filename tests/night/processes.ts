import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine as Linux tells it. */
export type Process = {
  pid: number;
  parent: number;
  group: number;
  /** One letter: R for running, S for sleeping, Z for ended. */
  state: string;
  command: string;
};

/** Every process that another one started, and those that these started; none without /proc. */
export function descendantsOf(pid: number): Process[] {
  const all = processes();
  const found = all.filter(({ parent }) => parent === pid);
  for (const one of found) found.push(...all.filter(({ parent }) => parent === one.pid));
  return found;
}

/** Whether a process still runs; one that ended and that nobody has asked about yet does not. */
export function isRunning(pid: number): boolean {
  return processes().some((one) => one.pid === pid && one.state !== "Z");
}

/**
 * What Ctrl-C in a terminal does: every process of the foreground group gets the signal, not only
 * the one that the director started.
 */
export function pressCtrlC(pid: number): void {
  const group = processes().find((one) => one.pid === pid)?.group;
  const others = descendantsOf(pid).filter((one) => one.group === group);
  for (const one of [pid, ...others.map((other) => other.pid)]) {
    try {
      process.kill(one, "SIGINT");
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        // The name stands in parentheses and may hold anything; state, parent, group follow.
        const [state = "", ...ids] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const [parent = 0, group = 0] = ids.map(Number);
        return [{ pid: Number(name), parent, group, state, command }];
      } catch {
        // It ended between the two looks.
        return [];
      }
    });
}
