import type { TableSpec } from "@nightshift/projections/history";
import { historyViews } from "../../every-view.ts";
import { meaningOf, tableMeaning } from "./meanings.ts";

/** A view that can be asked, and what its columns mean. */
export type QueryView = {
  name: string;
  says: string;
  columns: { name: string; type: string; says: string }[];
  /** Its SELECT over the attached database `history`, and `kept`: the events as they are kept. */
  sql: string;
};

/** All that `nightshift log query` knows of. */
export const queryViews: readonly QueryView[] = [
  eventsView(),
  nightsView(),
  ...historyViews.flatMap(({ tables }) => tables).map(tableView),
];

/** Whether a query may read history tables, which then have to be up to the log; else they may lag. */
export function asksTables(sql: string): boolean {
  const words = new Set(sql.toLowerCase().split(/\W+/));
  return historyViews.some(({ tables }) => tables.some(({ name }) => words.has(name)));
}

function eventsView(): QueryView {
  const columns: [name: string, type: string, sql: string][] = [
    ["position", "integer", "position"],
    ["stream", "text", "stream"],
    ["kind", "text", "substr(stream, 1, instr(stream, '-') - 1)"],
    ["revision", "integer", "revision"],
    ["id", "text", "id"],
    ["type", "text", "type"],
    ["at", "text", "strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch')"],
    ["at_ms", "integer", "at_ms"],
    ["actor", "text", "actor"],
    ["causation", "text", "causation"],
    ["correlation", "text", "correlation"],
    ["version", "integer", "version"],
    ["hash", "text", "hash"],
    ["data", "text", "body"],
  ];
  const list = columns.map(([name, , sql]) => `${sql} AS ${name}`).join(", ");
  return {
    name: "events",
    says: tableMeaning("events"),
    columns: columns.map(([name, type]) => ({ name, type, says: meaningOf("events", name) })),
    sql: `SELECT ${list} FROM kept`,
  };
}

/** A night is what lies between its start and the next one's. */
function nightsView(): QueryView {
  const columns: [name: string, type: string][] = [
    ["night", "integer"],
    ["started_at", "text"],
    ["ended_at", "text"],
    ["ended_because", "text"],
    ["first_position", "integer"],
    ["last_position", "integer"],
  ];
  const started = `
    SELECT position, at, data ->> 'number' AS night,
      coalesce(lead(position) OVER (ORDER BY position) - 1, (SELECT max(position) FROM events))
        AS last_position
    FROM events WHERE type = 'shift.started'`;
  return {
    name: "nights",
    says: tableMeaning("nights"),
    columns: columns.map(([name, type]) => ({ name, type, says: meaningOf("nights", name) })),
    sql: `
      SELECT s.night, s.at AS started_at, e.at AS ended_at, e.data ->> 'reason' AS ended_because,
        s.position AS first_position, s.last_position
      FROM (${started}) s
      LEFT JOIN events e ON e.type = 'shift.ended'
        AND e.position BETWEEN s.position AND s.last_position`,
  };
}

/** Positions are text where tables keep them; here they compare as numbers. */
function tableView({ name, columns }: TableSpec): QueryView {
  const isPosition = (column: string) => column === "position" || column.endsWith("_position");
  const list = Object.keys(columns).map((column) =>
    isPosition(column) ? `CAST("${column}" AS INTEGER) AS "${column}"` : `"${column}"`,
  );
  return {
    name,
    says: tableMeaning(name),
    columns: Object.entries(columns).map(([column, type]) => ({
      name: column,
      type: isPosition(column) ? "integer" : type,
      says: meaningOf(name, column),
    })),
    sql: `SELECT ${list.join(", ")} FROM history."${name}"`,
  };
}
