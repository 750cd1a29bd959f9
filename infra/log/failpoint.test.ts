import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLog } from "./sqlite/store.ts";
import { testFolder } from "./test-log.ts";
import { verifyLog } from "./sqlite/verify.ts";

const SCRIPT = `
  import { openLog } from "./sqlite/store.ts";
  import { working } from "./test-events.ts";
  const store = await openLog(process.argv[1], { writer: process.argv[2], crowd: 0 });
  for (let n = 0; n < 3; n += 1) {
    await store.append("call-a", [working(n)], { revision: n, timeoutMs: 5000 });
    console.log("written " + n);
  }
  await store.close();
`;

/** Appends three events in a process of its own. */
function write(path: string, failpoint: string | undefined, writer = "inline") {
  const command = ["--input-type=module-typescript", "--eval", SCRIPT, path, writer];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: import.meta.dirname,
    env: failpoint === undefined ? {} : { NIGHTSHIFT_FAILPOINT: failpoint },
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, signal, stderr, acknowledged: stdout.split("\n").filter(Boolean).length };
}

async function eventsIn(path: string): Promise<number> {
  expect(await verifyLog(path)).toMatchObject({ ok: true });
  const store = await openLog(path);
  const head = await store.head();
  await store.close();
  return Number(head);
}

test.each([
  ["append:call.working:before", 0, 0],
  ["append:call.working:after", 0, 1],
  ["append:call.working:before#3", 2, 2],
  ["merge:before, append:call.working:after#2", 1, 2],
])("a process killed at %s loses nothing it acknowledged", async (place, told, kept) => {
  const path = join(await testFolder(), "log.sqlite");
  expect(write(path, place)).toMatchObject({ signal: "SIGKILL", acknowledged: told });
  expect(await eventsIn(path)).toBe(kept);
});

test.each([
  ["append:call.working:before#2", 1, 1],
  ["append:call.working:after#2", 1, 2],
])(
  "a process whose writing thread comes to %s is killed all the same",
  async (place, told, kept) => {
    const path = join(await testFolder(), "log.sqlite");
    expect(write(path, place, "thread")).toMatchObject({ signal: "SIGKILL", acknowledged: told });
    expect(await eventsIn(path)).toBe(kept);
  },
);

test.each([undefined, "append:call.finished:before", "append:call.working:before#4"])(
  "a place that is not passed (%s) kills nothing",
  async (place) => {
    const path = join(await testFolder(), "log.sqlite");
    expect(write(path, place)).toMatchObject({ status: 0, acknowledged: 3 });
    expect(await eventsIn(path)).toBe(3);
  },
);

test("a place that cannot be read is told at once", async () => {
  const path = join(await testFolder(), "log.sqlite");
  const { status, stderr } = write(path, "append:call.working:before#x");
  expect(status).not.toBe(0);
  expect(stderr).toContain("NIGHTSHIFT_FAILPOINT: cannot read");
});
