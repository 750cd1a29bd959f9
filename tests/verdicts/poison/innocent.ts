import { constitutionCheck } from "@nightshift/agents/verifier/constitution";
import { taskSpec } from "@nightshift/agents/testing/fixtures";
import type { Fetched } from "../fetch-releases.ts";
import { asChange, caughtBy } from "./poison.ts";

const MICROSECONDS = 1e6;

/** What is held of innocent changes, by the same gate that is asked about poisoned ones. */
export type Alarms = {
  diffs: number;
  alarms: string[];
  megabytes: number;
  /** Processor time of the constitution alone, so that a busy machine changes little. */
  seconds: number;
};

/** Holds each `stride`th file that changed between two releases against constitution, seals, secrets. */
export function alarmsIn(fetched: readonly Fetched[], stride: number): Alarms {
  const spec = taskSpec({ title: "Bring the next release", text: "" });
  const found: Alarms = { diffs: 0, alarms: [], megabytes: 0, seconds: 0 };
  let changed = 0;
  for (const { pair, old, now } of fetched) {
    for (const [path, after] of now) {
      const before = old.get(path) ?? null;
      if (before === after || changed++ % stride > 0) continue;
      const started = process.cpuUsage();
      const change = asChange(path, before, after);
      const { hits } = constitutionCheck([change], spec, []);
      const { user, system } = process.cpuUsage(started);
      found.diffs += 1;
      found.megabytes += (after.length + (before?.length ?? 0)) / 1e6;
      found.seconds += (user + system) / MICROSECONDS;
      const [hit] = hits;
      if (hit) found.alarms.push(`${pair.name} ${path}:${hit.line} ${hit.rule} ${hit.excerpt}`);
      else if (caughtBy(change)) found.alarms.push(`${pair.name} ${path} ${caughtBy(change)}`);
    }
  }
  return found;
}
