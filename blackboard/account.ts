import type { AccountCommand, AccountEvent, KnownWindow } from "@nightshift/protocol/account";
import { Refusal } from "@nightshift/protocol/errors";
import type { Decider } from "./decider.ts";
import { fence, latest } from "./fence.ts";
import { same } from "./same.ts";

type Registered = { name: string; provider: string; kind: "subscription" | "api" | "local" };
type Hold = { untilMs: number; reason: "limit" | "sign-in" | "director" | "network" };
type Window = { usedPercent: number; resetsAtMs: number | null; lengthMs?: number | undefined };

export type AccountState = {
  registered: Registered | null;
  /** The highest that held or opened it; 0 before the first. */
  epoch: number;
  /** Null while it is open. */
  held: Hold | null;
  /** As the provider told them, and never mixed with what is known beforehand. */
  windows: Readonly<Record<string, Window>>;
  known: readonly KnownWindow[];
};

/** A subscription or key: a limit holds all of its work at once, and is no failure (H2, I7, G2). */
export const account: Decider<AccountState, AccountCommand, AccountEvent> = {
  initial: { registered: null, epoch: 0, held: null, windows: {}, known: [] },

  decide(command, state) {
    if (command.type === "account.register") {
      const { type: _, ...told } = command;
      return same(state.registered, told) ? [] : [{ type: "account.registered", ...told }];
    }
    if (!state.registered) throw new Refusal("not-found", "this account is not registered");
    if (command.type === "account.observe-window") {
      const { type: _, window, ...told } = command;
      if (same(state.windows[window], told)) return [];
      const isNew = !(window in state.windows);
      if (isNew && Object.keys(state.windows).length >= WINDOWS_MAX) {
        throw new Refusal("out-of-bounds", `an account has at most ${WINDOWS_MAX} windows`);
      }
      return [{ type: "account.window-observed", window, ...told }];
    }
    if (command.type === "account.know-limits") {
      const { windows } = command;
      return same(state.known, windows) ? [] : [{ type: "account.limits-known", windows }];
    }
    fence(state.epoch, command.epoch);
    switch (command.type) {
      case "account.hit-limit":
        return hitLimit(command, state);
      case "account.hold": {
        const { untilMs, reason, epoch } = command;
        const { held } = state;
        if (same(held, { untilMs, reason })) return [];
        // Only the director shortens a hold.
        // One hold an outage, however many workers run into it at once.
        const slackMs = reason === "network" ? NETWORK_STORM_MS : 0;
        if (reason !== "director" && held && held.untilMs + slackMs >= untilMs) return [];
        return [{ type: "account.held", untilMs, reason, epoch }];
      }
      case "account.reopen":
        return reopen(command, state);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case "account.registered": {
        const { type: _, ...registered } = event;
        return { ...state, registered };
      }
      case "account.window-observed": {
        const { type: _, window, ...told } = event;
        return { ...state, windows: { ...state.windows, [window]: told } };
      }
      case "account.limits-known":
        return { ...state, known: event.windows };
      case "account.limit-hit":
        return state;
      case "account.held": {
        const { untilMs, reason } = event;
        return { ...state, held: { untilMs, reason }, epoch: latest(state.epoch, event.epoch) };
      }
      case "account.reopened":
        return { ...state, held: null, epoch: latest(state.epoch, event.epoch) };
    }
  },
};

/** Workers that lose the network within this time lost it once; shorter than `networkHoldMs`. */
const NETWORK_STORM_MS = 30_000;
/** A provider that tells of more is not believed. */
const WINDOWS_MAX = 16;

type Command<T extends AccountCommand["type"]> = Extract<AccountCommand, { type: T }>;

/**
 * One hold a limit, however many workers run into it at once: they report the same reset within the
 * margin, or none at all.
 */
function hitLimit(command: Command<"account.hit-limit">, { held }: AccountState): AccountEvent[] {
  const { attempt, resetsAtMs, epoch, nowMs, marginMs, unknownResetMs, holdMaxMs } = command;
  const reset = Math.min(resetsAtMs ?? nowMs + unknownResetMs, nowMs + holdMaxMs);
  const untilMs = reset + marginMs;
  if (held) {
    const unknown = resetsAtMs === null && held.untilMs > nowMs;
    if (unknown || held.untilMs + marginMs >= untilMs) return [];
  }
  return [
    { type: "account.limit-hit", attempt, resetsAtMs },
    { type: "account.held", untilMs, reason: "limit", epoch },
  ];
}

function reopen(
  { nowMs, epoch, by }: Command<"account.reopen">,
  { held, registered }: AccountState,
): AccountEvent[] {
  if (!held) return [];
  if (held.untilMs > nowMs && by !== "director") {
    const until = new Date(held.untilMs).toISOString();
    throw new Refusal("held", `${registered?.name} is held until ${until} (${held.reason})`);
  }
  return [{ type: "account.reopened", epoch }];
}
