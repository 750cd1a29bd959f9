import type { Change } from "@nightshift/agents/verifier/changes";
import { constitutionCheck } from "@nightshift/agents/verifier/constitution";
import { taskSpec } from "@nightshift/agents/testing/fixtures";
import { changeOf } from "@nightshift/agents/testing/changed";
import type { Fetched } from "../fetch-releases.ts";
import { heldBesides } from "./poison.ts";

const MICROSECONDS = 1e6;

/** What is held of innocent changes, by the same gate that is asked about poisoned ones. */
export type Alarms = {
  diffs: number;
  alarms: string[];
  /** Of the files as they were and as they are: both are handed in, and looked through for hosts. */
  megabytes: number;
  /** Of the files as they are: these are read for what breaks a rule. */
  megabytesAfter: number;
  /** Processor time of the constitution alone, so that a busy machine changes little. */
  seconds: number;
};

/** Holds each `stride`th file that changed between two releases against constitution, seals, secrets. */
export function alarmsIn(fetched: readonly Fetched[], stride: number): Alarms {
  const spec = taskSpec({ title: "Bring the next release", text: "" });
  const found: Alarms = { diffs: 0, alarms: [], megabytes: 0, megabytesAfter: 0, seconds: 0 };
  const changes = changesIn(fetched).filter((_, at) => at % stride === 0);
  const passed = changes.filter(({ name, change }) => {
    const { path, before, after } = change;
    const started = process.cpuUsage();
    const { hits } = constitutionCheck([change], spec, []);
    const { user, system } = process.cpuUsage(started);
    found.diffs += 1;
    const size = (after?.length ?? 0) / 1e6;
    found.megabytes += size + (before?.length ?? 0) / 1e6;
    found.megabytesAfter += size;
    found.seconds += (user + system) / MICROSECONDS;
    const [hit] = hits;
    if (hit) found.alarms.push(`${name} ${path}:${hit.line} ${hit.rule} ${hit.excerpt}`);
    return !hit;
  });
  // Apart, as what one gate leaves to be cleared away would be counted for the other.
  for (const { name, change } of passed) {
    const why = heldBesides(change);
    if (why) found.alarms.push(`${name} ${change.path} ${why}`);
  }
  return found;
}

function changesIn(fetched: readonly Fetched[]): { name: string; change: Change }[] {
  return fetched.flatMap(({ pair, old, now }) =>
    [...now].flatMap(([path, after]) => {
      const before = old.get(path) ?? null;
      return before === after ? [] : { name: pair.name, change: changeOf(path, before, after) };
    }),
  );
}
