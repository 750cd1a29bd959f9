import { idOf } from "@nightshift/protocol/ids";
import type { PolicyEvent } from "@nightshift/protocol/policy";
import type { SettingKey } from "@nightshift/protocol/settings";
import type { Projection } from "./projection.ts";

type Change = {
  key: SettingKey;
  from: number;
  to: number;
  signal: string;
  rationale: string;
  /** Of what was proposed, or tried: milliseconds since 1970. */
  sinceMs: number;
};

export type SettingsInForce = {
  /** What stands over the default and the director's own settings. */
  adopted: Map<SettingKey, number>;
  /** Changes not yet decided on, by policy id. */
  open: Map<
    string,
    Change & ({ status: "proposed" } | { status: "tried"; share: number; tasksMax: number })
  >;
  /** The policy behind each adopted value, since when, and what stood there before, if anything. */
  behind: Map<SettingKey, { policy: string; before: number | null; sinceMs: number }>;
  /** When a change of each setting was last taken back: milliseconds since 1970. */
  takenBackMs: Map<SettingKey, number>;
};

/** The settings after the policies that were adopted (C18, H11). */
export const settingsInForce: Projection<SettingsInForce, PolicyEvent> = {
  name: "settings-in-force",
  version: 2,
  reads: ["policy.proposed", "policy.tried", "policy.adopted", "policy.rolled-back"],
  initial: () => ({
    adopted: new Map(),
    open: new Map(),
    behind: new Map(),
    takenBackMs: new Map(),
  }),
  apply(view, { stream, event, atMs }) {
    const policy = idOf(stream);
    const open = view.open.get(policy);
    switch (event.type) {
      case "policy.proposed": {
        const { key, signal, rationale } = event;
        // Every setting is a number; a switch is 1 or 0.
        const [from, to] = [Number(event.from), Number(event.to)];
        const told = { key, from, to, signal, rationale, sinceMs: atMs };
        view.open.set(policy, { ...told, status: "proposed" });
        return;
      }
      case "policy.tried": {
        const { share, tasksMax } = event;
        if (!open) return;
        view.open.set(policy, { ...open, status: "tried", share, tasksMax, sinceMs: atMs });
        return;
      }
      case "policy.adopted": {
        if (!open) return;
        const { key, to } = open;
        view.open.delete(policy);
        const before = view.adopted.get(key) ?? null;
        view.behind.set(key, { policy, before, sinceMs: atMs });
        view.adopted.set(key, to);
        return;
      }
      case "policy.rolled-back": {
        const key = open?.key ?? keyBehind(view, policy);
        if (key !== undefined) view.takenBackMs.set(key, atMs);
        view.open.delete(policy);
        return takeBack(view, policy);
      }
    }
  },
};

function keyBehind(view: SettingsInForce, policy: string): SettingKey | undefined {
  return [...view.behind].find(([, behind]) => behind.policy === policy)?.[0];
}

function takeBack(view: SettingsInForce, policy: string): void {
  const key = keyBehind(view, policy);
  if (key === undefined) return;
  const before = view.behind.get(key)?.before ?? null;
  view.behind.delete(key);
  if (before === null) view.adopted.delete(key);
  else view.adopted.set(key, before);
}
