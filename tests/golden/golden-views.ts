import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { historyViews, workingViews } from "@nightshift/infra/every-view";
import { memoryReader } from "@nightshift/projections/memory-reader";
import { memoryTables } from "@nightshift/projections/memory-tables";
import { rebuild } from "@nightshift/projections/replay";
import type { Recorded } from "@nightshift/protocol/envelope";
import { canonical } from "./canonical.ts";

/** What a log makes of each view, by the view's name: one line of text each. */
export type GoldenViews = Map<string, string>;

/** Where the views of a version's golden log are written down. */
export function viewsPath(version: number): string {
  return join(import.meta.dirname, `v${version}`, "views.ndjson");
}

/** Every view of a log as today's folds make it: working views whole, tables row by row. */
export async function viewsOf(log: readonly Recorded[]): Promise<GoldenViews> {
  const runner = await rebuild(memoryReader(log), workingViews);
  const tables = memoryTables(historyViews);
  for (const recorded of log) tables.apply(recorded);
  const working = workingViews.map((one) => lineOf(one, runner.view(one)));
  const history = historyViews.map((one) =>
    lineOf(one, Object.fromEntries(one.tables.map(({ name }) => [name, tables.rows(name)]))),
  );
  return new Map([...working, ...history]);
}

/** What was written down of a version's views. */
export function writtenViews(version: number): GoldenViews {
  if (!existsSync(viewsPath(version))) return new Map();
  const lines = readFileSync(viewsPath(version), "utf8").trimEnd().split("\n");
  return new Map(lines.map((line): [string, string] => [JSON.parse(line).view, line]));
}

function lineOf(
  { name, version }: { name: string; version: number },
  state: unknown,
): [name: string, line: string] {
  return [name, canonical({ view: name, version, state })];
}
