import { stateOf, eventsOf, ofType, type RawEvent } from "../../night/kept.ts";
import { afterEach, expect, test } from "vitest";
import { BRANCHES, ON_THE_SAME_LINE, openEvening, RED_TOGETHER, type Evening } from "./branches.ts";

const RUN_MS = 120_000;
const TEST_MS = 400_000;
/**
 * Where the night dies, one after the other, before it is left to finish: four places in the suite,
 * `QUEUE_KILLS=all` all of them.
 */
const EVERY_KILL = [
  "append:repo.merge-intended:before",
  "append:repo.merge-intended:after",
  "effect:move-ref:before#3",
  "append:repo.merged:before",
  "append:repo.merged:after",
  "effect:move-ref:after#2",
  "append:repo.merge-failed:after",
  "append:task.completed:after#2",
  "append:attempt.integrated:before#3",
];
const SOME_KILLS = [
  "append:repo.merge-intended:after",
  "append:repo.merged:before",
  "effect:move-ref:after#2",
  "append:repo.merge-failed:after",
];
const KILLS = process.env["QUEUE_KILLS"] === "all" ? EVERY_KILL : SOME_KILLS;

const open: Evening[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
}, RUN_MS);

const all = Array.from({ length: BRANCHES }, (_, branch) => branch);

function run(evening: Evening, failpoint?: string) {
  const env = failpoint === undefined ? {} : { NIGHTSHIFT_FAILPOINT: failpoint };
  return evening.who.nightshift(["run"], { env, wallMs: RUN_MS });
}

/** Holds the night against what has to come of it, by git and the raw log alone. */
async function holds(evening: Evening): Promise<RawEvent[]> {
  const { who } = evening;
  const events = eventsOf(stateOf(who.root));
  const merged = ofType(events, "repo.merged").map(({ body }) => String(body["attempt"]));
  expect(new Set(merged).size).toBe(merged.length);
  const isIn = (branch: number) => merged.includes(evening.attemptOf(branch));
  const out = all.filter((branch) => !isIn(branch));
  // One of those on the same line gets in, and two of those that break together; all others do.
  expect(ON_THE_SAME_LINE.filter(isIn)).toHaveLength(1);
  expect(RED_TOGETHER.filter(isIn)).toHaveLength(2);
  expect(out).toHaveLength(6);
  // Wherever the target stood, and what is behind it.
  const behind = (await who.git("rev-list", "main..nightshift/main")).split("\n");
  for (const commit of behind) expect(await evening.isGreen(commit), commit).toBe(true);
  const target = await who.git("rev-list", "nightshift/main");
  const inTarget = all.filter((branch) => target.includes(evening.commitOf(branch)));
  expect(inTarget).toEqual(all.filter(isIn));
  // Whoever did not get in was named, and why; nobody else was.
  const first = new Set(all.map(evening.attemptOf));
  const failed = ofType(events, "repo.merge-failed").filter(
    ({ body }) => first.has(String(body["attempt"])) && body["reason"] !== "moved",
  );
  const named = (reason: string) =>
    failed.filter(({ body }) => body["reason"] === reason).map(({ body }) => body["attempt"]);
  const lost = (group: readonly number[]) =>
    new Set(group.filter((branch) => !isIn(branch)).map(evening.attemptOf));
  expect(new Set(named("conflict"))).toEqual(lost(ON_THE_SAME_LINE));
  expect(new Set(named("regression"))).toEqual(lost(RED_TOGETHER));
  expect(await who.git("status", "--porcelain")).toBe("");
  return events;
}

test(
  "thirty branches, five conflicts and three that break only together: all that fits is merged",
  { timeout: TEST_MS },
  async () => {
    const evening = await openEvening();
    open.push(evening);
    const { code, stderr } = await run(evening);
    expect(code, stderr).toBe(0);
    const events = await holds(evening);
    const culprit = ofType(events, "repo.merge-failed").find(
      ({ body }) => body["reason"] === "regression",
    );
    const detail = String(culprit?.body["detail"]);
    const others = RED_TOGETHER.map(evening.attemptOf).filter(
      (attempt) => attempt !== culprit?.body["attempt"],
    );
    for (const attempt of others) expect(detail).toContain(attempt);
    // Together they cost fewer runs than one each.
    expect(evening.testRuns()).toBeLessThan(BRANCHES);
  },
);

test(
  "killed at every step of a merge, the queue loses nothing and lands nothing twice",
  { timeout: TEST_MS },
  async () => {
    const evening = await openEvening();
    open.push(evening);
    const killed: string[] = [];
    for (const failpoint of KILLS) {
      const { code, stderr } = await run(evening, failpoint);
      if (code === null) killed.push(failpoint);
      else expect(code, `${failpoint}: ${stderr}`).toBe(0);
    }
    // The later ones may find that all is done.
    expect(killed.length).toBeGreaterThanOrEqual(KILLS.length / 2);
    const { code, stderr } = await run(evening);
    expect(code, stderr).toBe(0);
    await holds(evening);
    expect((await evening.who.nightshift(["log", "verify"])).code).toBe(0);
  },
);
