import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { detectSandbox } from "@nightshift/infra/workers/sandbox/detect";
import { openRehearsal, type Ran, type Rehearsal } from "@nightshift/infra/sim/rehearsal/rehearsal";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { eventsOf, ofType, stateOf } from "./kept.ts";
import { descendantsOf, isRunning, pressCtrlC } from "./processes.ts";

const WALL_MS = 180_000;
/** From the second Ctrl-C until nothing of the night runs any more. */
const AT_ONCE_MS = 5_000;
/** A task whose first model says nothing for three seconds: there is time to interrupt it. */
const SILENT_ROW = 12;
const AT_WORK = /asks quiet with/;

const open: Rehearsal[] = [];
afterEach(async () => {
  for (const rehearsal of open.splice(0)) await rehearsal.close();
});

async function evening(): Promise<Rehearsal> {
  const sandbox = "sandbox" in (await detectSandbox()) ? "required" : "off";
  const rehearsal = await openRehearsal({ seed: 1, sandbox, rows: [SILENT_ROW] });
  open.push(rehearsal);
  const added = await rehearsal.nightshift(["add", "--from", "../backlog.yaml"]);
  expect(added.code, added.stderr).toBe(0);
  return rehearsal;
}

/** A night that is told of each of its lines together with the process that wrote it. */
function watched(
  { nightshift }: Rehearsal,
  onLine: (line: string, pid: number) => void,
): Promise<Ran> {
  let night: number | undefined;
  return nightshift(["run"], {
    onStart: ({ pid }) => (night = pid),
    onLine: (line) => night !== undefined && onLine(line, night),
  });
}

/**
 * The night that follows brings the task to the end that it has when nobody interrupts.
 * @param ends How its attempts ended, in their order.
 */
async function completes(rehearsal: Rehearsal, ends: string[]): Promise<void> {
  const { nightshift, stage } = rehearsal;
  const next = await nightshift(["run"]);
  expect(next.code, next.stderr).toBe(0);
  const Row = z.object({ row: z.int(), ok: z.boolean(), happened: z.string() });
  const rows = z.array(Row).parse((await rehearsal.check()).rows);
  expect(rows.find(({ row }) => row === 0)).toMatchObject({ ok: true });
  const happened = ["completed", ...ends, "integrated"].join(" · ");
  expect(rows.find(({ row }) => row === SILENT_ROW)?.happened).toBe(happened);
  const args = ["-C", stage.repo, "diff", "--name-only", "main", "nightshift/main"];
  const merged = execFileSync("git", args, { encoding: "utf8" }).trim().split("\n");
  expect(merged).toEqual(["src/duration.ts", "test/duration-sign.test.ts"]);
  for (const proof of [
    ["log", "verify"],
    ["replay", "--check"],
  ]) {
    const { code, stderr } = await nightshift(proof);
    expect(code, stderr).toBe(0);
  }
  const events = eventsOf(stateOf(stage.root));
  expect(ofType(events, "repo.merged")).toHaveLength(1);
  expect(ofType(events, "task.completed")).toHaveLength(1);
  const ids = (type: string) => ofType(events, type).map(({ body }) => String(body["reservation"]));
  const closed = [...ids("budget.settled"), ...ids("budget.released")].sort();
  expect(closed).toEqual(ids("budget.reserved").sort());
}

test(
  "Ctrl-C lets the step end, and a second dispatcher meanwhile is refused",
  { timeout: WALL_MS },
  async () => {
    const rehearsal = await evening();
    const { nightshift, stage } = rehearsal;
    const tasks = join(stage.repo, "TASKS.md");
    let second: Promise<Ran> | undefined;
    let pressed = false;
    const first = await watched(rehearsal, (line, pid) => {
      if (line.includes("night 1 begins")) {
        // What the second one would tell the log, had it anything to say.
        writeFileSync(
          tasks,
          "- [ ] LATE-1 Come too late\n      success: node --test test/late.test.ts\n",
        );
        second = nightshift(["run"]);
      }
      if (!AT_WORK.test(line) || pressed) return;
      pressed = true;
      pressCtrlC(pid);
    });
    const refused = await second;
    rmSync(tasks);
    expect(refused?.code).toBe(1);
    expect(refused?.stderr).toMatch(
      /^\S+ leads since \d{4}-\S+; look on with: nightshift status$/m,
    );
    expect(first.code, first.stderr).toBe(2);
    expect(first.stderr).toContain("Finishing the current step; again to stop at once.");
    expect(first.stderr).toContain("Stopped. Go on with: nightshift run");
    const events = eventsOf(stateOf(stage.root));
    // The worker in its own process was not torn from its step: it was found to hang, as it does.
    expect(ofType(events, "attempt.failed").map(({ body }) => body["kind"])).toEqual(["hang"]);
    expect(ofType(events, "shift.ended").map(({ body }) => body["reason"])).toEqual(["stopped"]);
    expect(ofType(events, "shift.leader-elected")).toHaveLength(1);
    expect(ofType(events, "task.proposed")).toHaveLength(1);
    await completes(rehearsal, ["hang"]);
  },
);

test(
  "a second Ctrl-C stops at once, leaves no process behind and loses nothing",
  { timeout: WALL_MS },
  async () => {
    const rehearsal = await evening();
    const state = stateOf(rehearsal.stage.root);
    let pressedAtMs = 0;
    let below: number[] = [];
    const stopped = await watched(rehearsal, (line, pid) => {
      if (AT_WORK.test(line)) {
        below = descendantsOf(pid).map((one) => one.pid);
        pressCtrlC(pid);
      }
      if (!line.includes("Finishing the current step") || pressedAtMs > 0) return;
      pressedAtMs = performance.now();
      pressCtrlC(pid);
    });
    expect(performance.now() - pressedAtMs).toBeLessThan(AT_ONCE_MS);
    expect(stopped.code, stopped.stderr).toBe(2);
    expect(stopped.stderr).toContain("Nothing is lost; go on with: nightshift run");
    expect(below.length).toBeGreaterThan(1);
    await expect.poll(() => below.filter(isRunning), { timeout: AT_ONCE_MS }).toEqual([]);
    const before = eventsOf(state);
    expect((await rehearsal.nightshift(["log", "verify"])).code).toBe(0);
    // What the first night had in work is not known: it is tried again, and costs no try.
    await completes(rehearsal, ["lost", "hang"]);
    expect(eventsOf(state).slice(0, before.length)).toEqual(before);
  },
);
