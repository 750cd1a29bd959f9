import { LimitReached, WorkerFailure, type Completion, type Model } from "@nightshift/agents/ports";
import { nextReset } from "@nightshift/agents/dispatcher/accounts/resets";
import type { KnownWindow } from "@nightshift/protocol/account";
import { DAY_MS, MINUTE_MS, type Clock } from "@nightshift/protocol/clock";

type Key = { model: Model; restsUntilMs: number; requests: number };

/**
 * Several keys as one model (C13): they take turns, a key that meets its limit or is refused rests,
 * and its request goes to the next one. What is asked of each key a day stays under what is known of
 * it; where nothing is known, the limit itself tells.
 * @param options.window Known beforehand, for each key: `requestsMax` of it; null where nothing is.
 * @param options.usedPercent What the log knows of that window already, of all keys together.
 * @param options.restMs How long a key rests whose limit told no reset.
 * @throws Error (a bug) where there is no key.
 */
export function keyRing(
  models: readonly Model[],
  options: {
    window: KnownWindow | null;
    usedPercent: () => number;
    restMs: number;
    clock: Pick<Clock, "now">;
  },
): Model {
  const [first] = models;
  if (!first) throw new Error("a ring needs a key");
  const { window, clock } = options;
  const requestsMax = window?.requestsMax ?? Number.POSITIVE_INFINITY;
  const keys: Key[] = models.map((model) => ({ model, restsUntilMs: 0, requests: 0 }));
  let turn = 0;
  let resetsAtMs: number | null = null;

  /** A new day for the count; at first it goes on where an earlier night had come to. */
  function count(nowMs: number): void {
    if (window === null || !Number.isFinite(requestsMax)) return;
    if (resetsAtMs === null) {
      const used = Math.round((options.usedPercent() / 100) * requestsMax);
      for (const key of keys) key.requests = used;
    } else if (nowMs >= resetsAtMs) for (const key of keys) key.requests = 0;
    else return;
    resetsAtMs = window.resets
      ? nextReset(window.resets, nowMs)
      : nowMs + (window.lengthMs ?? DAY_MS);
  }

  function told(): Pick<Completion, "windows"> {
    if (window === null || !Number.isFinite(requestsMax)) return {};
    const requests = keys.reduce((sum, key) => sum + Math.min(key.requests, requestsMax), 0);
    const usedPercent = (100 * requests) / (requestsMax * keys.length);
    const lengthMs = window.lengthMs ?? undefined;
    return { windows: [{ window: window.window, usedPercent, resetsAtMs, lengthMs }] };
  }

  return {
    ...first,
    async complete(request, { signal }) {
      const nowMs = clock.now();
      count(nowMs);
      let refused: WorkerFailure | null = null;
      for (let tried = 0; tried < keys.length; tried++) {
        const key = keys[turn++ % keys.length];
        if (!key || key.restsUntilMs > clock.now() || key.requests >= requestsMax) continue;
        key.requests += 1;
        try {
          return { ...(await key.model.complete(request, { signal })), ...told() };
        } catch (error) {
          if (error instanceof LimitReached && error.why === undefined) {
            key.restsUntilMs = error.resetsAtMs ?? clock.now() + options.restMs;
          } else if (error instanceof WorkerFailure && error.kind === "sign-in") {
            key.restsUntilMs = clock.now() + DAY_MS;
            refused = error;
          } else throw error;
        }
      }
      if (
        refused &&
        keys.every(({ restsUntilMs }) => restsUntilMs >= clock.now() + DAY_MS - MINUTE_MS)
      ) {
        throw refused;
      }
      throw new LimitReached(first.account, opensMs(keys, requestsMax, resetsAtMs, clock.now()));
    },
  };
}

/** When the first key may be asked again. */
function opensMs(
  keys: readonly Key[],
  requestsMax: number,
  resetsAtMs: number | null,
  nowMs: number,
): number | null {
  const each = keys.map(({ restsUntilMs, requests }) => {
    const full = requests >= requestsMax ? (resetsAtMs ?? nowMs + DAY_MS) : nowMs;
    return Math.max(full, restsUntilMs);
  });
  const first = Math.min(...each);
  return first > nowMs ? first : null;
}
