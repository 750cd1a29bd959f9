import { rebuild } from "@nightshift/projections/replay";
import { count } from "@nightshift/projections/plain";
import { BadInput } from "@nightshift/protocol/errors";
import type { House } from "../house.ts";
import { workingViews } from "../every-view.ts";
import { checkReplay } from "./replay-check.ts";
import { session } from "./session.ts";
import { table } from "./table.ts";
import { EXIT, print, printJson, tell } from "./terminal.ts";

type Options = { check?: boolean; view?: string; json?: boolean };

/** `nightshift replay`: every view made anew from the log; with `--check` held against the live ones. */
export function replay({ check, view, json }: Options) {
  return session(async (house) => {
    if (check) return printCheck(house, json ?? false);
    if (view !== undefined) return printView(house, view);
    const views = await rebuilt(house);
    const sizes = [...views].map(([name, state]) => ({ name, entries: sizeOf(state) }));
    if (json) return printJson(sizes);
    print(
      table(
        [{ title: "VIEW" }, { title: "ENTRIES", right: true }],
        sizes.map(({ name, entries }) => [name, String(entries)]),
      ),
    );
    tell("quiet", "Look into one: nightshift replay --view <name>");
  });
}

const VALUE_CHARS_MAX = 200;

async function printCheck({ store, paths }: House, json: boolean): Promise<number> {
  const result = await checkReplay(store, paths.tables);
  const { events, views, tables, differences } = result;
  if (json) printJson(result);
  else {
    for (const { path, live, rebuilt } of differences) {
      tell("bad", `${path}: live ${shown(live)}, rebuilt ${shown(rebuilt)}`);
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

async function printView(house: House, name: string): Promise<void> {
  const views = await rebuilt(house);
  if (!views.has(name)) {
    const known = [...views.keys()].join(", ");
    throw new BadInput(`no such view; there are ${known}`, name, "nightshift replay");
  }
  printJson(views.get(name));
}

async function rebuilt({ store }: House): Promise<Map<string, unknown>> {
  const runner = await rebuild(store, workingViews);
  return new Map(workingViews.map((one) => [one.name, runner.view(one)]));
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

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => {
    return typeof part === "bigint" ? String(part) : part instanceof Map ? [...part] : part;
  });
  return (text ?? "nothing").slice(0, VALUE_CHARS_MAX);
}
