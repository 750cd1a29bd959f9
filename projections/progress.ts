import type { Row } from "./history.ts";
import { markdown } from "./words/markdown.ts";
import { dollars, plain } from "./words/plain.ts";

/** Where a task stands, and what it took. */
export type ProgressRow = {
  name: string;
  title: string;
  repo: string;
  status: string;
  tries: number;
  /** Of the latest gate, 0 to 10. */
  score: number | null;
  /** All steps of all attempts; what is not known counts as it was reserved. */
  costMicroUsd: number;
};

/**
 * Every task that was ever proposed, by its id, in the order of their proposal (A11).
 * @param tasks Rows of the table `tasks`.
 * @param spend Rows of the table `spend`, or sums of them by task.
 */
export function progressOf(
  tasks: readonly Row[],
  spend: readonly Row[],
): ReadonlyMap<string, ProgressRow> {
  const costs = new Map<string, number>();
  for (const { task, cost_micro_usd } of spend) {
    const known = costs.get(String(task)) ?? 0;
    costs.set(String(task), known + Number(cost_micro_usd ?? 0));
  }
  const place = ({ first_position }: Row) => BigInt(first_position ?? 0);
  const proposed = tasks.filter(({ name }) => name !== null);
  const ordered = proposed.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
  return new Map(ordered.map((row) => [String(row["task"]), progressIn(row, costs)]));
}

function progressIn(row: Row, costs: ReadonlyMap<string, number>): ProgressRow {
  const { task, name, title, repo, standing, tries, score } = row;
  return {
    name: String(name),
    title: String(title),
    repo: String(repo),
    status: String(standing),
    tries: Number(tries ?? 0),
    score: typeof score === "number" ? score : null,
    costMicroUsd: costs.get(String(task)) ?? 0,
  };
}

const STATUS_CHARS_MAX = 120;
const TITLE_CHARS_MAX = 100;

/** PROGRESS.md of one repository; nothing in it is markup that someone else wrote (I11). */
export function progressText(tasks: ReadonlyMap<string, ProgressRow>, repo: string): string {
  const rows = [...tasks.values()].filter((row) => row.repo === repo);
  const done = rows.filter(({ status }) => status.startsWith("done")).length;
  const lines = rows.map((row) => {
    const score = row.score === null ? "–" : row.score.toFixed(1);
    const cells = [
      markdown(plain(row.name, TITLE_CHARS_MAX)),
      markdown(plain(row.title, TITLE_CHARS_MAX)),
      markdown(plain(row.status, STATUS_CHARS_MAX)),
      String(row.tries),
      score,
      dollars(row.costMicroUsd),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "# Progress",
    "",
    `${done} of ${rows.length} tasks done. Written by Night Shift; what you write here is lost.`,
    "",
    "| Task | Title | Status | Tries | Score | Cost |",
    "| --- | --- | --- | ---: | ---: | ---: |",
    ...lines,
    "",
  ].join("\n");
}
