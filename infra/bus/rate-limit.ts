/** Says for each event whether it is within the rate; twice the rate may come at once. */
export function createRateLimit(perSecond: number, now = () => performance.now()): () => boolean {
  const burst = 2 * perSecond;
  let left = burst;
  let lastMs = now();
  return () => {
    const nowMs = now();
    left = Math.min(burst, left + ((nowMs - lastMs) / 1_000) * perSecond);
    lastMs = nowMs;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
