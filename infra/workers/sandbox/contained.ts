import { WorkerFailure } from "@nightshift/agents/ports";
import type { ProcessResult } from "@nightshift/agents/sandbox";
import { Unavailable } from "@nightshift/protocol/errors";
import { runProcess } from "./process.ts";

/** Starts that are tried: a socket may go between the look at the machine and the mounts. */
const STARTS_MAX = 3;

/**
 * Runs a program by bubblewrap, and again where nothing of it began; what may have begun is run
 * once, for it may have changed what it was given.
 * @param commandOf bubblewrap's command for the machine as it is at the moment of each start.
 * @throws WorkerFailure `sandbox` where nothing could be started.
 */
export async function contained(
  commandOf: () => readonly string[],
  options: Parameters<typeof runProcess>[1],
): Promise<ProcessResult> {
  let status = "";
  const onStatus = (text: string) => {
    status = text;
  };
  try {
    for (let start = 1; ; start += 1) {
      const result = await runProcess(commandOf(), { ...options, onStatus });
      if (mayHaveBegun(result, status)) return result;
      if (start < STARTS_MAX && !options.signal.aborted) continue;
      throw new WorkerFailure("sandbox", `the sandbox did not start: ${result.stderr.trim()}`);
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new WorkerFailure("sandbox", "bubblewrap cannot be started", { cause: error });
  }
}

/**
 * Bubblewrap 0.8 tells the child's number before it mounts anything, and an exit code only of what
 * was executed. Where it fails before that, it or the shell that becomes it complains and ends with
 * a code of its own; a report that was lost on its way to us has no such complaint beside it.
 */
function mayHaveBegun({ signal, exitCode, stdout, stderr }: ProcessResult, status: string) {
  if (signal !== null || status.includes('"exit-code"') || stdout !== "") return true;
  const wasReported = status.includes('"child-pid"');
  return exitCode === 0 || (wasReported && !/^bwrap: /m.test(stderr));
}
