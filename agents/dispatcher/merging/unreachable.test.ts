import { Unavailable } from "@nightshift/protocol/errors";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { Unreachable } from "../../forge.ts";
import { look, waiting, type At } from "../../testing/forge-night.ts";
import { memoryForge, type MemoryForge } from "../../testing/memory-forge.ts";

/** A forge that does not answer while `trouble` is there for a branch, and what it was asked. */
function troubled(trouble: (branch: string) => Error | null) {
  const twin = memoryForge();
  const asked: string[] = [];
  const forge: MemoryForge = {
    ...twin,
    async push(branch, ...rest) {
      asked.push(branch);
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
  const { forge, asked } = troubled(() => (isThere ? null : new Unreachable("no answer")));
  const at = await waiting(forge, ["META-8", "META-9"]);
  expect(asked).toHaveLength(1);
  await look(at);
  await look(at);
  expect(asked).toHaveLength(2);
  isThere = true;
  await look(at);
  expect(asked).toHaveLength(2);
  await later(at, defaultSettings.forgePollMs);
  await look(at);
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
