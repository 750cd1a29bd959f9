import { EXIT, tell } from "./terminal.ts";

export type Interrupts = {
  /** The current step is finished, then nothing more is begun. */
  stop: AbortSignal;
  /** Everything that waits or runs is cancelled. */
  abort: AbortSignal;
  close: () => void;
};

/** After the second signal, whatever does not end by itself is left to the next night. */
const PATIENCE_MS = 4_000;

/** Ctrl-C once stops after the current step, twice at once. What is in the log stays there. */
export function watchInterrupts(): Interrupts {
  const stop = new AbortController();
  const abort = new AbortController();
  const onSignal = () => {
    if (!stop.signal.aborted) {
      tell("ask", "\nFinishing the current step; again to stop at once.");
      stop.abort();
    } else if (!abort.signal.aborted) {
      tell("ask", "\nStopping at once. Nothing is lost; go on with: nightshift run");
      abort.abort();
      setTimeout(() => process.exit(EXIT.cancelled), PATIENCE_MS).unref();
    } else process.exit(EXIT.cancelled);
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    stop: stop.signal,
    abort: abort.signal,
    close() {
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    },
  };
}
