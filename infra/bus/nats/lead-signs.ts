import { Conflict } from "@nightshift/protocol/errors";
import type { Broker } from "./connection.ts";
import type { Noticeboard } from "./noticeboard.ts";
import { ticking } from "./own-sleep.ts";

/** Milliseconds between two signs of whoever leads, and after how long without one it is given up. */
const LEAD_BEAT_MS = 1_000;
export const LEAD_SILENT_MS = 4_000;

/**
 * Says on the noticeboard, again and again, that this leader is at work. A sign is news and no more:
 * who may act is decided by the epoch in the log, so a sign that is lost, late or forged costs an
 * election and nothing else. It is no event, for the log would hold one for every second of a night.
 * @param mayGoOn Asked before each sign, of the log; false ends the signs.
 */
export function showLead(
  board: Noticeboard,
  leader: string,
  mayGoOn: () => Promise<boolean>,
): { stop(): void } {
  let stopped = false;
  let revision = 0;
  let count = 0;
  const beat = async () => {
    if (stopped) return;
    try {
      if (!(await mayGoOn())) stopped = true;
      else revision = await board.post(keyOf(leader), String((count += 1)), revision);
    } catch (error) {
      // Log or broker are away: the next sign tries again. Nobody else writes this notice.
      if (error instanceof Conflict) revision = error.actual;
    }
    if (!stopped) timer = setTimeout(() => void beat(), LEAD_BEAT_MS).unref();
  };
  let timer: NodeJS.Timeout | undefined;
  void beat();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Looks after whoever leads. */
export interface LeadWatch {
  /**
   * Milliseconds since the last sign of a leader, by this process's own clock; null for one that was
   * never seen to give any. 0 while the broker is away: silence says nothing then.
   */
  silentMs(leader: string): number | null;
  close(): void;
}

export function watchLead(broker: Broker, board: Noticeboard): LeadWatch {
  const heard = new Map<string, { revision: number; atMs: number }>();
  const closing = new AbortController();
  const hear = ({ key, revision }: { key: string; revision: number }) => {
    const last = heard.get(key);
    if (!last || revision > last.revision) heard.set(key, { revision, atMs: performance.now() });
  };
  board.watch(`${PREFIX}.>`, hear, closing.signal).catch(() => {
    // The connection is closed, and with it the watch.
  });
  const touch = () => {
    for (const sign of heard.values()) sign.atMs = performance.now();
  };
  broker.onReturn(touch);
  const awake = ticking(LEAD_BEAT_MS / 4, (slept) => slept && touch());
  return {
    silentMs(leader) {
      const sign = heard.get(keyOf(leader));
      if (!sign) return null;
      return broker.connected() ? performance.now() - sign.atMs : 0;
    },
    close() {
      awake.stop();
      closing.abort();
    },
  };
}

const PREFIX = "lead";

/** Names of leaders are made of letters, digits and hyphens; a notice has no other. */
function keyOf(leader: string): string {
  return `${PREFIX}.${leader.replaceAll(/[^\w-]/g, "-")}`;
}
