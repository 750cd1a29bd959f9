/** Says for each event whether it is within the rate; twice the rate may come at once. */
export type RateLimit = {
  (): boolean;
  /** Takes back that an event was counted: it had been asked for. */
  giveBack(): void;
};

export function createRateLimit(perSecond: number, now = () => performance.now()): RateLimit {
  const burst = 2 * perSecond;
  let left = burst;
  let lastMs = now();
  const take = () => {
    const nowMs = now();
    left = Math.min(burst, left + ((nowMs - lastMs) / 1_000) * perSecond);
    lastMs = nowMs;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
  return Object.assign(take, {
    giveBack() {
      left += 1;
    },
  });
}
