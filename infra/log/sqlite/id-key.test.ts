import { expect, test } from "vitest";
import { AMPLE_MS, working } from "../test-events.ts";
import { testFolder } from "../test-log.ts";
import { idKey } from "./id-key.ts";
import { openLog } from "./store.ts";
import { verifyLog } from "./verify.ts";

const at = (revision: number) => ({ revision, timeoutMs: AMPLE_MS });

/** Two ids that have one key; of 2 ** 32 keys some 80,000 ids are enough to meet one twice. */
function twins(): [string, string] {
  const known = new Map<number, string>();
  for (let n = 0; n < 2_000_000; n += 1) {
    const id = `id-${n}`;
    const twin = known.get(idKey(id));
    if (twin !== undefined) return [twin, id];
    known.set(idKey(id), id);
  }
  throw new Error("no two ids have one key");
}

test("two ids of one key are two ids: neither is taken for the other", async () => {
  const [first, second] = twins();
  const path = `${await testFolder()}/log.sqlite`;
  const append = async (stream: string, id: string) => {
    // What is settled is looked for in the index: at the close all is.
    const store = await openLog(path);
    const position = await store.append(stream, [{ ...working(1), id }], at(0));
    await store.close();
    return position;
  };
  expect(await append("call-a", first)).toBe(1n);
  expect(await append("call-b", second)).toBe(2n);
  expect(await append("call-b", second)).toBe(2n);
  expect(await append("call-a", first)).toBe(1n);
  await expect(append("call-c", second)).rejects.toThrow(second);
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 2 });
});

test("a key is what it was: logs hold it", () => {
  expect(idKey("")).toBe(-2_128_764_932);
  expect(idKey("0190f3a2-6f6b-7c8e-9d1f-5a4b3c2d1e0f")).toBe(-1_725_924_558);
  expect(idKey("a,b,c", 2, 3)).toBe(idKey("b"));
});
