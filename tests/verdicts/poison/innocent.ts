import type { Change } from "@nightshift/agents/verifier/changes";
import { constitutionCheck } from "@nightshift/agents/verifier/constitution";
import { taskSpec } from "@nightshift/agents/testing/fixtures";
import { changeOf } from "@nightshift/agents/testing/changed";
import { rulesHere } from "@nightshift/agents/testing/rules-here";
import type { RuleReader } from "@nightshift/agents/verifier/rule-reader";
import type { Fetched } from "../fetch-releases.ts";
import { heldBesides } from "./poison.ts";

/** Changes that are held against the constitution at once. */
const AT_ONCE = 8;

/** What is held of innocent changes, by the same gate that is asked about poisoned ones. */
export type Alarms = {
  diffs: number;
  alarms: string[];
  /** Of the files as they were and as they are: both are handed in, and looked through for hosts. */
  megabytes: number;
  /** Of the files as they are: these are read for what breaks a rule. */
  megabytesAfter: number;
  /** Of the constitution alone, as the clock counts. */
  seconds: number;
};

/** Holds each `stride`th file that changed between two releases against constitution, seals, secrets. */
export async function alarmsIn(
  fetched: readonly Fetched[],
  stride: number,
  reader: RuleReader = rulesHere,
): Promise<Alarms> {
  const changes = changesIn(fetched).filter((_, at) => at % stride === 0);
  const found = { diffs: changes.length, alarms: new Array<string>(), seconds: 0 };
  const ways = { hostsAllowed: [], reader, signal: new AbortController().signal };
  const spec = taskSpec({ title: "Bring the next release", text: "" });
  const passed: typeof changes = [];
  const waiting = changes.values();
  const one = async () => {
    for (const { name, change } of waiting) {
      const { hits } = await constitutionCheck([change], spec, ways);
      const [hit] = hits;
      if (hit) found.alarms.push(`${name} ${change.path}:${hit.line} ${hit.rule} ${hit.excerpt}`);
      else passed.push({ name, change });
    }
  };
  const begunMs = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  found.seconds = (performance.now() - begunMs) / 1_000;
  // Apart, as what one gate leaves to be cleared away would be counted for the other.
  for (const { name, change } of passed) {
    const why = heldBesides(change);
    if (why) found.alarms.push(`${name} ${change.path} ${why}`);
  }
  const megabytesOf = (which: "before" | "after") => {
    return changes.reduce((sum, { change }) => sum + (change[which]?.length ?? 0), 0) / 1e6;
  };
  const megabytesAfter = megabytesOf("after");
  return { ...found, megabytes: megabytesOf("before") + megabytesAfter, megabytesAfter };
}

function changesIn(fetched: readonly Fetched[]): { name: string; change: Change }[] {
  return fetched.flatMap(({ pair, old, now }) =>
    [...now].flatMap(([path, after]) => {
      const before = old.get(path) ?? null;
      return before === after ? [] : { name: pair.name, change: changeOf(path, before, after) };
    }),
  );
}
