import type { Line } from "@nightshift/projections/digest/terminal";
import type { House } from "../house.ts";
import { questionsOf, waitsFor } from "./backlog.ts";
import type { Planned } from "./dry-run.ts";
import type { Placed } from "./order.ts";
import type { Preview } from "./preview.ts";
import { notTonight } from "./preview-lines.ts";
import { table } from "./table.ts";

/** What would run, in its order, and what waits for something else than the director. */
export function placedLines(house: House, placed: readonly Placed[]): Line[] {
  const now = placed.filter(({ order }) => order !== null);
  const later = placed.filter(({ order, row }) => order === null && row.status !== "parked");
  const runs = now.map(({ order, row }) => [
    String(order),
    `P${row.spec.priority}`,
    row.spec.name,
    row.spec.title,
    row.spec.category,
  ]);
  const columns = [
    { title: "#", right: true as const },
    { title: "" },
    { title: "TASK" },
    { title: "TITLE", takesTheRest: true as const },
    { title: "CATEGORY" },
  ];
  const waits = later.map((one) => [one.row.spec.name, one.row.spec.title, waitsFor(house, one)]);
  const waiting = [
    { title: "LATER" },
    { title: "TITLE", takesTheRest: true as const },
    { title: "" },
  ];
  const first: Line[] =
    now.length > 0
      ? [{ tone: "title", text: `Tonight, in this order (${now.length})` }, ...table(columns, runs)]
      : [{ tone: "ask", text: 'Nothing would run tonight. Add: nightshift add "<what to do>"' }];
  return later.length === 0 ? first : [...first, blank, ...table(waiting, waits)];
}

/** What would not run, why, and the question that would admit each. */
export function leftLines(
  evenings: readonly Planned[],
  placed: readonly Placed[],
  previews: readonly Preview[],
): Line[] {
  const inFile = new Map(
    evenings.flatMap(({ repository, proposals }) => {
      const unknown = proposals.filter(({ change }) => change === "new");
      return unknown.map(({ task }) => [task, repository.config.backlog] as const);
    }),
  );
  const left = notTonight(previews, (task) => inFile.get(task) ?? null);
  const parked = questionsOf(placed.map(({ row }) => row));
  return [
    ...(left.length > 0 ? [blank, ...left] : []),
    ...(parked.length > 0 ? [blank, ...parked] : []),
    blank,
    { tone: "quiet", text: "Nothing was changed. Begin: nightshift run" },
  ];
}

const blank: Line = { tone: "plain", text: "" };
