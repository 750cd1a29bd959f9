import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  array,
  assert as check,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
} from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { Fault, WrongRevision, type Expectation } from "../fault.ts";
import { foreignPathOf } from "./file.ts";
import { openForeign, type Foreign } from "./foreign.ts";
import { metastreamOf } from "./names.ts";
import type { ForeignEvent } from "./writer.ts";

const actor = { name: "shop", role: "lodger", isAdmin: false };
const any: Expectation = { kind: "any", count: 0 };
const MEBIBYTE = 1_048_576;

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-foreign-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "log.sqlite");
}

function eventOf(text: string, type = "order.placed"): ForeignEvent {
  const body = { metadata: Buffer.alloc(0), data: Buffer.from(text) };
  return { id: randomUUID(), type, contentType: "application/json", ...body };
}

function rules(stream: string, text: string) {
  const events = [eventOf(text, "$metadata")];
  return { actor, stream: metastreamOf(stream), expectation: any, events };
}

function shown({ log }: Foreign, stream: string, backwards = false): string[] {
  const { next } = log.extent(stream);
  const events = log.stream(stream, backwards ? next : 0, backwards, 1_000);
  return events.map(({ data }) => Buffer.from(data).toString());
}

/** What a stream should be: all that was ever written, and what of it is hidden. */
type Twin = { all: string[]; from: number; most: number; isDeleted: boolean; isGone: boolean };

const fresh = (): Twin => ({ all: [], from: 0, most: Infinity, isDeleted: false, isGone: false });

function visible({ all, from, most, isDeleted }: Twin): string[] {
  return isDeleted ? [] : all.slice(Math.max(from, all.length - most));
}

/** Whether an expectation fits, as the official server has it. */
function fits(twin: Twin, { kind, count }: Expectation, isAppend: boolean): boolean {
  if (kind === "exists") return twin.all.length > 0 && !(twin.isDeleted && isAppend);
  if (kind === "any") return true;
  return count === twin.all.length || (isAppend && twin.isDeleted && count === 0);
}

const Where = constantFrom("order-1", "order-2");
const Expected = oneof(
  constant(any),
  constant<Expectation>({ kind: "exists", count: 0 }),
  integer({ min: 0, max: 6 }).map((count): Expectation => ({ kind: "count", count })),
);
const Step = oneof(
  record({
    do: constant("append" as const),
    stream: Where,
    expectation: Expected,
    events: integer({ min: 1, max: 3 }),
  }),
  record({
    do: constantFrom("delete" as const, "tombstone" as const),
    stream: Where,
    expectation: Expected,
  }),
  record({
    do: constant("rules" as const),
    stream: Where,
    from: integer({ min: 0, max: 5 }),
    most: integer({ min: 1, max: 4 }),
    both: boolean(),
  }),
  record({ do: constant("reopen" as const) }),
);

test("streams of others are what an honest twin of them is, whatever is asked, and after a restart", async () => {
  const path = place();
  let run = 0;
  await check(
    asyncProperty(array(Step, { maxLength: 30 }), async (steps) => {
      run += 1;
      const at = `${path}-${run}.sqlite`;
      let foreign = openForeign(at, () => 1);
      const twins = new Map([
        ["order-1", fresh()],
        ["order-2", fresh()],
      ]);
      const written: string[] = [];
      for (const step of steps) {
        if (step.do === "reopen") {
          foreign.close();
          foreign = openForeign(at, () => 1);
          continue;
        }
        const { stream } = step;
        const twin = twins.get(stream) ?? fresh();
        if (step.do === "rules") {
          const wish = { $tb: step.from, ...(step.both ? { $maxCount: step.most } : {}) };
          const asked = foreign.writer.append(rules(stream, JSON.stringify(wish)));
          if (await refused(asked, twin.isGone)) continue;
          Object.assign(twin, {
            from: step.from,
            most: step.both ? step.most : Infinity,
            isDeleted: false,
          });
        } else if (step.do === "append") {
          const texts = Array.from({ length: step.events }, () => randomUUID());
          const events = texts.map((text) => eventOf(text));
          const { expectation } = step;
          const asked = foreign.writer.append({ actor, stream, expectation, events });
          if (await refused(asked, twin.isGone || !fits(twin, expectation, true))) continue;
          if (twin.isDeleted) Object.assign(twin, { from: twin.all.length, isDeleted: false });
          twin.all.push(...texts);
          written.push(...texts);
        } else {
          const { expectation } = step;
          const asked = foreign.writer[step.do]({ actor, stream, expectation });
          if (await refused(asked, twin.isGone || !fits(twin, expectation, false))) continue;
          if (step.do === "delete") twin.isDeleted = true;
          else twin.isGone = true;
        }
      }
      for (const [stream, twin] of twins) {
        if (twin.isGone) {
          expect(() => shown(foreign, stream)).toThrow(Fault);
          continue;
        }
        expect(shown(foreign, stream)).toEqual(visible(twin));
        expect(shown(foreign, stream, true)).toEqual(visible(twin).toReversed());
        expect(foreign.log.extent(stream).isThere).toBe(twin.all.length > 0 && !twin.isDeleted);
      }
      const { events } = foreign.log.all(
        1,
        false,
        1_000,
        (name, type) => type === "order.placed" && name !== "",
      );
      expect(events.map(({ data }) => Buffer.from(data).toString())).toEqual(written);
      foreign.close();
    }),
    { numRuns: 40 },
  );
});

/** Whether it was refused, which has to be so. */
async function refused(asked: Promise<unknown>, should: boolean): Promise<boolean> {
  const failure: unknown = await asked.then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure !== null, String(failure)).toBe(should);
  if (failure !== null)
    expect(failure instanceof Fault || failure instanceof WrongRevision).toBe(true);
  return should;
}

test("of what is written at the same time, one that is refused fails alone", async () => {
  const foreign = openForeign(place(), () => 1);
  const none: Expectation = { kind: "count", count: 0 };
  const asked = ["a", "b", "c"].map((text) =>
    foreign.writer.append({ actor, stream: "order-1", expectation: none, events: [eventOf(text)] }),
  );
  const other = foreign.writer.append({
    actor,
    stream: "order-2",
    expectation: none,
    events: [eventOf("d")],
  });
  const outcomes = await Promise.allSettled([...asked, other]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
  expect(shown(foreign, "order-1")).toEqual(["a"]);
  expect(shown(foreign, "order-2")).toEqual(["d"]);
  foreign.close();
});

test("rules that are none are refused with the reason, and change nothing", async () => {
  const foreign = openForeign(place(), () => 1);
  const append = (text: string) => foreign.writer.append(rules("order-1", text));
  await append('{"$maxCount":2}');
  for (const text of [
    "no JSON",
    "[]",
    '{"$maxCount":0}',
    '{"$maxAge":-1}',
    '{"$acl":{"$r":[7]}}',
  ]) {
    await expect(append(text), text).rejects.toBeInstanceOf(Fault);
  }
  expect(foreign.log.state("order-1").rules).toEqual({ $maxCount: 2 });
  expect(foreign.log.count("$$order-1")).toBe(1);
  foreign.close();
});

test("where the file may grow no more, an append is refused and what is there is served", async () => {
  const path = place();
  const foreign = openForeign(path, () => 1, MEBIBYTE);
  const append = () => {
    const events = [eventOf("x".repeat(100_000))];
    return foreign.writer.append({ actor, stream: "order-1", expectation: any, events });
  };
  let kept = 0;
  const fill = async () => {
    for (; kept < 20; kept += 1) await append();
  };
  await expect(fill()).rejects.toThrow(/the disk is full/);
  expect(kept).toBeGreaterThan(5);
  await expect(append()).rejects.toThrow(/the disk is full/);
  expect(foreign.log.count("order-1")).toBe(kept);
  foreign.close();
  const again = openForeign(path, () => 1);
  expect(again.log.count("order-1")).toBe(kept);
  again.close();
});

test("one gateway keeps the streams of others; a second one is told, and what is no such file too", () => {
  const path = place();
  const foreign = openForeign(path, () => 1);
  expect(() => openForeign(path, () => 1)).toThrow(/another gateway serves this log/);
  foreign.close();
  openForeign(path, () => 1).close();
  const other = `${path}-other.sqlite`;
  writeFileSync(foreignPathOf(other), "x".repeat(10_000));
  expect(() => openForeign(other, () => 1)).toThrow(/no Night Shift log/);
});
