import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { BadInput } from "@nightshift/protocol/errors";
import { SHIFT_STREAM } from "@nightshift/protocol/ids";
import { expect, test } from "vitest";
import { CHAIN_START, linkHash, type Link } from "../chain.ts";
import { AMPLE_MS, pending, working } from "../test-events.ts";
import { tamper, testFolder, testLog } from "../test-log.ts";
import { toFormat } from "./older-log.ts";
import { LOG_FORMAT } from "./schema.ts";
import { openLog } from "./store.ts";
import { verifyLog } from "./verify.ts";

/** A log of three streams, sealed after six events, with one event after the seal. */
async function sealedLog(): Promise<string> {
  const { path, store } = await testLog();
  const options = (revision: number) => ({ revision, timeoutMs: AMPLE_MS });
  await store.append("call-a", [working(1), working(2), working(3)], options(0));
  await store.append("call-b", [working(4), working(5)], options(0));
  await store.append(
    "call-c",
    [pending(6, { type: "call.working", note: "odd: \uFFFD" })],
    options(0),
  );
  const root = await store.root();
  expect(root).toMatchObject({ streams: 3, upTo: "6" });
  await store.append(SHIFT_STREAM, [pending(7, { type: "shift.sealed", ...root })], options(0));
  await store.append("call-a", [working(8)], options(3));
  await store.close();
  return path;
}

const found = async (path: string) => {
  const { ok, broken } = await verifyLog(path);
  expect(ok).toBe(broken.length === 0);
  return broken.map(({ stream, revision, position }) => ({ stream, revision, position }));
};

test("a log as it was written is in order, and its sealed root is checked", async () => {
  expect(await verifyLog(await sealedLog())).toEqual({
    ok: true,
    events: 8,
    streams: 4,
    broken: [],
    rootsChecked: 1,
  });
});

test("a log is verified while it is open and written", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1)], { revision: 0, timeoutMs: AMPLE_MS });
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 1, rootsChecked: 0 });
});

const second = { stream: "call-a", revision: 1, position: 2n };

test.each([
  ["body", "UPDATE event SET body = replace(body, '2', '3') WHERE position = 2"],
  [
    "body, in a byte that is no text",
    "UPDATE event SET body = CAST(x'7BFF7D' AS TEXT) WHERE position = 2",
  ],
  ["type", "UPDATE event SET type = 'call.workinG' WHERE position = 2"],
  ["actor", "UPDATE event SET actor = 'testeR' WHERE position = 2"],
  ["time", "UPDATE event SET at_ms = at_ms + 1 WHERE position = 2"],
  [
    "time, beyond what a number holds",
    "UPDATE event SET at_ms = 9223372036854775807 WHERE position = 2",
  ],
  ["id", "UPDATE event SET id = 'x' || id WHERE position = 2"],
  ["causation", "UPDATE event SET causation = NULL WHERE position = 2"],
  ["correlation", "UPDATE event SET correlation = '' WHERE position = 2"],
  ["version", "UPDATE event SET version = 0 WHERE position = 2"],
  ["hash", "UPDATE event SET hash = replace(hash, substr(hash, 9, 1), 'x') WHERE position = 2"],
])("an event with another %s is named, and it alone", async (_, sql) => {
  const path = await sealedLog();
  tamper(path, sql);
  const named = (await found(path)).filter(({ stream }) => stream !== null);
  expect(named).toEqual([second]);
});

test("no byte of any text of an event can be another unnoticed", async () => {
  const path = await sealedLog();
  const columns = ["stream", "id", "type", "actor", "causation", "body", "hash"];
  const db = new DatabaseSync(path);
  const row = db.prepare("SELECT * FROM event WHERE position = 6").get();
  let tried = 0;
  for (const column of columns) {
    const bytes = Buffer.from(String(row?.[column]));
    const set = db.prepare(`UPDATE event SET ${column} = CAST(? AS TEXT) WHERE position = 6`);
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at] = (bytes[at] ?? 0) ^ 0x10;
      set.run(changed);
      expect(await verifyLog(path), `byte ${at} of ${column}`).toMatchObject({ ok: false });
      tried += 1;
    }
    set.run(bytes);
  }
  expect(tried).toBeGreaterThan(150);
  expect(await verifyLog(path)).toMatchObject({ ok: true });
  db.close();
});

test("bytes that read like the replacement character are told from it", async () => {
  const path = await sealedLog();
  tamper(
    path,
    `UPDATE event SET body = CAST(replace(CAST(body AS BLOB), x'EFBFBD', x'F0BFBD') AS TEXT)
     WHERE position = 6`,
  );
  expect(await found(path)).toEqual([{ stream: "call-c", revision: 0, position: 6n }]);
});

test.each([
  ["of another stream", "UPDATE event SET stream = 'call-z' WHERE position = 2"],
  ["with another revision", "UPDATE event SET revision = 9 WHERE position = 2"],
  ["with another position", "UPDATE event SET position = 20 WHERE position = 2"],
  ["that is gone", "DELETE FROM event WHERE position = 2"],
])("an event %s is named, and so is the gap it leaves", async (_, sql) => {
  const path = await sealedLog();
  tamper(path, sql);
  const { ok, broken } = await verifyLog(path);
  expect(ok).toBe(false);
  expect(broken.map(({ stream }) => stream)).toContain("call-a");
});

test.each([
  ["last of the log", "DELETE FROM event WHERE position = 8", "the log ends at 7, not at 8"],
  ["whole log", "DELETE FROM event", "the log ends at 0, not at 8"],
  ["seal's last", "DELETE FROM event WHERE position = 6", "sealed root is about events that are"],
])("the %s taken away is noticed", async (_, sql, why) => {
  const path = await sealedLog();
  tamper(path, sql);
  const { broken } = await verifyLog(path);
  expect(broken.map((one) => one.why).join("\n")).toContain(why);
});

test("the last event of a stream taken out of an unsealed log leaves a gap that is told", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1), working(2)], { revision: 0, timeoutMs: AMPLE_MS });
  await store.append("call-b", [working(3)], { revision: 0, timeoutMs: AMPLE_MS });
  await store.close();
  tamper(path, "DELETE FROM event WHERE position = 2");
  const { broken } = await verifyLog(path);
  const missing = { position: 3n, why: "1 events are missing before it in the log" };
  expect(broken[0]).toMatchObject(missing);
  const astray = broken.slice(1).map(({ why }) => why);
  expect(astray).toEqual(
    ["by_id", "by_stream", "by_type"].map((one) => `the index ${one} leads elsewhere`),
  );
});

test("an event slipped in is named", async () => {
  const path = await sealedLog();
  tamper(
    path,
    `INSERT INTO event SELECT 9, stream, 2, 'slipped-in', type, at_ms, actor, causation, correlation,
     version, body, hash FROM event WHERE position = 5`,
  );
  const { broken } = await verifyLog(path);
  expect(broken).toContainEqual(expect.objectContaining({ stream: "call-b", position: 9n }));
});

test("a stream rewritten with true hashes is betrayed by the sealed root", async () => {
  const path = await sealedLog();
  const db = new DatabaseSync(path);
  db.exec("UPDATE event SET body = replace(body, 'note 5', 'never') WHERE position = 5");
  let previous = CHAIN_START;
  for (const row of db.prepare("SELECT * FROM event WHERE stream = 'call-b'").all()) {
    const text = (name: string) => String(row[name]);
    const link: Link = {
      stream: text("stream"),
      revision: BigInt(text("revision")),
      id: text("id"),
      type: text("type"),
      atMs: BigInt(text("at_ms")),
      actor: text("actor"),
      causation: text("causation"),
      correlation: null,
      version: BigInt(text("version")),
      body: text("body"),
    };
    previous = linkHash(previous, link);
    db.prepare("UPDATE event SET hash = ? WHERE id = ?").run(previous, link.id);
  }
  db.close();
  const { broken } = await verifyLog(path);
  expect(broken).toEqual([
    {
      stream: null,
      revision: null,
      position: 7n,
      why: expect.stringContaining("the log up to 6 is not what this event sealed"),
    },
  ]);
});

test("an index that no longer agrees with its table is noticed", async () => {
  const path = await sealedLog();
  tamper(path, "UPDATE by_type SET type = 'agent.left' WHERE position = 2");
  const { ok, broken } = await verifyLog(path);
  expect(ok).toBe(false);
  expect(broken[0]?.why).toBe("the index by_type leads elsewhere");
});

test.each([
  ["table that is not there", "ALTER TABLE log_state RENAME TO other"],
  ["column by another name", "ALTER TABLE event RENAME COLUMN body TO text"],
  ["state that is gone", "DELETE FROM log_state"],
  ["rule that refuses every event", "CREATE TRIGGER no BEFORE INSERT ON event BEGIN SELECT 1; END"],
  ["index that must not repeat", "CREATE UNIQUE INDEX one ON event (actor, causation)"],
])("a %s is a finding, as it is where a night is sent to that cannot open it", async (_, sql) => {
  const path = await sealedLog();
  tamper(path, sql);
  const { ok, broken } = await verifyLog(path);
  expect(ok).toBe(false);
  expect(broken[0]?.why).not.toBe("");
  // Whoever opens it is told where to look, and nothing that only a programmer understands.
  const opened = await openLog(path).catch((error: unknown) => error);
  if (opened instanceof Error) expect(opened).toMatchObject({ mend: "nightshift log verify" });
  else await Object(opened).close();
});

test.each([2, LOG_FORMAT] as const)(
  "a log of format %i that says it is of none is told so",
  async (format) => {
    const path = await sealedLog();
    if (format === 2) toFormat(path, format);
    tamper(path, "PRAGMA user_version = 0");
    const why = "its format is said to be 0";
    expect((await verifyLog(path)).broken.map((one) => one.why)).toEqual([why]);
    await expect(openLog(path)).rejects.toMatchObject({ why, mend: "nightshift log verify" });
  },
);

test("tables of somebody else in the file are in nobody's way", async () => {
  const path = await sealedLog();
  tamper(path, "CREATE TABLE theirs (x); CREATE VIEW mine AS SELECT * FROM event");
  expect(await verifyLog(path)).toMatchObject({ ok: true });
});

test("an end that is said to be far away is not looked for", async () => {
  const path = await sealedLog();
  tamper(path, `UPDATE log_state SET settled_to = ${2 ** 45}`);
  const { broken } = await verifyLog(path);
  expect(broken.map(({ why }) => why)).toContain(`the log ends at 8, not at ${2 ** 45}`);
});

test("where no log is, the director is told so", async () => {
  const path = join(await testFolder(), "none.sqlite");
  await expect(verifyLog(path)).rejects.toBeInstanceOf(BadInput);
});
