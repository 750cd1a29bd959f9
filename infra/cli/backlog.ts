import { backlog, type BacklogRow } from "@nightshift/projections/backlog";
import type { Line } from "@nightshift/projections/digest/terminal";
import { count, moment } from "@nightshift/projections/words/plain";
import { repos } from "@nightshift/projections/repos";
import { shifts } from "@nightshift/projections/shifts";
import type { House } from "../house.ts";
import { inOrder, type Placed } from "./order.ts";
import { questionLines } from "./question.ts";
import { session } from "./session.ts";
import { table } from "./table.ts";
import { print, printJson, tell } from "./terminal.ts";

/** `nightshift backlog`: the order of the night, and what each of the others waits for. */
export function backlogVerb({ json }: { json?: boolean }) {
  return session(async (house) => {
    const { tasks } = house.runner.view(backlog);
    const placed = await inOrder(house, tasks.values());
    if (json) {
      printJson(placed.map((one) => plainTask(house, one)));
    } else if (placed.length === 0) {
      tell("plain", 'The backlog is empty. Add to it: nightshift add "<what to do>"');
    } else print(linesOf(house, placed));
  });
}

function linesOf(house: House, placed: readonly Placed[]): Line[] {
  const several = new Set(placed.map(({ row }) => row.spec.repo)).size > 1;
  const rows = placed.map((one) => {
    const { row, order } = one;
    const { spec } = row;
    const repo = several ? [house.runner.view(repos).get(spec.repo)?.name ?? spec.repo] : [];
    const place = order === null ? "" : String(order);
    return [place, `P${spec.priority}`, spec.name, ...repo, spec.title, waitsFor(house, one)];
  });
  const columns = [
    { title: "#", right: true as const },
    { title: "" },
    { title: "TASK" },
    ...(several ? [{ title: "REPOSITORY" }] : []),
    { title: "TITLE", takesTheRest: true as const },
    { title: "" },
  ];
  const questions = questionsOf(placed.map(({ row }) => row));
  if (questions.length === 0) return table(columns, rows);
  return [...table(columns, rows), { tone: "plain", text: "" }, ...questions];
}

/** In a few words: why it is not done yet. */
export function waitsFor(house: House, { row, dependsOn, order }: Placed): string {
  const { timeZone } = house.config;
  switch (row.status) {
    case "claimed": {
      const { status } = house.runner.view(shifts);
      if (status !== "running" && status !== "paused") return "half done; the next night goes on";
      return `in work since ${moment(row.claimedAtMs ?? 0, timeZone)}`;
    }
    case "parked":
      return "needs your answer";
    case "split":
      return `waits for its ${count(row.children.length, "part")}`;
    case "open":
    case "proposed": {
      if (dependsOn.length > 0) {
        return `after ${dependsOn.join(", ")}`;
      }
      if (row.notBeforeMs !== null && order === null)
        return `not before ${moment(row.notBeforeMs, timeZone)}`;
      if (row.tries > 0) return `tried ${count(row.tries, "time")}`;
      return row.status === "open" ? "ready" : "new";
    }
  }
}

/** What only the director can say, and the command that says it. */
export function questionsOf(rows: readonly BacklogRow[]): Line[] {
  const parked = rows.filter(({ status, question }) => status === "parked" && question !== null);
  if (parked.length === 0) return [];
  return [
    { tone: "title", text: `For you to answer (${parked.length})` },
    ...parked.flatMap(({ task, spec, question }) =>
      questionLines(task, spec.name, question ?? "", null),
    ),
  ];
}

function plainTask(house: House, placed: Placed) {
  const { task, spec, status, generation, tries, notBeforeMs, question, critique } = placed.row;
  const { order, worth, dependsOn } = placed;
  const waits = { status, waitsFor: waitsFor(house, placed), dependsOn, notBeforeMs, question };
  return { order, worth, task, ...waits, generation, tries, critique, spec };
}
