import { anything, assert as check, property } from "fast-check";
import { expect, test } from "vitest";
import { backlog } from "./backlog.ts";
import { budgets } from "./budgets.ts";
import { memoryReader } from "./memory-reader.ts";
import { checkLive, compare, DIFFERENCES_MAX, rebuild } from "./replay.ts";
import { createRunner } from "./runner.ts";
import { wholeNight } from "./whole-night.ts";
import { writeLog } from "./written-log.ts";

const log = writeLog(wholeNight);
const views = [backlog, budgets];

test("live views equal those rebuilt from the beginning, after every event (I1)", async () => {
  const source = memoryReader(log);
  const live = createRunner(source, views);
  for (const { position } of log) {
    await live.catchUp({ upTo: position });
    expect(await checkLive(live, source, views)).toEqual([]);
  }
  expect(live.checkpoint).toBe(BigInt(log.length));
});

test("state is rebuilt as of any position", async () => {
  const source = memoryReader(log);
  const half = await rebuild(source, views, { upTo: 20n });
  expect(half.checkpoint).toBe(20n);
  const whole = await rebuild(source, views);
  expect(compare(half.view(backlog), whole.view(backlog))).not.toEqual([]);
});

test("a live view that someone touched is told with the path of the difference", async () => {
  const source = memoryReader(log);
  const live = await rebuild(source, views);
  expect(await checkLive(live, source, views)).toEqual([]);
  const touched: unknown = live.view(backlog);
  const part = [...Object.values(touched ?? {}), touched].find((value) => value instanceof Map);
  part?.set("never-there", { title: "slipped in" });
  const [difference] = await checkLive(live, source, views);
  expect(difference?.path).toMatch(/^backlog.*\["never-there"\]$/);
  expect(difference).toMatchObject({ live: { title: "slipped in" }, rebuilt: undefined });
});

test.each([
  [{ a: 1 }, { a: 2 }, [{ path: "view.a", live: 1, rebuilt: 2 }]],
  [{ a: 1 }, {}, [{ path: "view.a", live: 1, rebuilt: undefined }]],
  [{ a: undefined }, {}, [{ path: "view.a", live: undefined, rebuilt: undefined }]],
  [[1, 2], [1], [{ path: "view[1]", live: 2, rebuilt: undefined }]],
  [
    [1, 2],
    [2, 1],
    [expect.anything(), expect.anything()],
  ],
  [
    new Map([["x", { n: [1, { y: 1n }] }]]),
    new Map([["x", { n: [1, { y: 2n }] }]]),
    [{ path: "view.x.n[1].y", live: 1n, rebuilt: 2n }],
  ],
  [new Set(["a"]), new Set(["b"]), [expect.anything(), expect.anything()]],
  [
    new Map([[{ a: 1 }, 5]]),
    new Map([[{ a: 2 }, 5]]),
    [{ path: 'view["#0"].key.a', live: 1, rebuilt: 2 }],
  ],
  [new Set([{ a: 1 }]), new Set([{ a: 2 }]), [expect.anything(), expect.anything()]],
  [new Map(), {}, [expect.anything()]],
  [[], {}, [expect.anything()]],
  [null, {}, [expect.anything()]],
  [0, "0", [expect.anything()]],
  [new Date(1), new Date(2), [expect.anything()]],
])("%o differs from %o", (live, rebuilt, differences) => {
  expect(compare(live, rebuilt)).toEqual(differences);
});

test.each([
  [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  [
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
    new Map([
      ["b", 2],
      ["a", 1],
    ]),
  ],
  [new Set(["a", "b"]), new Set(["b", "a"])],
  [Number.NaN, Number.NaN],
  [{ size: () => 1 }, { size: () => 1 }],
])("%o equals %o: order of keys and functions are no state", (live, rebuilt) => {
  expect(compare(live, rebuilt)).toEqual([]);
});

test("whatever the state, a copy of it is equal", () => {
  const options = { withMap: true, withSet: true, withBigInt: true, withDate: true };
  check(
    property(anything(options), (state) => {
      expect(compare(state, structuredClone(state))).toEqual([]);
    }),
  );
});

test("no more differences are told than the maximum", () => {
  const many = Array.from({ length: 1_000 }, (_, n) => n);
  expect(compare(many, [])).toHaveLength(DIFFERENCES_MAX);
  expect(
    compare(
      many,
      many.map((n) => -n - 1),
    ),
  ).toHaveLength(DIFFERENCES_MAX);
});
