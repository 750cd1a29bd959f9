import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BadInput, Unavailable } from "@nightshift/protocol/errors";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { expect, test } from "vitest";
import { LOG_FORMAT } from "./schema.ts";
import { explain, explainLog } from "./errors.ts";
import { cellNumber } from "./rows.ts";
import { openLog } from "./store.ts";
import { verifyLog } from "./verify.ts";
import { AMPLE_MS, working } from "../test-events.ts";
import { tamper, testFolder, testLog } from "../test-log.ts";

const once = (revision: number, timeoutMs = AMPLE_MS) => ({ revision, timeoutMs });

test.each([
  ["file format", `PRAGMA user_version = ${LOG_FORMAT + 1}`],
  ["event version", `UPDATE log_state SET schema_version = ${SCHEMA_VERSION + 1}`],
])("a log of a newer %s is refused with what mends it, and left as it is", async (_, sql) => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1)], once(0));
  await store.close();
  tamper(path, sql);
  const refused = openLog(path);
  await expect(refused).rejects.toBeInstanceOf(BadInput);
  await expect(refused).rejects.toMatchObject({
    message: expect.stringContaining("a newer Night Shift wrote this log"),
    where: path,
    mend: expect.stringContaining("update"),
  });
});

test("an event of a newer version, written while the log is open, is not misread", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1)], once(0));
  tamper(path, `UPDATE event SET version = ${SCHEMA_VERSION + 1}`);
  const read = Array.fromAsync(store.read("call-a"));
  await expect(read).rejects.toThrow("event 0 of call-a cannot be read (position 1)");
  await expect(read).rejects.toMatchObject({ where: path, mend: "nightshift log verify" });
});

test("a body that is no event any more is told with its place", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1)], once(0));
  tamper(path, "UPDATE event SET body = '{'");
  await expect(Array.fromAsync(store.readAll())).rejects.toBeInstanceOf(BadInput);
});

test.each([
  ["text", "not a database, but long enough to be taken for one".repeat(100)],
  ["another program's database", null],
])("a file that is %s is refused and left as it is", async (_, content) => {
  const path = join(await testFolder(), "log.sqlite");
  if (content === null) tamper(path, "CREATE TABLE theirs (x)");
  else await writeFile(path, content);
  await expect(openLog(path)).rejects.toBeInstanceOf(BadInput);
  await expect(openLog(path)).rejects.toThrow("this is no Night Shift log");
  if (content === null) tamper(path, "INSERT INTO theirs VALUES (1)");
});

test("a path that cannot be a file is refused in one line", async () => {
  const folder = await testFolder();
  await mkdir(join(folder, "folder"));
  await writeFile(join(folder, "file"), "");
  for (const path of [join(folder, "folder"), join(folder, "file", "log.sqlite")]) {
    const refused = openLog(path);
    await expect(refused).rejects.toBeInstanceOf(BadInput);
    await expect(refused).rejects.toMatchObject({ where: path });
  }
});

test("a log that another process keeps locked is unavailable in time, and then available", async () => {
  const { path, store } = await testLog();
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const begun = performance.now();
  const late = store.append("call-a", [working(1)], once(0, 100));
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 5);
  await expect(late).rejects.toBeInstanceOf(Unavailable);
  await expect(late).rejects.toThrow("is locked by another process");
  clearInterval(counting);
  expect(performance.now() - begun).toBeLessThan(2_000);
  // Whoever waits for a lock leaves the others their turns.
  expect(turns).toBeGreaterThan(3);
  const patient = store.append("call-a", [working(1)], once(0));
  setTimeout(() => other.exec("ROLLBACK"), 50);
  expect(await patient).toBe(1n);
  other.close();
});

test("a log that is closed while it is locked tells those who wait", async () => {
  const { path, store } = await testLog();
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const waiting = store.append("call-a", [working(1)], once(0)).then(
    () => null,
    (error: unknown) => error,
  );
  await store.close();
  expect(await waiting).toBeInstanceOf(Unavailable);
  other.exec("ROLLBACK");
  other.close();
});

test("what was appended before a close is written by it", async () => {
  const { path, store } = await testLog();
  const appended = store.append("call-a", [working(1)], once(0));
  await store.close();
  expect(await appended).toBe(1n);
  const again = await openLog(path);
  expect(await again.head()).toBe(1n);
  await again.close();
});

test("a reader that is caught by a close is told that the log is closed", async () => {
  const { store } = await testLog();
  const events = Array.from({ length: 1_000 }, (_, n) => working(n));
  await store.append("call-a", events, once(0));
  const reading = (async () => {
    for await (const recorded of store.readAll()) if (recorded.revision === 2) await store.close();
  })();
  await expect(reading).rejects.toBeInstanceOf(Unavailable);
  await expect(reading).rejects.toThrow("the log is closed");
});

const UNTIL_FULL = `
  import { cellNumber } from "./rows.ts";
import { openLog } from "./store.ts";
import { verifyLog } from "./verify.ts";
  import { pending } from "../test-events.ts";
  const store = await openLog(process.argv[1], { writer: process.argv[2], crowd: 0 });
  let n = 0;
  try {
    for (; n < 1000; n += 1) {
      const event = pending(n, { type: "agent.left", session: "s".repeat(10000) });
      await store.append("agent-a", [event], { revision: n, timeoutMs: 5000 });
    }
  } catch (error) {
    console.log(JSON.stringify({ n, name: error.name, message: error.message }));
  }
  process.exit(0);
`;

test.each([
  ["here", "inline"],
  ["in a thread", "thread"],
])(
  "a disk that takes no more, written %s, is told and loses nothing it took",
  async (_, writer) => {
    const path = join(await testFolder(), "log.sqlite");
    // The shell's limit on the size of files stands for the end of the disk.
    const command = `ulimit -f 1000; exec "$0" --input-type=module-typescript --eval "$1" "$2" "$3"`;
    const { stdout } = spawnSync(
      "sh",
      ["-c", command, process.execPath, UNTIL_FULL, path, writer],
      {
        cwd: import.meta.dirname,
        encoding: "utf8",
        timeout: 20_000,
      },
    );
    const told: { n: number; name: string; message: string } = JSON.parse(stdout);
    expect(told.name).toBe("Unavailable");
    expect(told.message).toContain(path);
    expect(told.n).toBeGreaterThan(10);
    const again = await openLog(path);
    expect(Number(await again.head())).toBe(told.n);
    await again.append("call-a", [working(5_000)], once(0));
    await again.close();
  },
);

test("what SQLite finds no table for is damage in a log, and a bug in any other file", async () => {
  const path = join(await testFolder(), "x.sqlite");
  const db = new DatabaseSync(path);
  for (const sql of ["SELECT * FROM none", "SELECT none", "CREATE TABLE x (y); SELECT z FROM x"]) {
    const strange = thrownBy(() => db.exec(sql));
    expect(explain(strange, path)).toBe(strange);
    expect(explainLog(strange, path)).toMatchObject({ where: path, mend: "nightshift log verify" });
  }
  const odd = thrownBy(() => cellNumber("x".repeat(1_000)));
  expect(explainLog(odd, path)).toMatchObject({
    why: `a cell is not a number: "${"x".repeat(40)}"`,
  });
  const bug = thrownBy(() => db.exec("SELEKT"));
  expect(explainLog(bug, path)).toBe(bug);
  db.close();
});

test("an index that leads to nothing is told, and nothing is passed over in silence", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1), working(2), working(3)], once(0));
  await store.close();
  tamper(path, "DELETE FROM event WHERE position = 2");
  const again = await openLog(path);
  const mend = { mend: "nightshift log verify" };
  await expect(Array.fromAsync(again.read("call-a"))).rejects.toMatchObject(mend);
  const ofType = Array.fromAsync(again.readAll({ types: ["call.working"] }));
  await expect(ofType).rejects.toMatchObject(mend);
  await expect(again.append("call-b", [working(2)], once(0))).rejects.toMatchObject(mend);
  await again.close();
});

test("a reader whom a damaged index leads back is told, and does not read for ever", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1), working(2), working(3)], once(0));
  await store.close();
  const bytes = await readFile(path);
  // The index of streams, where revision 2 is at position 3: now it leads back to the first.
  const at = bytes.indexOf("call-a\u0002\u0003") + "call-a".length;
  expect(bytes.lastIndexOf("call-a\u0002\u0003")).toBe(at - "call-a".length);
  bytes[at + 1] = 1;
  await writeFile(path, bytes);
  const again = await openLog(path);
  const read = Array.fromAsync(again.read("call-a"));
  await expect(read).rejects.toThrow("the file is damaged");
  await expect(read).rejects.toMatchObject({ mend: "nightshift log verify" });
  expect((await verifyLog(path)).ok).toBe(false);
  await again.close();
});

test("a full database and a read-only one are told apart", async () => {
  const folder = await testFolder();
  const path = join(folder, "x.sqlite");
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE x (y); PRAGMA max_page_count = 3");
  const full = thrownBy(() => db.exec("INSERT INTO x SELECT zeroblob(100000)"));
  expect(explain(full, path)).toBeInstanceOf(Unavailable);
  expect(explain(full, path)).toMatchObject({ message: `the disk is full: ${path} cannot grow` });
  db.close();
  const readOnly = new DatabaseSync(path, { readOnly: true });
  const refused = thrownBy(() => readOnly.exec("INSERT INTO x VALUES (1)"));
  expect(explain(refused, path)).toBeInstanceOf(BadInput);
  expect(explain(refused, path)).toMatchObject({ where: path, mend: `ls -ld '${path}'` });
  readOnly.close();
  const bug = new TypeError("a bug");
  expect(explain(bug, path)).toBe(bug);
});

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
