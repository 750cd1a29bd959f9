import { count } from "@nightshift/projections/words/plain";
import type { House } from "../../house.ts";
import { pointIn } from "../point-in-log.ts";
import { checkReplay } from "./check.ts";
import { printDifference } from "./diff.ts";
import { session } from "../session.ts";
import { shown } from "../shown.ts";
import { table } from "../table.ts";
import { EXIT, print, printJson, tell } from "../terminal.ts";
import { viewAt, viewsAt } from "../views-at.ts";

type Options = {
  check?: boolean;
  calls?: boolean;
  view?: string;
  /** A position, a time or a night; now where none is given. */
  to?: string;
  /** Two of them. */
  diff?: string[];
  json?: boolean;
};

/**
 * `nightshift replay`: every view made anew from the log, now or as it was; with `--check` held
 * against the live ones, with `--diff` against another time; with `--calls` the models' calls.
 */
export function replay({ check, calls, view, to, diff, json = false }: Options) {
  return session(async (house) => {
    // What makes calls brings the models' libraries along: only this asks for it.
    if (calls) return (await import("./calls.ts")).replayCalls(house, json);
    if (check) return printCheck(house, json);
    if (diff !== undefined) return printDifference(house, diff, view, json);
    const point = await pointIn(house.store, to ?? "now", house.config.timeZone);
    if (to !== undefined) tell("quiet", `As of ${point.said}.`);
    if (view !== undefined) return printJson(await viewAt(house.store, view, point.position));
    const views = await viewsAt(house.store, point.position);
    const sizes = [...views].map(([name, state]) => ({ name, entries: sizeOf(state) }));
    if (json) return printJson(sizes);
    print(
      table(
        [{ title: "VIEW" }, { title: "ENTRIES", right: true }],
        sizes.map(({ name, entries }) => [name, String(entries)]),
      ),
    );
    const then = to === undefined ? "" : ` --to ${/\W/.test(to) ? `'${to}'` : to}`;
    tell("quiet", `Look into one: nightshift replay${then} --view <name>`);
  });
}

const VALUE_CHARS_MAX = 200;

async function printCheck({ store, paths }: House, json: boolean): Promise<number> {
  const result = await checkReplay(store, paths);
  const { events, views, tables, differences } = result;
  if (json) printJson(result);
  else {
    for (const { path, live, rebuilt } of differences) {
      const now = shown(live, VALUE_CHARS_MAX);
      tell("bad", `${path}: live ${now}, rebuilt ${shown(rebuilt, VALUE_CHARS_MAX)}`);
    }
    const what = `${count(Number(events), "event")}, ${views} views, ${tables} tables`;
    const equal = differences.length === 0;
    tell(
      equal ? "good" : "bad",
      `${equal ? "Live equals rebuilt" : "Live differs from rebuilt"}: ${what}.`,
    );
  }
  return differences.length === 0 ? EXIT.ok : EXIT.failed;
}

function sizeOf(state: unknown): number {
  if (state instanceof Map || state instanceof Set) return state.size;
  if (typeof state !== "object" || state === null) return 1;
  const parts = Object.values(state).filter((part) => part instanceof Map || Array.isArray(part));
  return parts.reduce(
    (sum: number, part) => sum + (part instanceof Map ? part.size : part.length),
    0,
  );
}
