import type { BacklogRow } from "@nightshift/projections/backlog";
import { DAY_MS } from "@nightshift/protocol/clock";
import type { TaskSpec } from "@nightshift/protocol/task";
import { expect, test } from "vitest";
import { rank, type Outlook } from "./select.ts";

const spec: TaskSpec = {
  name: "T-1",
  title: "t",
  text: "",
  repo: "r",
  category: "capability",
  priority: 3,
  output: "code",
  success: [],
  scope: [],
  tags: [],
  model: null,
  dependsOn: [],
  drops: [],
  parent: null,
  depth: 0,
  source: "director",
};

function row(task: string, patch: Partial<TaskSpec> = {}, given: Partial<BacklogRow> = {}) {
  return {
    task,
    spec: { ...spec, ...patch },
    status: "open",
    generation: 0,
    tries: 0,
    proposedAtMs: 0,
    claimedAtMs: null,
    notBeforeMs: null,
    question: null,
    critique: null,
    children: [],
    parent: null,
    epoch: 0,
    ...given,
  } satisfies BacklogRow;
}

const outlook: Outlook = {
  nowMs: 10 * DAY_MS,
  weights: new Map(),
  tokensByCategory: new Map(),
  weekTokens: 1_000_000,
  meanScore: () => undefined,
  isDone: () => false,
  settings: { stalenessRatePerDay: 0.05, saturationShare: 0.3 },
};
const order = (rows: BacklogRow[], patch: Partial<Outlook> = {}) =>
  rank(rows, { ...outlook, ...patch }).map(({ row }) => row.task);

test("the more urgent task comes first", () =>
  expect(order([row("late", { priority: 4 }), row("soon", { priority: 1 })])).toEqual([
    "soon",
    "late",
  ]));

test("age lifts a task, 5 % a day", () =>
  expect(
    order([row("new", {}, { proposedAtMs: 10 * DAY_MS }), row("old", {}, { proposedAtMs: 0 })]),
  ).toEqual(["old", "new"]));

test("a task that waits for another one is not ready, and is when that one is done", () => {
  const rows = [row("child", { dependsOn: ["parent"] })];
  expect(order(rows)).toEqual([]);
  expect(order(rows, { isDone: (task) => task === "parent" })).toEqual(["child"]);
});

test("a category that used its share of the week gets nothing more", () => {
  const rows = [row("a", { category: "meta" }), row("b")];
  expect(order(rows, { tokensByCategory: new Map([["meta", 300_000]]) })).toEqual(["b"]);
  expect(order(rows, { tokensByCategory: new Map([["meta", 299_000]]) })).toEqual(["b", "a"]);
});

test("a category with more weight goes first", () =>
  expect(
    order([row("a", { category: "ops" }), row("b", { category: "revenue" })], {
      weights: new Map([
        ["ops", 0.2],
        ["revenue", 0.8],
      ]),
    }),
  ).toEqual(["b", "a"]));

test("a category that scored well is expected to again; one without a record counts as good", () => {
  const rows = [
    row("weak", { category: "content" }),
    row("unknown"),
    row("fine", { category: "ops" }),
  ];
  const meanScore = (category: string) => ({ content: 4, ops: 9 })[category];
  expect(order(rows, { meanScore })).toEqual(["fine", "unknown", "weak"]);
});

test("what may not be claimed before a time is left out until then", () => {
  const rows = [row("held", {}, { notBeforeMs: 11 * DAY_MS })];
  expect(order(rows)).toEqual([]);
  expect(order(rows, { nowMs: 11 * DAY_MS })).toEqual(["held"]);
});

test("only open tasks are candidates", () =>
  expect(
    order([
      row("a", {}, { status: "claimed" }),
      row("b", {}, { status: "parked" }),
      row("c", {}, { status: "split" }),
    ]),
  ).toEqual([]));

test("equals go by age, then by id", () =>
  expect(
    order([row("b"), row("a"), row("c", {}, { proposedAtMs: -1 })], {
      settings: { stalenessRatePerDay: 0, saturationShare: 0.3 },
    }),
  ).toEqual(["c", "a", "b"]));
