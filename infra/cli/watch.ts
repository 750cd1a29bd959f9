import { wordsOf } from "@nightshift/projections/words/event-words";
import { plain } from "@nightshift/projections/words/plain";
import { repos } from "@nightshift/projections/repos";
import { wrap } from "@nightshift/projections/words/wrap";
import type { Recorded } from "@nightshift/protocol/envelope";
import { idOf } from "@nightshift/protocol/ids";
import { everyTask } from "../history.ts";
import type { House } from "../house.ts";
import { isSelected } from "../log/export/selection.ts";
import { findTask } from "./lookup.ts";
import { nameIn } from "./names.ts";
import { justBefore, pointIn } from "./point-in-log.ts";
import { session } from "./session.ts";
import { columnsHere } from "./table.ts";
import { print, tell } from "./terminal.ts";

type Options = {
  type: string[];
  stream: string[];
  task?: string;
  since?: string;
  /** Ends where the log ends now. */
  once?: boolean;
  json?: boolean;
};

/** `nightshift watch`: the log as it grows, in words; Ctrl-C ends it. */
export function watch({ type, stream, task, since, once = false, json = false }: Options) {
  return session(async (house) => {
    const head = await house.store.head();
    const after = justBefore(await pointIn(house.store, since ?? "now", house.config.timeZone));
    const wanted = { types: type, streams: stream };
    const about = task === undefined ? null : (await findTask(house, task)).task;
    const show = json ? showJson : await showInWords(house);
    if (!json && !once) tell("quiet", "Watching; Ctrl-C ends it.");
    for await (const recorded of once ? upTo(house, after, head) : following(house, after)) {
      const { event } = recorded;
      if (!isSelected(wanted, { type: event.type, stream: recorded.stream })) continue;
      if (about === null || recorded.correlation === about) await show(recorded);
    }
  });
}

function upTo({ store }: House, after: bigint, head: bigint): AsyncIterable<Recorded> {
  return store.readAll({ after, upTo: head });
}

async function* following({ store }: House, after: bigint): AsyncGenerator<Recorded> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    yield* store.follow({ after, signal: stop.signal });
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** One object a line, as an export has it but for the chain. */
async function showJson({ event, position, ...envelope }: Recorded): Promise<void> {
  const line = { position: String(position), ...envelope, type: event.type, data: event };
  if (process.stdout.write(`${JSON.stringify(line)}\n`)) return;
  await new Promise((resolve) => process.stdout.once("drain", resolve));
}

const ACTOR_CHARS = 13;
const LINE_CHARS_MAX = 400;
/** Events that went wrong, and those that went well. */
const BAD =
  /^(attempt\.(failed|flagged)|task\.abandoned|repo\.(merge-failed|reverted)|brake\.(engaged|latched)|budget\.(overshot|ceiling-hit)|agent\.lost|account\.(held|limit-hit))$/;
const GOOD = /^(repo\.merged|task\.completed|brake\.released|account\.reopened)$/;
const ASKS = /^(review\.requested|task\.parked)$/;

async function showInWords(house: House): Promise<(recorded: Recorded) => Promise<void>> {
  const names = new Map<string, { name: string }>([
    ...house.runner.view(repos),
    ...(await everyTask(house)),
  ]);
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: house.config.timeZone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return async (recorded) => {
    const { event, actor, atMs, stream } = recorded;
    if (event.type === "task.proposed") names.set(idOf(stream), event.spec);
    if (event.type === "repo.registered") names.set(idOf(stream), event);
    const who = plain(actor, ACTOR_CHARS).padEnd(ACTOR_CHARS);
    const text = `${clock.format(atMs)}  ${who}  ${nameIn(names, recorded)}: ${wordsOf(event)}`;
    const indent = " ".repeat(ACTOR_CHARS + 12);
    const lines = wrap(text.slice(0, LINE_CHARS_MAX), columnsHere(), indent);
    print(lines.map((line) => ({ tone: toneOf(event.type), text: line })));
  };
}

function toneOf(type: string) {
  if (BAD.test(type)) return "bad";
  if (GOOD.test(type)) return "good";
  return ASKS.test(type) ? "ask" : "plain";
}
