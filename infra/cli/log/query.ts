import { text } from "node:stream/consumers";
import { count } from "@nightshift/projections/words/plain";
import { BadInput } from "@nightshift/protocol/errors";
import { updateHistory } from "../../history.ts";
import type { House } from "../../house.ts";
import { csvLine } from "../../log/export/csv.ts";
import { asksTables, queryViews } from "../../log/query/catalog.ts";
import { isCluster, shownPlace } from "../../log/place.ts";
import { askLog, type Cell, type Rows } from "../../log/query/query.ts";
import { rowLines } from "./query-lines.ts";
import { session } from "../session.ts";
import { table } from "../table.ts";
import { print, printJson, tell, verb } from "../terminal.ts";

type Options = {
  schema?: boolean;
  rows: number;
  seconds: number;
  csv?: boolean;
  json?: boolean;
};

/** Most rows and seconds that may be asked for. */
const ROWS_MAX = 10_000_000;
const SECONDS_MAX = 3_600;
/** Rows that a person is shown at most, however many were asked for: the table is laid out whole. */
const ROWS_SHOWN_MAX = 10_000;

const PATIENCE_MS = 1_000;

/** `nightshift log query`: SQL over documented views of the log; nothing can be changed by it. */
export function logQuery(sql: string | undefined, options: Options) {
  if (options.schema) return verb(async () => printSchema(sql, options.json ?? false));
  return session(async (house) => {
    mustBeWithin("--rows", options.rows, ROWS_MAX);
    mustBeWithin("--seconds", options.seconds, SECONDS_MAX);
    const query = sql === "-" ? await text(process.stdin) : sql;
    if (query === undefined || query.trim() === "") {
      const mend = "nightshift log query 'SELECT type, count(*) FROM events GROUP BY type'";
      throw new BadInput("no query was given", "log query", mend);
    }
    const rowsMax =
      options.json || options.csv ? options.rows : Math.min(options.rows, ROWS_SHOWN_MAX);
    const rows = await ask(house, query, { rowsMax, wallMs: options.seconds * 1_000 });
    if (options.json) await printObjects(rows);
    else if (options.csv) await printCsv(rows);
    else await printTable(rows);
    if (rows.wasCut()) {
      tell("ask", `Only the first ${count(rowsMax, "row")}; for more: --rows ${rowsMax * 10}`);
    }
  });
}

async function ask(house: House, sql: string, limits: Parameters<typeof askLog>[1]) {
  const { log, tables } = house.paths;
  if (isCluster(log)) throw behindServer(log);
  if (asksTables(sql)) await broughtUp(house);
  return askLog({ log, tables, sql }, limits);
}

/** A log of years takes a minute to be laid out for the first time: only who asks for it waits. */
async function broughtUp(house: House): Promise<void> {
  const patience = setTimeout(
    () => tell("quiet", "Bringing the tables up to the log; the first time takes a while …"),
    PATIENCE_MS,
  );
  try {
    await updateHistory(house);
  } finally {
    clearTimeout(patience);
  }
}

/** SQL reads files: whoever wants to ask a server's log takes a copy of it home first. */
function behindServer(log: string): BadInput {
  const take = "nightshift log export | nightshift --log copy.sqlite log import -";
  const mend = `${take}, then: nightshift --log copy.sqlite log query "…"`;
  return new BadInput("this log is behind a server, and SQL reads a file", shownPlace(log), mend);
}

function mustBeWithin(option: string, value: number, most: number): void {
  if (value > most)
    throw new BadInput(`${value} is more than ${most}`, option, `${option} ${most}`);
}

async function printTable({ columns, rows }: Rows): Promise<void> {
  const all = await Array.fromAsync(rows);
  print(rowLines(columns, all));
  if (all.length === 0) tell("plain", "No row.");
}

async function printCsv({ columns, rows }: Rows): Promise<void> {
  await write(csvLine(columns));
  for await (const row of rows) await write(csvLine(row));
}

async function printObjects({ columns, rows }: Rows): Promise<void> {
  let before = "[\n";
  for await (const row of rows) {
    await write(`${before}${JSON.stringify(objectOf(columns, row))}`);
    before = ",\n";
  }
  await write(before === "[\n" ? "[]\n" : "\n]\n");
}

function objectOf(columns: readonly string[], row: readonly Cell[]): Record<string, Cell> {
  return Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]));
}

/** No faster than whoever reads along. */
async function write(chunk: string): Promise<void> {
  if (process.stdout.write(chunk)) return;
  await new Promise((resolve) => process.stdout.once("drain", resolve));
}

function printSchema(name: string | undefined, json: boolean): void {
  const views = queryViews.filter((view) => name === undefined || view.name === name);
  if (views.length === 0) {
    const known = queryViews.map((view) => view.name).join(", ");
    throw new BadInput(
      `no such view; there are ${known}`,
      name ?? "",
      "nightshift log query --schema",
    );
  }
  if (json)
    return printJson(views.map(({ name: view, says, columns }) => ({ view, says, columns })));
  for (const view of views) {
    print([
      { tone: "title", text: view.name },
      { tone: "plain", text: `  ${view.says}` },
      ...columnLines(view.columns),
      { tone: "plain", text: "" },
    ]);
  }
}

function columnLines(columns: (typeof queryViews)[number]["columns"]) {
  const rows = columns.map(({ name, type, says }) => [`  ${name}`, type, says]);
  const [, ...lines] = table(
    [{ title: "" }, { title: "" }, { title: "", takesTheRest: true }],
    rows,
  );
  return lines;
}
