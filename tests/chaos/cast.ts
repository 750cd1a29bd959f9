/** Who takes part in a trial by chaos. */
export const WORKER = "worker";
export const CALLER = "dispatcher";
export const HOUSE: ReadonlySet<string> = new Set([WORKER, CALLER]);
/** Tasks whose name begins so take down whoever works on them. */
export const POISON = "POISON";

/** Short leases and quick signs, so that a trial of minutes holds the troubles of a night. */
export const CHAOS_PACE = {
  leaseMs: 1_500,
  pace: { beatMs: 250, lostMs: 2_500, awayMs: 60_000 },
};

/** How long a worker thinks about a bid or a plan: long enough to be killed meanwhile. */
export const SLOW_MS = 1_500;
