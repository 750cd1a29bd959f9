import { existsSync } from "node:fs";
import { nightViews } from "@nightshift/agents/dispatcher/views";
import type { Line } from "@nightshift/projections/digest/terminal";
import type { House } from "../house.ts";
import { LAG_MAX, viewStandings, type ViewStanding } from "../log/views/standing.ts";
import { openTables } from "../log/views/tables.ts";
import { table } from "./table.ts";

/** A view, and where it stands; a working view has just seen everything. */
type Standing = ViewStanding & { kind: "working" | "history" };

/** Where every view stands: working ones in memory, history ones in their file. */
export async function standingsOf({ runner, store, paths }: House): Promise<Standing[]> {
  const working = nightViews.map(({ name: view, version }): Standing => {
    return { view, kind: "working", version, checkpoint: runner.checkpoint, lag: 0, making: null };
  });
  if (!existsSync(paths.tables)) return working;
  const db = openTables(paths.tables);
  try {
    const history = await viewStandings(store, db);
    return [...working, ...history.map((one) => ({ ...one, kind: "history" as const }))];
  } finally {
    db.close();
  }
}

/** For a terminal. */
export function standingLines(standings: readonly Standing[]): Line[] {
  const right = true as const;
  const columns = [
    { title: "VIEW" },
    { title: "" },
    { title: "VERSION", right },
    { title: "UP TO EVENT", right },
    { title: "BEHIND", right },
    { title: "" },
  ];
  const rows = standings.map(({ view, kind, version, checkpoint, lag, making }) => {
    const next = making ? `version ${making.version} is made, ${percent(making.share)} done` : "";
    const behind = lag === LAG_MAX ? `${LAG_MAX} or more` : String(lag);
    return [view, kind, String(version), String(checkpoint), behind, next];
  });
  return table(columns, rows);
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
