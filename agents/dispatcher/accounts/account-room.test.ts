import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { executed, memoryNight, type MemoryNight } from "../../testing/memory-night.ts";
import type { NightPlan } from "../ports.ts";
import { lead, runShift } from "../shift.ts";

/** A night beside the windows of one account that both models draw on. */
const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });
const work = async ({ ports, plan }: MemoryNight) => runShift(await lead(ports, plan, never()));
const ACCOUNT = "max";
const NIGHT_MS = Date.parse("2026-11-23T23:00:00Z");

function bids() {
  const terms = { account: ACCOUNT, tier: "small" as const, priceMicroUsd: 0, etaMs: 1_000 };
  return [{ model: "model-a", family: "family-a", ...terms }];
}

async function nightWith(
  given: Parameters<typeof memoryNight>[0],
  plan: Partial<NightPlan>,
): Promise<MemoryNight> {
  const bid = ({ skill }: { skill: string }) => ({ bids: skill === "implement" ? bids() : [] });
  const night = await memoryNight({
    ...given,
    startMs: NIGHT_MS,
    answers: { bid, ...given.answers },
    plan: {
      settings: { ...defaultSettings, followUpsMax: 0 },
      accounts: [ACCOUNT],
      day: { from: "08:00", to: "22:00" },
      ...plan,
    },
  });
  const about = { name: ACCOUNT, provider: "anthropic", kind: "subscription" } as const;
  await night.board.handle("account", ACCOUNT, { type: "account.register", ...about });
  const every = { window: "*", lengthMs: null, tokensMax: null, requestsMax: null, resets: null };
  const windows = [{ ...every, keepShare: 0.25 }];
  await night.board.handle("account", ACCOUNT, { type: "account.know-limits", windows });
  return night;
}

async function seen(night: MemoryNight, usedPercent: number, resetsAtMs: number): Promise<void> {
  const window = { window: "seven_day", usedPercent, resetsAtMs, lengthMs: 7 * DAY_MS };
  await night.board.handle("account", ACCOUNT, { type: "account.observe-window", ...window });
}

async function eventsOf(night: MemoryNight, type: string) {
  return (await night.events()).filter(({ event }) => event.type === type);
}

test("eight tasks at one limit lose no try, and the account is held once (G2, I7)", async () => {
  let hits = 0;
  const night = await nightWith(
    {
      repo: { parallelMax: 8, overlap: true },
      answers: {
        implement(input) {
          if (hits++ < 8) {
            const resetsAtMs = NIGHT_MS + HOUR_MS;
            return { status: "limit", account: ACCOUNT, resetsAtMs, spend: null };
          }
          const path = `src/${input.task}.ts`;
          const commit = night.workspace.commit(input.base, { [path]: "export const a = 1;\n" });
          return executed(input, commit, path);
        },
      },
    },
    { day: null },
  );
  for (let n = 1; n <= 8; n++) await night.add({ name: `STORM-${n}`, scope: [`src/${n}.ts`] });
  expect(await work(night)).toBe("backlog-done");
  expect(hits).toBe(16);
  expect(await eventsOf(night, "account.held")).toHaveLength(1);
  expect(await eventsOf(night, "attempt.failed")).toHaveLength(0);
  const released = (await eventsOf(night, "task.released")).map(({ event }) => event);
  expect(released).toHaveLength(8);
  expect(released.every((event) => "reason" in event && event.reason === "deferred")).toBe(true);
  expect(await eventsOf(night, "task.completed")).toHaveLength(8);
  const reasons = (await eventsOf(night, "shift.paused")).map(({ event }) => event);
  expect(reasons).toMatchObject([{ reason: "max is held (limit)" }]);
});

test("a week that keeps its rest for the day pauses the night with the reason and the end", async () => {
  const night = await nightWith({}, { untilMs: NIGHT_MS + 8 * HOUR_MS });
  await seen(night, 60, NIGHT_MS + 4 * DAY_MS);
  await night.add();
  expect(await work(night)).toBe("budget");
  expect(await eventsOf(night, "attempt.started")).toEqual([]);
  const [paused] = await eventsOf(night, "shift.paused");
  expect(paused?.event).toMatchObject({
    reason: expect.stringContaining("seven_day is 60 % used"),
  });
  expect(paused?.event).toMatchObject({ untilMs: expect.any(Number) });
  // Nobody hit a limit, and nothing is held.
  expect(await eventsOf(night, "account.limit-hit")).toEqual([]);
});

test("the honest twin: the same week with room is worked in", async () => {
  const night = await nightWith({}, {});
  await seen(night, 5, NIGHT_MS + 4 * DAY_MS);
  const task = await night.add();
  expect(await work(night)).toBe("backlog-done");
  expect((await eventsOf(night, "task.completed")).map(({ stream }) => stream)).toEqual([
    `task-${task}`,
  ]);
});

test("going on after a reset is the director's to ask for, with a time to stop (G1)", async () => {
  const limited = async (resumeUntilMs: number | null) => {
    let asked = 0;
    const night = await nightWith(
      {
        answers: {
          implement(input) {
            asked += 1;
            if (asked === 1) {
              const resetsAtMs = NIGHT_MS + 2 * HOUR_MS;
              return { status: "limit", account: ACCOUNT, resetsAtMs, spend: null };
            }
            const commit = night.workspace.commit(input.base, { "src/b.ts": "export {};\n" });
            return executed(input, commit, "src/b.ts");
          },
        },
      },
      { day: null, resumeUntilMs },
    );
    await night.add();
    return { reason: await work(night), asked, paused: await eventsOf(night, "shift.paused") };
  };
  const unasked = await limited(null);
  expect(unasked).toMatchObject({ reason: "budget", asked: 1 });
  expect(unasked.paused[0]?.event).toMatchObject({
    reason: "max is held (limit); to go on by itself after a reset is off",
  });
  expect(await limited(NIGHT_MS + HOUR_MS)).toMatchObject({ reason: "budget", asked: 1 });
  expect(await limited(NIGHT_MS + 3 * HOUR_MS)).toMatchObject({ reason: "backlog-done", asked: 2 });
});

test("a network that is gone costs no try, and is looked for less and less often (E2)", async () => {
  let asked = 0;
  const night = await nightWith(
    {
      answers: {
        implement(input) {
          asked += 1;
          if (asked <= 8) {
            const why = "network" as const;
            return { status: "limit", account: ACCOUNT, resetsAtMs: null, why, spend: null };
          }
          const commit = night.workspace.commit(input.base, { "src/b.ts": "export {};\n" });
          return executed(input, commit, "src/b.ts");
        },
      },
    },
    { day: null, resumeUntilMs: null },
  );
  await night.add();
  expect(await work(night)).toBe("backlog-done");
  const holds = await eventsOf(night, "account.held");
  const lengths = holds.map(({ event, atMs }) =>
    "untilMs" in event ? (event.untilMs ?? 0) - atMs : 0,
  );
  expect(lengths.map((ms) => Math.round(ms / 60_000))).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
  expect(await eventsOf(night, "attempt.failed")).toEqual([]);
});
