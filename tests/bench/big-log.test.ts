import { openLog } from "@nightshift/infra/log/sqlite/store";
import { verifyLog } from "@nightshift/infra/log/sqlite/verify";
import { checkEvent } from "@nightshift/protocol/events";
import { expect, test } from "vitest";
import { bigLog } from "./big-log.ts";

const EVENTS = 20_000;

test("a made log is as the store would have written it", async () => {
  const path = await bigLog(EVENTS);
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: EVENTS, broken: [] });
  const store = await openLog(path);
  const ended = new Map<string, number>();
  let bytes = 0;
  for await (const recorded of store.readAll()) {
    const { stream, event } = recorded;
    expect(checkEvent(stream, event)).toEqual(event);
    ended.set(event.type, (ended.get(event.type) ?? 0) + 1);
    bytes += JSON.stringify({ ...recorded, position: 0 }).length;
  }
  await store.close();
  const [proposed = 0, completed = 0] = ["task.proposed", "task.completed"].map((t) =>
    ended.get(t),
  );
  expect(completed / proposed).toBeGreaterThan(0.8);
  expect(bytes / EVENTS).toBeGreaterThan(420);
  expect(bytes / EVENTS).toBeLessThan(550);
});
