import { expect, test } from "vitest";
import { accounts } from "./accounts.ts";
import { allocation } from "./allocation.ts";
import { attempts } from "./attempts.ts";
import {
  begun,
  COMMIT,
  failed,
  inReview,
  OTHER_COMMIT,
  returned,
  worked,
} from "./example-night.ts";
import { genomes } from "./genomes.ts";
import { GUIDANCE_KEPT, learning, REFLECTIONS_KEPT } from "./learning.ts";
import { projects } from "./projects.ts";
import { repos } from "./repos.ts";
import { reviews } from "./reviews.ts";
import { roster } from "./roster.ts";
import { settingsInForce } from "./settings-in-force.ts";
import { shifts } from "./shifts.ts";
import { viewOf, writeLog, START_MS, type Entry } from "./written-log.ts";

const on =
  (stream: string) =>
  (event: Entry[1]): Entry => [stream, event];

test("an account is held until it is opened again", () => {
  const account = on("account-claude-1");
  const known = account({
    type: "account.registered",
    name: "claude",
    provider: "anthropic",
    kind: "subscription",
  });
  const held = account({ type: "account.held", untilMs: 7, reason: "limit", epoch: 1 });
  const window = account({
    type: "account.window-observed",
    window: "5h",
    usedPercent: 80,
    resetsAtMs: 7,
  });
  const log = writeLog([known, held, window]);
  const shown = viewOf(accounts, log).get("claude-1");
  expect(shown).toMatchObject({ name: "claude", kind: "subscription", heldUntilMs: 7 });
  expect(shown?.reason).toBe("limit");
  expect(shown?.usage.windows.get("5h")).toMatchObject({ usedPercent: 80, resetsAtMs: 7 });
  const opened = writeLog([known, held, account({ type: "account.reopened" })]);
  expect(viewOf(accounts, opened).get("claude-1")).toMatchObject({ heldUntilMs: null });
});

test("an adjustment replaces all weights", () => {
  const adjust = (weights: Record<string, number>): Entry =>
    on("allocation-director")({
      type: "allocation.adjusted",
      loop: "fast",
      weights,
      rationale: "x",
      evidence: [],
    });
  const { weights } = viewOf(allocation, writeLog([adjust({ a: 1 }), adjust({ b: 0.4 })]));
  expect(weights).toEqual(new Map([["b", 0.4]]));
});

test("an attempt is open until it has its end, whatever its task does", () => {
  const open = viewOf(attempts, writeLog([...begun("a"), ...worked("a")]));
  expect(open.get("a-g1")).toEqual({
    task: "a",
    generation: 1,
    stage: "gated",
    model: "sonnet",
    agent: "coder",
    startedAtMs: START_MS + 60_000,
  });
  const [taskReturned, attemptFailed] = returned("a");
  const log = [...begun("a"), ...(taskReturned ? [taskReturned] : [])];
  expect(viewOf(attempts, writeLog(log)).size).toBe(1);
  const ended = [...log, ...(attemptFailed ? [attemptFailed] : [])];
  expect(viewOf(attempts, writeLog(ended)).size).toBe(0);
});

test("a guest's approval outlives its session, and word of an old session ends no new one", () => {
  const agent = on("agent-guest-1");
  const join = (session: string): Entry =>
    agent({
      type: "agent.joined",
      name: "guest",
      standing: "guest",
      skills: ["implement"],
      card: "a".repeat(64),
      binding: "websocket",
      session,
    });
  const left = (session: string): Entry => agent({ type: "agent.left", session });
  const approved = agent({ type: "agent.approved", by: "director" });
  const see = (...entries: Entry[]) => viewOf(roster, writeLog(entries)).get("guest");
  expect(see(join("s1"))).toMatchObject({ approved: false, session: "s1" });
  expect(see(join("s1"), approved, left("s1"))).toMatchObject({ approved: true, session: null });
  expect(see(join("s1"), approved, join("s2"), left("s1"))).toMatchObject({
    approved: true,
    session: "s2",
  });
});

test("a repository shows its locks and the merge it is in the middle of", () => {
  const repo = on("repo-lib-1");
  const entries: Entry[] = [
    repo({
      type: "repo.registered",
      name: "lib",
      path: "/lib",
      target: "nightshift/main",
      testCommand: "npm test",
      policy: "when-green",
    }),
    repo({ type: "repo.locked", task: "a", epoch: 1, scope: ["src/**"] }),
    repo({
      type: "repo.merge-intended",
      attempt: "a-g1",
      branch: "nightshift/a",
      target: "nightshift/main",
      old: COMMIT,
      new: OTHER_COMMIT,
      testsPassed: 12,
      approvedBy: "gate",
      epoch: 1,
    }),
  ];
  const during = viewOf(repos, writeLog(entries)).get("lib-1");
  expect(during?.locks).toEqual(new Map([["a", ["src/**"]]]));
  expect(during?.intended).toMatchObject({ attempt: "a-g1", old: COMMIT, new: OTHER_COMMIT });
  const target = "nightshift/main";
  const done: Entry[] = [
    repo({ type: "repo.merged", attempt: "a-g1", target, old: COMMIT, new: OTHER_COMMIT }),
    repo({ type: "repo.unlocked", task: "a" }),
  ];
  const after = viewOf(repos, writeLog([...entries, ...done])).get("lib-1");
  expect(after).toMatchObject({ intended: null, locks: new Map() });
});

test("a project that is sent back is in the earlier phase and not ready", () => {
  const project = on("project-site-1");
  const stages = [
    { name: "dev", role: "dev", exit: "tests pass" },
    { name: "qa", role: "qa", exit: "no bugs" },
  ];
  const entries: Entry[] = [
    project({ type: "project.added", name: "site", repo: "lib-1", stages }),
    project({ type: "project.phase-entered", phase: "qa" }),
    project({ type: "project.sent-back", from: "qa", to: "dev", reason: "a test fails" }),
  ];
  const view = viewOf(projects, writeLog(entries)).get("site-1");
  expect(view).toMatchObject({ phase: "dev", ready: false, sentBack: "a test fails" });
  const ready = viewOf(projects, writeLog([...entries, project({ type: "project.ready" })]));
  expect(ready.get("site-1")).toMatchObject({ ready: true, phase: null, sentBack: null });
});

test("a genome keeps the means of its evaluations", () => {
  const genome = on("genome-g-1");
  const genes = {
    model: null,
    outputTokensMax: 8_000,
    promptStyle: "plain",
    contextDepth: 1,
    continuationsMax: 0,
    scope: "normal",
  } as const;
  const evaluated = (quality: number, fitness: number): Entry =>
    genome({
      type: "genome.evaluated",
      attempt: "a-g1",
      quality,
      tokenEfficiency: 0.5,
      merged: true,
      fitness,
    });
  const life = [
    genome({ type: "genome.seeded", category: "capability", genes, island: "explorers" }),
    evaluated(0.8, 0.6),
    evaluated(0.4, 0.2),
  ];
  const view = viewOf(genomes, writeLog(life)).get("g-1");
  expect(view).toMatchObject({ retired: false, inducted: false, genes });
  const retired = genome({ type: "genome.retired", reason: "bottom third" });
  expect(viewOf(genomes, writeLog([...life, retired])).size).toBe(0);
  const inducted = genome({ type: "genome.inducted", mean: 9 });
  expect(viewOf(genomes, writeLog([...life, inducted, retired])).get("g-1")).toMatchObject({
    retired: true,
    inducted: true,
  });
  expect(view?.evaluations.n).toBe(2);
  expect(view?.evaluations.meanFitness).toBeCloseTo(0.4);
  expect(view?.evaluations.meanScore).toBeCloseTo(6);
});

test("learning keeps the last reflections and valid guidance, with their events", () => {
  const guidance = on("guidance-capability");
  const reflect = (n: number): Entry =>
    guidance({
      type: "guidance.reflected",
      category: "capability",
      attempt: `a-g${n}`,
      text: `no ${n}`,
      score: 3,
    });
  const give = (text: string, expiresAtMs: number): Entry =>
    guidance({ type: "guidance.given", category: "capability", text, by: "me", expiresAtMs });
  const many = Array.from({ length: REFLECTIONS_KEPT + 5 }, (_, n) => reflect(n + 1));
  const log = writeLog([give("over", START_MS + 1), ...many, give("holds", START_MS * 2)]);
  const view = viewOf(learning, log);
  expect(view.reflections.get("capability")).toHaveLength(REFLECTIONS_KEPT);
  expect(view.reflections.get("capability")?.at(-1)?.event).toBe(log.at(-2)?.id);
  expect(view.guidance.get("capability")?.map(({ text }) => text)).toEqual(["holds"]);
  const flood = Array.from({ length: GUIDANCE_KEPT + 9 }, () => give("x", START_MS * 2));
  const kept = viewOf(learning, writeLog(flood)).guidance.get("capability");
  expect(kept).toHaveLength(GUIDANCE_KEPT);
});

test("a policy counts once it is adopted, and its roll-back restores what stood before", () => {
  const propose = (id: string, from: number, to: number): Entry =>
    on(`policy-${id}`)({
      type: "policy.proposed",
      key: "splitOverTokens",
      from,
      to,
      signal: "truncation",
      rationale: "too many cut off",
      evidence: ["e"],
    });
  const adopt = (id: string): Entry =>
    on(`policy-${id}`)({ type: "policy.adopted", rationale: "it helps" });
  const back = (id: string): Entry =>
    on(`policy-${id}`)({ type: "policy.rolled-back", rationale: "it does not" });
  const see = (...entries: Entry[]) => viewOf(settingsInForce, writeLog(entries));
  expect(see(propose("p1", 8_000, 9_000)).open.get("p1")?.status).toBe("proposed");
  const first = [propose("p1", 8_000, 9_000), adopt("p1")];
  expect(see(...first).adopted.get("splitOverTokens")).toBe(9_000);
  expect(see(...first, back("p1")).adopted.size).toBe(0);
  const second = [...first, propose("p2", 9_000, 10_000), adopt("p2")];
  expect(see(...second, back("p2")).adopted.get("splitOverTokens")).toBe(9_000);
  expect(see(...first, propose("p3", 9_000, 7_000), back("p3")).adopted.size).toBe(1);
});

test("a review is open until the director has spoken and it is merged", () => {
  const review = on("review-a-g1");
  const approve = review({ type: "review.approved", by: "director" });
  const see = (...entries: Entry[]) => viewOf(reviews, writeLog([...inReview("a"), ...entries]));
  expect(see().get("a-g1")?.status).toBe("waiting");
  expect(see(approve).get("a-g1")?.status).toBe("approved");
  expect(see(approve, review({ type: "review.merged", commit: COMMIT })).size).toBe(0);
  expect(see(review({ type: "review.rejected", by: "director", why: "no" })).size).toBe(0);
});

test("the shift of now forgets why the last one paused and ended", () => {
  const shift = on("shift-director");
  const start = (number: number): Entry =>
    shift({ type: "shift.started", number, untilMs: null, timeZone: "UTC", sandbox: "bubblewrap" });
  const see = (...entries: Entry[]) => viewOf(shifts, writeLog(entries));
  const elected = shift({ type: "shift.leader-elected", leader: "host", epoch: 4, atMs: 1 });
  const cycle = shift({ type: "shift.cycle-started", cycle: 2, epoch: 4, atMs: 2 });
  const paused = shift({ type: "shift.paused", reason: "limit", untilMs: 9 });
  expect(see(elected, start(1), cycle, paused)).toMatchObject({
    status: "paused",
    pausedReason: "limit",
    leader: "host",
    epoch: 4,
    cycle: 2,
  });
  const ended = shift({ type: "shift.ended", reason: "done" });
  expect(see(start(1), paused, ended)).toMatchObject({ status: "ended", endedReason: "done" });
  expect(see(start(1), paused, ended, start(2))).toMatchObject({
    number: 2,
    status: "running",
    endedReason: null,
    pausedReason: null,
  });
});

test("an event without its beginning changes no view and throws nowhere", () => {
  const odd = writeLog([...returned("a"), ...worked("a"), ...failed("a")]);
  expect(viewOf(attempts, odd)).toEqual(new Map());
  const reopened = writeLog([["account-x", { type: "account.reopened" }]]);
  expect(viewOf(accounts, reopened)).toEqual(new Map());
});
