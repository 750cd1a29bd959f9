import { Worker } from "node:worker_threads";

/** Milliseconds between two looks whether the parent is still there. */
const LOOK_MS = 250;

/**
 * Ends this process when its parent is gone. A query, or the reading of a file, holds its thread
 * until it is answered, so the look is another thread's: whoever asked and was killed leaves nothing
 * behind that computes on.
 */
export function endWithParent(): void {
  const script = `
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
    }, ${LOOK_MS});
  `;
  new Worker(script, { eval: true, stdout: true, stderr: true }).unref();
}
