import { idOf } from "@nightshift/protocol/ids";
import type { PolicyEvent } from "@nightshift/protocol/policy";
import type { SettingKey } from "@nightshift/protocol/settings";
import type { Projection } from "./projection.ts";

type Change = { key: SettingKey; from: number; to: number };

export type SettingsInForce = {
  /** What stands over the default and the director's own settings. */
  adopted: Map<SettingKey, number>;
  /** Changes not yet decided on, by policy id. */
  open: Map<string, Change & { status: "proposed" | "tried" }>;
  /** The policy behind each adopted value, and what stood there before: null where nothing did. */
  behind: Map<SettingKey, { policy: string; before: number | null }>;
};

/** The settings after the policies that were adopted (C18, H11). */
export const settingsInForce: Projection<SettingsInForce, PolicyEvent> = {
  name: "settings-in-force",
  version: 1,
  reads: ["policy.proposed", "policy.tried", "policy.adopted", "policy.rolled-back"],
  initial: () => ({ adopted: new Map(), open: new Map(), behind: new Map() }),
  apply(view, { stream, event }) {
    const policy = idOf(stream);
    const open = view.open.get(policy);
    switch (event.type) {
      case "policy.proposed": {
        // Every setting is a number; a switch is 1 or 0.
        const [from, to] = [Number(event.from), Number(event.to)];
        view.open.set(policy, { key: event.key, from, to, status: "proposed" });
        return;
      }
      case "policy.tried":
        if (open) open.status = "tried";
        return;
      case "policy.adopted": {
        if (!open) return;
        const { key, to } = open;
        view.open.delete(policy);
        view.behind.set(key, { policy, before: view.adopted.get(key) ?? null });
        view.adopted.set(key, to);
        return;
      }
      case "policy.rolled-back":
        view.open.delete(policy);
        return takeBack(view, policy);
    }
  },
};

function takeBack(view: SettingsInForce, policy: string): void {
  const found = [...view.behind].find(([, behind]) => behind.policy === policy);
  if (!found) return;
  const [key, { before }] = found;
  view.behind.delete(key);
  if (before === null) view.adopted.delete(key);
  else view.adopted.set(key, before);
}
