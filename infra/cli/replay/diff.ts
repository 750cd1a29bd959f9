import type { Line } from "@nightshift/projections/digest/terminal";
import { count, plain } from "@nightshift/projections/words/plain";
import { compare, type Difference } from "@nightshift/projections/replay";
import { wrap } from "@nightshift/projections/words/wrap";
import { BadInput } from "@nightshift/protocol/errors";
import type { House } from "../../house.ts";
import { pointIn, type Point } from "../point-in-log.ts";
import { shown } from "../shown.ts";
import { columnsHere } from "../table.ts";
import { print, printJson, tell } from "../terminal.ts";
import { viewAt, viewsAt } from "../views-at.ts";

/** Most changes that are looked for in one view, and that are shown of it to a person. */
const CHANGES_MAX = 1_000;
const CHANGES_SHOWN_MAX = 25;
const PATH_CHARS_MAX = 300;
const VALUE_CHARS_MAX = 120;
/** Only gathers what a digest is made of: that something happened is no change to look at. */
const GATHERING = "digest";

type ViewChanges = { view: string; changes: Difference[] };

/** `nightshift replay --diff A B`: what of the views is another between two places of the log. */
export async function printDifference(
  { store, config }: House,
  words: readonly string[],
  view: string | undefined,
  json: boolean,
): Promise<void> {
  const [a, b, more] = words;
  if (a === undefined || b === undefined || more !== undefined) {
    const mend = "nightshift replay --diff 'shift 1' now";
    throw new BadInput("it takes two places of the log", "--diff", mend);
  }
  const from = await pointIn(store, a, config.timeZone);
  const to = await pointIn(store, b, config.timeZone);
  const changed = await changesBetween(store, from.position, to.position, view);
  if (json) return printJson(asJson(from, to, changed));
  tell("quiet", `From ${from.said}, to ${to.said}.`);
  if (changed.length === 0) return tell("plain", "No view is another.");
  print(changed.flatMap((one) => linesOf(one, view === undefined)));
}

async function changesBetween(
  store: House["store"],
  from: bigint,
  to: bigint,
  view: string | undefined,
): Promise<ViewChanges[]> {
  const [before, after] = [await statesAt(store, from, view), await statesAt(store, to, view)];
  return [...after]
    .filter(([name]) => view !== undefined || name !== GATHERING)
    .map(([name, state]) => ({
      view: name,
      changes: compare(before.get(name), state, name, CHANGES_MAX),
    }))
    .filter(({ changes }) => changes.length > 0);
}

async function statesAt(store: House["store"], at: bigint, view: string | undefined) {
  return view === undefined ? viewsAt(store, at) : new Map([[view, await viewAt(store, view, at)]]);
}

function asJson(from: Point, to: Point, changed: readonly ViewChanges[]) {
  return {
    from: from.position,
    to: to.position,
    views: changed.map(({ view, changes }) => ({
      view,
      /** More may have changed than are listed. */
      complete: changes.length < CHANGES_MAX,
      changes: changes.map(({ path, live, rebuilt }) => ({ path, before: live, after: rebuilt })),
    })),
  };
}

function linesOf({ view, changes }: ViewChanges, cut: boolean): Line[] {
  const most = cut ? CHANGES_SHOWN_MAX : CHANGES_MAX;
  const left = changes.length - most;
  const many = changes.length < CHANGES_MAX ? String(changes.length) : `at least ${CHANGES_MAX}`;
  return [
    { tone: "title", text: `${view}: ${many} ${changes.length === 1 ? "change" : "changes"}` },
    ...changes.slice(0, most).flatMap(changeLines),
    ...(left > 0 ? [quiet(`  and ${count(left, "other")}: --view ${view}`)] : []),
  ];
}

function changeLines({ path, live: before, rebuilt: after }: Difference): Line[] {
  const name = plain(path, PATH_CHARS_MAX);
  const side = (tone: Line["tone"], sign: string, value: unknown): Line[] => {
    const text = `  ${sign} ${name}  ${shown(value, VALUE_CHARS_MAX)}`;
    return wrap(text, columnsHere(), "      ").map((part) => ({ tone, text: part }));
  };
  return [
    ...(before === undefined ? [] : side("bad", "-", before)),
    ...(after === undefined ? [] : side("good", "+", after)),
  ];
}

function quiet(text: string): Line {
  return { tone: "quiet", text };
}
