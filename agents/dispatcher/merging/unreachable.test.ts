import { Unavailable } from "@nightshift/protocol/errors";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { Unreachable } from "../../forge.ts";
import { tendRequests } from "./requests.ts";
import { look, waiting, type At } from "../../testing/forge-night.ts";
import { memoryForge, type MemoryForge } from "../../testing/memory-forge.ts";

/** A forge that does not answer while `trouble` is there for a branch, and what it was asked. */
function troubled(trouble: (branch: string) => Error | null, wait = async () => {}) {
  const twin = memoryForge();
  const asked: string[] = [];
  const forge: MemoryForge = {
    ...twin,
    async push(branch, ...rest) {
      asked.push(branch);
      await wait();
      const error = trouble(branch);
      if (error) throw error;
      await twin.push(branch, ...rest);
    },
  };
  return { forge, asked };
}

const later = ({ night }: At, ms: number) =>
  night.ports.clock.sleep(ms, new AbortController().signal);
const openAt = ({ requests }: MemoryForge) => requests.map(({ branch }) => branch).toSorted();
const ALL = ["META-7", "META-8", "META-9"].map((name) => `nightshift/${name}`);

test("a forge that does not answer is waited for once in a round, and asked again when a look is due", async () => {
  let isThere = false;
  let waited = async () => {};
  const { forge, asked } = troubled(
    () => (isThere ? null : new Unreachable("no answer")),
    () => waited(),
  );
  const at = await waiting(forge, ["META-8", "META-9"]);
  expect(asked).toHaveLength(1);
  // An answer is waited for, and the clock goes on meanwhile.
  waited = () => later(at, 60_000);
  await look(at);
  await tendRequests(at.night);
  expect(asked).toHaveLength(2);
  isThere = true;
  await tendRequests(at.night);
  expect(asked).toHaveLength(2);
  await later(at, defaultSettings.forgePollMs - 60_000);
  await tendRequests(at.night);
  expect(openAt(forge)).toEqual(ALL);
});

test("what a forge answers about one request keeps no other from it", async () => {
  const { forge } = troubled((branch) =>
    branch === "nightshift/META-7" ? new Unavailable("422") : null,
  );
  const at = await waiting(forge, ["META-8", "META-9"]);
  await look(at);
  expect(openAt(forge)).toEqual(ALL.slice(1));
});

test("a night that is to end looks no more at what others said", async () => {
  const at = await waiting();
  at.forge.requests[0]?.comments.push({ ref: "c1", by: "ann", text: "Why?", on: null });
  const { signal } = new AbortController();
  await look({ ...at, night: { ...at.night, stop: AbortSignal.abort() } });
  const told = async () => (await at.memory.events()).map(({ event }) => event.type);
  expect(await told()).not.toContain("review.commented");
  await look({ ...at, night: { ...at.night, stop: signal } });
  expect(await told()).toContain("review.commented");
});

test("a night that is to end asks after no more of what was merged", async () => {
  const forge = memoryForge();
  const stop = new AbortController();
  let asked = 0;
  const at = await waiting(
    {
      ...forge,
      checks() {
        asked += 1;
        if (asked === 3) stop.abort();
        return Promise.resolve({ outcome: "pending", failures: [] });
      },
    },
    ["META-8"],
  );
  for (const one of forge.requests) {
    Object.assign(one, { state: "merged", mergedAs: one.commit, by: "ann" });
  }
  await look(at);
  expect(asked).toBe(2);
  await look({ ...at, night: { ...at.night, stop: stop.signal } });
  expect(asked).toBe(3);
});
