import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Unavailable } from "@nightshift/protocol/errors";
import { expect, onTestFinished, test, vi } from "vitest";
import { openLog } from "../../sqlite/store.ts";
import { callerByName } from "../access.ts";
import { Bell } from "../bell.ts";
import { openForeignFile } from "../foreign/file.ts";
import { openForeign } from "../foreign/foreign.ts";
import { GrantFile } from "../grants.ts";
import { RawLog } from "../raw-log.ts";
import { GroupFile, type GroupKey, type GroupRecord } from "./group-file.ts";
import { Groups } from "./groups.ts";
import type { Joined } from "./running-group.ts";
import { settingsOf, WireSettings } from "./settings.ts";
import { Timing } from "./timing.ts";

/** The file of groups on a disk that is full now and then. */
class OnFullDisk extends GroupFile {
  isFull = false;
  override keep(record: GroupRecord): void {
    this.#needsRoom();
    super.keep(record);
  }
  override remove(key: GroupKey): void {
    this.#needsRoom();
    super.remove(key);
  }
  #needsRoom(): void {
    if (this.isFull) throw new Unavailable("the disk is full");
  }
}

const settings = (maxRetryCount = 0) => {
  const wire = { maxCheckpointCount: 10, readBatchSize: 2, historyBufferSize: 40, maxRetryCount };
  return settingsOf(WireSettings.parse(wire), { startFrom: "0", filter: null });
};

/** The groups of a gateway, over files of their own, and a lodger with one event in its stream. */
async function opened() {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-groups-"));
  const path = join(folder, "log.sqlite");
  const store = await openLog(path);
  const log = new RawLog(path);
  const now = () => Date.now();
  const besides = openForeign(path, now);
  const db = openForeignFile(join(folder, "groups.sqlite"), 1_048_576);
  const file = new OnFullDisk(db, folder);
  const grants = new GrantFile(join(folder, "grants.json"));
  grants.give("shop", "lodger", ["order-"]);
  const caller = callerByName("shop", grants);
  const foreign = { ...besides, groups: file };
  const groups = new Groups({ log, bell: new Bell(store), foreign, grants, now });
  onTestFinished(async () => {
    groups.close();
    log.close();
    db.close();
    besides.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const append = (text: string) => {
    const body = { metadata: Buffer.alloc(0), data: Buffer.from(text) };
    const event = { id: randomUUID(), type: "order.placed", contentType: "", ...body };
    const expectation = { kind: "any", count: 0 } as const;
    const actor = caller.actor();
    return besides.writer.append({ actor, stream: named.stream, expectation, events: [event] });
  };
  await append("first");
  groups.create(caller, named, "start", settings());
  return { groups, caller, file, append };
}

const until = (isSo: () => boolean) => vi.waitUntil(isSo, { timeout: 20_000, interval: 5 });
const named = { stream: "order-1", name: "g" };

function subscriber() {
  const heard: string[] = [];
  const dropped: string[] = [];
  const one: Joined = {
    id: randomUUID(),
    size: 10,
    inFlight: new Map(),
    sending: 0,
    handed: 0,
    timing: new Timing(),
    peer: { name: "shop", from: "here", connection: "", sinceMs: 0 },
    deliver: ({ event }) => void heard.push(Buffer.from(event.data).toString()),
    drop: ({ message }) => void dropped.push(message),
  };
  return { one, heard, dropped };
}

test("a change of settings that cannot be written down changes nothing, and drops nobody", async () => {
  const { groups, caller, file, append } = await opened();
  const before = subscriber();
  groups.join(groups.find(caller, named), before.one);
  await until(() => before.heard.length === 1);
  file.isFull = true;
  expect(() => groups.update(caller, named, "start", settings(5))).toThrow("full");
  expect(() => groups.remove(caller, named)).toThrow("full");
  await append("second");
  await until(() => before.heard.length === 2);
  expect(before.dropped).toEqual([]);
  const after = subscriber();
  groups.join(groups.find(caller, named), after.one);
  expect(groups.find(caller, named).record.settings.maxRetryCount).toBe(0);

  // Its honest twin: where there is room they are sent away, and come again to the new settings.
  file.isFull = false;
  groups.update(caller, named, "start", settings(5));
  expect([before.dropped, after.dropped].flat()).toEqual([
    expect.stringContaining("settings have changed"),
    expect.stringContaining("settings have changed"),
  ]);
  const again = subscriber();
  groups.join(groups.find(caller, named), again.one);
  await until(() => again.heard.length === 2);
  expect(groups.find(caller, named).record.settings.maxRetryCount).toBe(5);
});

test("whoever comes to a group that has ended since it was found is told, and does not wait", async () => {
  const { groups, caller } = await opened();
  const found = groups.find(caller, named);
  groups.update(caller, named, "start", settings(5));
  expect(() => groups.join(found, subscriber().one)).toThrow("just ended");
  const { one, heard } = subscriber();
  groups.join(groups.find(caller, named), one);
  await until(() => heard.length === 1);
});
