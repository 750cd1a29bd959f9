import type { Pending, Recorded } from "@nightshift/protocol/envelope";
import { Conflict, Unavailable } from "@nightshift/protocol/errors";
import { array, assert as check, asyncProperty, boolean, integer, record } from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AMPLE_MS, all, id, left, working, type OpenStore } from "./contract-events.ts";
import type { EventStore } from "./store.ts";

/** What a store promises to those who wait for what comes; part of `storeContract`. */
export function followContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} lets others follow`, () => {
    let opened: OpenStore;
    let store: EventStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    const append = (stream: string, revision: number, ...events: Pending[]) =>
      store.append(stream, events, { revision, timeoutMs: AMPLE_MS });

    test("a follower catches up, then sees what comes, of its types only", async () => {
      const first = await append("call-a", 0, working(1));
      await append("agent-a", 0, left(2));
      const ending = new AbortController();
      const { signal } = ending;
      const seen: string[] = [];
      const following = (async () => {
        const options = { after: first, types: ["agent.left"], signal };
        for await (const recorded of store.follow(options)) {
          seen.push(recorded.id);
          if (seen.length === 1) await append("call-a", 1, working(3));
          if (seen.length === 1) await append("agent-a", 1, left(4));
          if (seen.length === 2) ending.abort();
        }
      })();
      await following;
      expect(seen).toEqual([id(2), id(4)]);
    });

    test("a follower that waits ends when its signal aborts", async () => {
      const ending = new AbortController();
      const following = all(store.follow({ after: 0n, signal: ending.signal }));
      await store.head();
      ending.abort();
      expect(await following).toEqual([]);
      expect(await all(store.follow({ after: 0n, signal: ending.signal }))).toEqual([]);
    });

    test("closing ends followers and refuses whatever comes after", async () => {
      await append("call-a", 0, working(1));
      const seen: string[] = [];
      const following = (async () => {
        const { signal } = new AbortController();
        for await (const recorded of store.follow({ after: 0n, signal })) {
          seen.push(recorded.id);
          await store.close();
        }
      })();
      await following;
      expect(seen).toEqual([id(1)]);
      await expect(append("call-a", 1, working(2))).rejects.toBeInstanceOf(Unavailable);
      await expect(store.head()).rejects.toBeInstanceOf(Unavailable);
      await expect(all(store.readAll())).rejects.toBeInstanceOf(Unavailable);
      await store.close();
    });

    test("a follower skips nothing and repeats nothing while many write", async () => {
      const writer = record({
        stream: integer({ min: 0, max: 3 }),
        batches: array(integer({ min: 1, max: 3 }), { maxLength: 6 }),
        elsewhere: boolean(),
      });
      let run = 0;
      const property = asyncProperty(
        array(writer, { minLength: 1, maxLength: 8 }),
        async (plans) => {
          run += 1;
          const other = (await opened.another?.()) ?? store;
          const after = await store.head();
          const wanted = plans.flatMap(({ batches }) => batches).reduce((sum, n) => sum + n, 0);
          const following = take(store, after, wanted);
          await Promise.all(
            plans.map(({ stream, batches, elsewhere }, n) =>
              write(
                elsewhere ? other : store,
                `call-r${run}s${stream}`,
                batches,
                run * 1_000 + n * 100,
              ),
            ),
          );
          const seen = await following;
          expect(seen).toEqual(await all(store.readAll({ after })));
          expect(seen).toHaveLength(wanted);
          for (const stream of new Set(seen.map((recorded) => recorded.stream))) {
            const revisions = seen
              .filter((one) => one.stream === stream)
              .map((one) => one.revision);
            expect(revisions).toEqual(revisions.map((_, n) => n));
          }
          if (other !== store) await other.close();
        },
      );
      await check(property, { numRuns: 25 });
    });
  });
}

/** Appends batches to a stream that others write too, as a board does: again after a conflict. */
async function write(
  store: EventStore,
  stream: string,
  batches: readonly number[],
  firstId: number,
): Promise<void> {
  let next = firstId;
  for (const size of batches) {
    const events = Array.from({ length: size }, (_, n) => working(next + n));
    next += size;
    for (let attempts = 0; ; attempts += 1) {
      const revision = (await all(store.read(stream))).length;
      try {
        await store.append(stream, events, { revision, timeoutMs: AMPLE_MS });
        break;
      } catch (error) {
        if (!(error instanceof Conflict) || attempts > 100) throw error;
      }
    }
  }
}

async function take(store: EventStore, after: bigint, count: number): Promise<Recorded[]> {
  const seen: Recorded[] = [];
  if (count === 0) return seen;
  const ending = new AbortController();
  for await (const recorded of store.follow({ after, signal: ending.signal })) {
    seen.push(recorded);
    if (seen.length === count) ending.abort();
  }
  return seen;
}
