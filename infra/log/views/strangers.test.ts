import { expect, test } from "vitest";
import { AMPLE_MS, working } from "../test-events.ts";
import { tamper, testLog } from "../test-log.ts";
import { strangersIn } from "./strangers.ts";

test("types that nobody knows are told with their first place, and the known ones are not", async () => {
  const { path, store } = await testLog();
  const events = [1, 2, 3, 4, 5].map(working);
  await store.append("call-a", events, { revision: 0, timeoutMs: AMPLE_MS });
  expect(strangersIn(path)).toEqual([]);
  tamper(path, "UPDATE event SET type = 'call.dreamt' WHERE position IN (2, 5)");
  tamper(path, "UPDATE event SET type = 'dream.began' WHERE position = 4");
  expect(strangersIn(path)).toEqual([
    { type: "call.dreamt", position: 2n },
    { type: "dream.began", position: 4n },
  ]);
});
