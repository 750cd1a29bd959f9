import { expect, test } from "vitest";
import type { NightEvent } from "@nightshift/protocol/events";
import { conversations } from "./conversations.ts";
import { BLOB, OTHER_COMMIT, proposed } from "./example-night.ts";
import type { Cell, HistoryView, RowChange, TableSpec } from "./history.ts";
import { knowledge } from "./knowledge.ts";
import { ledger } from "./ledger.ts";
import { scores } from "./scores.ts";
import { spend } from "./spend.ts";
import { wholeNight } from "./whole-night.ts";
import { viewOf, writeLog, type Entry } from "./written-log.ts";

type Table = Map<string, Record<string, Cell>>;

/** The rows a history view leaves in a table, kept in memory by the rules of history.ts. */
function tableOf<E extends NightEvent>(
  view: HistoryView<E>,
  name: string,
  entries: readonly Entry[],
): Table {
  const tables = new Map(view.tables.map((spec) => [spec.name, new Map()]));
  const fold = {
    name: view.name,
    version: view.version,
    reads: view.reads,
    initial: (): Map<string, Table> => tables,
    apply: (rows: Map<string, Table>, recorded: Parameters<typeof view.apply>[0]) => {
      for (const change of view.apply(recorded)) write(rows, view.tables, change);
    },
  };
  return viewOf(fold, writeLog(entries)).get(name) ?? new Map();
}

function write(tables: Map<string, Table>, specs: readonly TableSpec[], change: RowChange): void {
  const spec = specs.find(({ name }) => name === change.table);
  expect(spec?.key.toSorted()).toEqual(Object.keys(change.key).toSorted());
  for (const column of Object.keys(change.values ?? {}))
    expect(Object.keys(spec?.columns ?? {})).toContain(column);
  const rows = tables.get(change.table);
  const id = spec?.key.map((column) => String(change.key[column])).join(" ") ?? "";
  const row = { ...change.key, ...rows?.get(id) };
  if (change.op === "delete") rows?.delete(id);
  if (change.op === "upsert") rows?.set(id, { ...row, ...change.values });
  if (change.op !== "increment") return;
  for (const [column, by] of Object.entries(change.values))
    row[column] = Number(row[column] ?? 0) + by;
  rows?.set(id, row);
}

test("the ledger has one row a task, with its last score and all its work", () => {
  const rows = tableOf(ledger, "tasks", wholeNight);
  expect(rows.size).toBe(10);
  expect(rows.get("again")).toMatchObject({
    status: "done",
    outcome: "merged",
    tries: 1,
    score: 8.2,
    decision: "accepted",
    work_cost_micro_usd: 84_000,
    work_tokens: 27_000,
    model: "sonnet",
    branch: "nightshift/again",
    commit_id: OTHER_COMMIT,
    first_position: "5",
  });
  expect(rows.get("limited")).toMatchObject({ status: "done", tries: 0 });
  expect(rows.get("report")).toMatchObject({ outcome: "filed", report: "report/report-g1.md" });
  expect(rows.get("vague")).toMatchObject({ status: "parked", question: "What is done?" });
  expect(rows.get("twice")).toMatchObject({ status: "refused", outcome: "already-done" });
  expect(rows.get("large")).toMatchObject({ status: "split", work_tokens: 0 });
});

test("scores have one row an attempt, both scores apart", () => {
  const rows = tableOf(scores, "attempts", wholeNight);
  expect(rows.get("again-g1")).toMatchObject({
    task: "again",
    generation: 1,
    category: "capability",
    model: "sonnet",
    family: "claude",
    judge_family: "gpt",
    context_tokens: 12_000,
    heuristic: 3,
    judge: 3,
    decision: "rejected",
    reasons: '["low-score"]',
    ended: "failed",
    failure: "rejected",
    truncated: 0,
  });
  expect(rows.get("unsafe-g1")).toMatchObject({ flagged: 1 });
  expect(rows.get("limited-g1")).toMatchObject({ ended: "deferred" });
  expect(rows.get("good-g1")).toMatchObject({ ended: "merged", propensity: 0.8 });
});

test("a conversation tells who asked whom, and how it ended", () => {
  const at = "call-c1";
  const sent: Entry = [
    at,
    {
      type: "call.sent",
      from: "dispatcher",
      to: "coder",
      skill: "implement",
      task: "a",
      attempt: "a-g1",
      request: BLOB,
    },
  ];
  const working: Entry = [at, { type: "call.working", note: "reading" }];
  const finished: Entry = [
    at,
    { type: "call.finished", state: "completed", answer: BLOB, detail: "", durationMs: 9 },
  ];
  expect(tableOf(conversations, "calls", [sent, working]).get("c1")).toMatchObject({
    state: "working",
    note: "reading",
  });
  expect(tableOf(conversations, "calls", [sent, working, finished]).get("c1")).toMatchObject({
    from_agent: "dispatcher",
    to_agent: "coder",
    skill: "implement",
    task: "a",
    state: "completed",
    duration_ms: 9,
    first_position: "1",
    last_position: "3",
  });
});

test("a conversation tells what guests asked, and what was said in an auction", () => {
  const received: Entry = [
    "call-s1",
    {
      type: "call.received",
      from: "visitor",
      to: "dispatcher",
      skill: "propose",
      context: "their-word",
      message: "m-1",
      request: { json: "{}" },
      server: "here",
      heldUntilMs: 1,
    },
  ];
  const ended: Entry = [
    "call-s1",
    { type: "call.ended", state: "rejected", detail: "over-budget: no more", durationMs: 9 },
  ];
  const at = "attempt-a-g1";
  const announced: Entry = [at, { type: "attempt.announced", skill: "implement", worstTokens: 1 }];
  const terms = { priceMicroUsd: 1, etaMs: 1, merit: 7 };
  const bid: Entry = [at, { type: "attempt.bid", agent: "coder", model: "m", ...terms }];
  const choice = { account: "a", genome: "g", propensity: 1, reason: "auction" as const };
  const awarded: Entry = [at, { type: "attempt.awarded", agent: "coder", model: "m", ...choice }];
  const rows = tableOf(conversations, "calls", [received, ended, announced, bid, awarded]);
  expect(rows.get("s1")).toMatchObject({ from_agent: "visitor", state: "rejected", request: null });
  const said = [...rows.values()].slice(1);
  expect(said.map(({ from_agent, to_agent, skill }) => [from_agent, to_agent, skill])).toEqual([
    ["dispatcher", "*", "announce"],
    ["coder", "dispatcher", "bid"],
    ["dispatcher", "coder", "award"],
  ]);
});

test("what is known of a repository joins pitfalls, modules and merges by attempt", () => {
  const attempts = tableOf(knowledge, "knowledge_attempts", wholeNight);
  expect(attempts.get("again-g2")).toMatchObject({ repo: "lib-1", merged: 1 });
  expect(attempts.get("again-g1")).toMatchObject({ repo: "lib-1", merged: 0 });
  const pitfalls = [...tableOf(knowledge, "knowledge_pitfalls", wholeNight).values()];
  expect(pitfalls.filter(({ attempt }) => attempt === "again-g1")).toMatchObject([
    { kind: "critique", text: "Tests fail." },
  ]);
  expect(pitfalls.filter(({ kind }) => kind === "failure")).toMatchObject([
    { attempt: "silent-g1", text: "hang: silent for 5 minutes" },
  ]);
  const files = tableOf(knowledge, "knowledge_files", wholeNight);
  expect(files.get("good-g1 src/parse/a.ts")).toMatchObject({
    module: "src/parse",
    added_lines: 4,
  });
});

test("spend has one row a reservation, by task and attempt", () => {
  const rows = tableOf(spend, "spend", wholeNight);
  expect(rows.get("good-g1-implement")).toMatchObject({
    task: "good",
    attempt: "good-g1",
    week: "2026w47",
    state: "settled",
    worst_micro_usd: 500_000,
    cost_micro_usd: 42_000,
    cost_kind: "billed",
  });
  expect(rows.get("silent-g1-implement")).toMatchObject({ state: "reserved" });
});

test("a history view is a function of the one event it is shown", () => {
  const [recorded] = writeLog(proposed("a"));
  if (recorded?.event.type !== "task.proposed") throw new Error("not proposed");
  const { event } = recorded;
  expect(ledger.apply({ ...recorded, event })).toEqual(ledger.apply({ ...recorded, event }));
});
