import { createNight, type Night } from "@nightshift/projections/digest/night";
import { digestOfShift } from "@nightshift/projections/digest/digest";
import type { Line } from "@nightshift/projections/digest/terminal";
import {
  BETWEEN_READS,
  compareNights,
  type Comparison,
} from "@nightshift/projections/comparison/night-comparison";
import { plain } from "@nightshift/projections/words/plain";
import { numberReferences } from "@nightshift/projections/references";
import { createRunner } from "@nightshift/projections/runner";
import { wrap } from "@nightshift/projections/words/wrap";
import { BadInput } from "@nightshift/protocol/errors";
import type { House } from "../house.ts";
import { session } from "./session.ts";
import { columnsHere } from "./table.ts";
import { print, printJson, tell } from "./terminal.ts";

type Options = { events?: boolean; json?: boolean };

/** `nightshift diff night A B`: what is another in the second night, and what was changed. */
export function diffNight(a: number, b: number, { events = false, json = false }: Options) {
  return session(async (house) => {
    const [before, after] = [await nightOf(house, a), await nightOf(house, b)];
    const comparison = compareNights(before, after, await between(house, before, after));
    if (json) return printJson(comparison);
    print(linesOf(comparison, events));
    if (!events) tell("quiet", `The events behind: nightshift diff night ${a} ${b} --events`);
  });
}

async function nightOf({ store }: House, shift: number): Promise<Night> {
  const projection = digestOfShift(shift);
  const runner = createRunner(store, [projection]);
  await runner.catchUp();
  const night = createNight(runner.view(projection));
  if (night) return night;
  throw new BadInput(`there was no night ${shift}`, "diff night", "nightshift digest");
}

/** Whichever of the two came first. */
async function between({ store }: House, a: Night, b: Night) {
  const [first, last] = a.started.position <= b.started.position ? [a, b] : [b, a];
  const upTo = last.ended?.position ?? (await store.head());
  const range = { after: first.started.position, upTo, types: BETWEEN_READS };
  return Array.fromAsync(store.readAll(range));
}

const TEXT_CHARS_MAX = 600;
const EVENTS_SHOWN_MAX = 400;

function linesOf(
  { before, after, headline, sections, references }: Comparison,
  withEvents: boolean,
) {
  const facts = [headline, ...sections.flatMap((section) => section.facts)];
  const numbers = numberReferences(facts, references);
  const say = (tone: Line["tone"], text: string, indent = ""): Line[] =>
    wrap(plain(text, TEXT_CHARS_MAX), columnsHere(), indent).map((part) => ({ tone, text: part }));
  const cited = (events: readonly string[]) =>
    withEvents ? say("quiet", `  ${numbers.cite(events)}`, "  ") : [];
  const lines = [
    ...say("title", `Night ${after} against night ${before}: ${headline.text}`),
    ...cited(headline.events),
  ];
  for (const section of sections) {
    lines.push({ tone: "plain", text: "" }, ...say("title", section.title));
    for (const { text, events } of section.facts)
      lines.push(...say("plain", `- ${text}`, "  "), ...cited(events));
  }
  if (!withEvents) return lines;
  const list = numbers.list.slice(0, EVENTS_SHOWN_MAX);
  const left = numbers.list.length - list.length;
  return [
    ...lines,
    { tone: "plain" as const, text: "" },
    ...say("title", "Events"),
    ...list.flatMap(({ label, id, type, position }) =>
      say("quiet", `${label} ${id} ${type} at ${position}`),
    ),
    ...(left > 0 ? say("quiet", `and ${left} more: --json`) : []),
  ];
}
