import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLog } from "./store.ts";
import { AMPLE_MS, working } from "../test-events.ts";
import { testFolder } from "../test-log.ts";
import { verifyLog } from "./verify.ts";

/** Appends `count` events to the stream `call-<name>`, one transaction each. */
const WRITER = `
  import { openLog } from "./store.ts";
  import { working } from "../test-events.ts";
  const [path, name, count] = process.argv.slice(1);
  const store = await openLog(path);
  for (let n = 0; n < Number(count); n += 1) {
    const event = { ...working(n), id: name + "-" + n };
    await store.append("call-" + name, [event], { revision: n, timeoutMs: 20000 });
  }
  await store.close();
`;

/** Prints the id of each event as it comes, until it has seen \`count\`. */
const FOLLOWER = `
  import { openLog } from "./store.ts";
  const [path, count] = process.argv.slice(1);
  const store = await openLog(path);
  console.log("follows");
  let left = Number(count);
  const ending = new AbortController();
  for await (const { id } of store.follow({ after: 0n, signal: ending.signal })) {
    console.log(id);
    left -= 1;
    if (left === 0) ending.abort();
  }
  await store.close();
`;

function start(script: string, ...rest: string[]): ChildProcess {
  const command = ["--input-type=module-typescript", "--eval", script, ...rest];
  const child = spawn(process.execPath, command, {
    cwd: import.meta.dirname,
    env: {},
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  const [code]: unknown[] = await once(child, "exit");
  expect(code).toBe(0);
}

/** What a child prints, line by line, when it has ended. */
async function printed(child: ChildProcess): Promise<string[]> {
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await Promise.all([ended(child), child.stdout && once(child.stdout, "end")]);
  return text.split("\n").filter(Boolean);
}

test("processes that make and write a log at once lose nothing, and followers see all", async () => {
  const path = join(await testFolder(), "log.sqlite");
  const names = ["a", "b", "c"];
  const each = 60;
  const total = names.length * each;
  // All of them make the file at the same time.
  const follower = printed(start(FOLLOWER, path, String(total)));
  const writers = names.map((name) => ended(start(WRITER, path, name, String(each))));
  const here = await openLog(path);
  const ending = new AbortController();
  const seen: string[] = [];
  for await (const recorded of here.follow({ after: 0n, signal: ending.signal })) {
    seen.push(recorded.id);
    if (seen.length === total) ending.abort();
  }
  await Promise.all(writers);
  const [first, ...there] = await follower;
  expect(first).toBe("follows");
  const log = await Array.fromAsync(here.readAll());
  expect(log.map(({ position }) => position)).toEqual(log.map((_, n) => BigInt(n + 1)));
  expect(new Set(seen).size).toBe(total);
  expect(seen).toEqual(log.map(({ id }) => id));
  expect(there).toEqual(seen);
  await here.close();
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: total, streams: 3 });
});

test("a follower sees another process's event within the poll, mostly long before", async () => {
  const path = join(await testFolder(), "log.sqlite");
  const follower = start(FOLLOWER, path, "20");
  const over = ended(follower);
  const lines: { line: string; atMs: number }[] = [];
  const allSeen = Promise.withResolvers<void>();
  follower.stdout?.on("data", (chunk: Buffer) => {
    for (const line of chunk.toString().split("\n").filter(Boolean)) {
      lines.push({ line, atMs: performance.now() });
      if (lines.length === 21) allSeen.resolve();
    }
  });
  while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const store = await openLog(path);
  const sentAt = new Map<string, number>();
  for (let n = 0; n < 20; n += 1) {
    const event = working(n);
    await store.append("call-a", [event], { revision: n, timeoutMs: AMPLE_MS });
    sentAt.set(event.id, performance.now());
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await allSeen.promise;
  await over;
  await store.close();
  const delays = lines.slice(1).map(({ line, atMs }) => atMs - (sentAt.get(line) ?? 0));
  const sorted = delays.toSorted((a, b) => a - b);
  // The poll alone would make 125 ms of it; the rest is room for a busy machine.
  expect(sorted[10]).toBeLessThan(100);
});

test("a process killed while it writes leaves a log that others go on with", async () => {
  const path = join(await testFolder(), "log.sqlite");
  const writer = start(WRITER, path, "a", "100000");
  const here = await openLog(path);
  const ending = new AbortController();
  for await (const recorded of here.follow({ after: 0n, signal: ending.signal })) {
    if (recorded.revision === 30) ending.abort();
  }
  writer.kill("SIGKILL");
  await once(writer, "exit");
  const held = (await Array.fromAsync(here.read("call-a"))).length;
  expect(held).toBeGreaterThan(30);
  await here.append("call-a", [working(1)], { revision: held, timeoutMs: AMPLE_MS });
  await here.close();
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: held + 1 });
});
