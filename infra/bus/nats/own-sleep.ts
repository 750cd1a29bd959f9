/** How many ticks late one may be before this process has slept and not only worked. */
const LATE_TICKS = 3;

/**
 * Ticks, and tells each time whether this process itself was stopped since the last one: whoever
 * slept has heard nobody meanwhile, and may not call that their silence.
 */
export function ticking(everyMs: number, tick: (slept: boolean) => void): { stop(): void } {
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const slept = nowMs - lastMs > everyMs * LATE_TICKS;
    lastMs = nowMs;
    tick(slept);
  }, everyMs).unref();
  return { stop: () => clearInterval(timer) };
}
