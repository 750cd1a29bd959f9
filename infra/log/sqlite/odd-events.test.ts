import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Refusal } from "@nightshift/protocol/errors";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { expect, test } from "vitest";
import { linkHash } from "../chain.ts";
import { keptInFile } from "../export/kept-event.ts";
import { AMPLE_MS, pending, working } from "../test-events.ts";
import { testFolder, testLog } from "../test-log.ts";
import { archiveTo } from "./archiver.ts";
import { openLog } from "./store.ts";
import { verifyLog } from "./verify.ts";

const at = (revision: number) => ({ revision, timeoutMs: AMPLE_MS });

test("an event of a type that nobody knows is kept, shown, followed and verified", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1)], at(0));
  const db = new DatabaseSync(path);
  const { hash } = db.prepare("SELECT hash FROM event").get() ?? {};
  const type = "call.dreamt-of";
  const envelope = { id: "dream", type, atMs: 7, actor: "someone", causation: null };
  const body = JSON.stringify({ type, sheep: 3 });
  const version = SCHEMA_VERSION;
  const link = { stream: "call-a", revision: 1, ...envelope, correlation: null, version, body };
  db.prepare("INSERT INTO event VALUES (2, 'call-a', 1, ?, ?, 7, ?, NULL, NULL, ?, ?, ?)").run(
    "dream",
    type,
    "someone",
    version,
    body,
    linkHash(String(hash), link),
  );
  db.close();
  await store.append("call-a", [working(2)], at(2));
  const dream = { id: "dream", event: { type, sheep: 3 }, position: 2n, revision: 1 };
  expect((await Array.fromAsync(store.read("call-a")))[1]).toMatchObject(dream);
  expect(await Array.fromAsync(store.readAll())).toHaveLength(3);
  expect(await Array.fromAsync(store.readAll({ types: [type] }))).toMatchObject([dream]);
  const ending = new AbortController();
  for await (const recorded of store.follow({ after: 1n, signal: ending.signal })) {
    expect(recorded).toMatchObject(dream);
    ending.abort();
  }
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 3 });
});

test("a clock that goes backwards changes no order: times are kept as given, positions rule", async () => {
  const { path, store } = await testLog();
  const times = [5_000, 4_000, 9_000, 1, -3];
  for (const [n, atMs] of times.entries()) {
    await store.append("call-a", [{ ...working(n), atMs }], at(n));
  }
  const read = await Array.fromAsync(store.readAll());
  expect(read.map(({ atMs }) => atMs)).toEqual(times);
  expect(read.map(({ position }) => position)).toEqual([1n, 2n, 3n, 4n, 5n]);
  expect(await verifyLog(path)).toMatchObject({ ok: true });
});

test("an event of ten megabytes is refused with its limit and where its body belongs", async () => {
  const { store } = await testLog();
  const event = pending(1, { type: "agent.left", session: "s".repeat(10_000_000) });
  const refused = store.append("agent-a", [event], at(0));
  await expect(refused).rejects.toBeInstanceOf(Refusal);
  await expect(refused).rejects.toMatchObject({
    code: "too-long",
    message: expect.stringMatching(/of 100000\d\d bytes; 1048576 are the most, .* as a blob/),
  });
  expect(
    await store.append(
      "agent-a",
      [working(2)].map(() => pending(3, { type: "agent.left", session: "s" })),
      at(0),
    ),
  ).toBe(1n);
});

test("a log of events that are a megabyte each is read, verified, exported and archived whole", async () => {
  const { path, store } = await testLog();
  const session = "s".repeat(1_000_000);
  for (let n = 0; n < 40; n += 1) {
    await store.append("agent-a", [pending(n, { type: "agent.left", session })], at(n));
  }
  const revisions = Array.from({ length: 40 }, (_, n) => n);
  const mustBeWhole = async () => {
    const types = ["agent.left"];
    const reads: AsyncIterable<{ revision: number }>[] = [
      store.readAll(),
      store.readAll({ types }),
      store.read("agent-a"),
      keptInFile(path, { after: 0n, upTo: 40n }),
    ];
    for (const read of reads) {
      expect((await Array.fromAsync(read)).map(({ revision }) => revision)).toEqual(revisions);
    }
    expect(await verifyLog(path)).toMatchObject({ ok: true, events: 40, streams: 1 });
  };
  await mustBeWhole();
  expect(await archiveTo(path, 30)).toEqual({ moved: 30, archivedTo: 30 });
  await mustBeWhole();
});

/** Tries to open or append as somebody who may not write there. */
const AS_STRANGER = `
  import { openLog } from "./store.ts";
  import { working } from "../test-events.ts";
  const [path, isOpen] = process.argv.slice(1);
  const stranger = () => process.getuid() === 0 && process.seteuid(65534);
  try {
    if (isOpen !== "open") stranger();
    const store = await openLog(path);
    stranger();
    await store.append("call-a", [working(1)], { revision: 0, timeoutMs: 5000 });
    console.log("written");
  } catch (error) {
    const { name, message, where, mend } = error;
    console.log(JSON.stringify({ name, message, where, mend }));
  }
  process.exit(0);
`;

test("a folder that may not be written is told with what to look at", async () => {
  const folder = join(await testFolder(), "closed");
  await mkdir(folder, { mode: 0o500 });
  const path = join(folder, "log.sqlite");
  const command = ["--input-type=module-typescript", "--eval", AS_STRANGER, path];
  const options = { cwd: import.meta.dirname, encoding: "utf8", timeout: 20_000 } as const;
  const { stdout, stderr } = spawnSync(process.execPath, command, options);
  expect(JSON.parse(stdout), stderr).toEqual({
    name: "BadInput",
    message: "the file or its folder cannot be written",
    where: path,
    mend: `ls -ld '${path}'`,
  });
});

test("a log that may not be written is told the same, and is left as it is", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(9)], at(0));
  await store.close();
  const { chmod } = await import("node:fs/promises");
  await chmod(path, 0o400);
  const command = ["--input-type=module-typescript", "--eval", AS_STRANGER, path];
  const options = { cwd: import.meta.dirname, encoding: "utf8", timeout: 20_000 } as const;
  const { stdout } = spawnSync(process.execPath, command, options);
  expect(JSON.parse(stdout)).toMatchObject({ name: "BadInput", where: path });
  await chmod(path, 0o600);
  const again = await openLog(path);
  expect(await again.head()).toBe(1n);
  await again.close();
});
