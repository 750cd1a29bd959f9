import {
  express,
  inProcess,
  overHttp,
  overNats,
  overSocket,
  overSocketKept,
  type Target,
} from "./bus-targets.ts";
import { median, type Benchmark } from "./ratio.ts";

const IN_FLIGHT = [1, 32, 64] as const;
/** Milliseconds of one measurement; each target is measured in turns, so that a busy moment of the
 * machine falls on all of them. */
const SPELL_MS = 400;
const WARM_MS = 300;
const ROUNDS = 5;

/** Least times the rate of the SDK's Express server, at 32 in flight (issue 4). */
const MESSAGES_LEAST: Readonly<Record<string, number>> = {
  "in-process": 5,
  WebSocket: 2.8,
  NATS: 1.6,
  HTTP: 1.15,
};
const LIVES_LEAST: Readonly<Record<string, number>> = {
  "in-process": 3,
  "WebSocket, tasks in the log": 1,
};

/**
 * Round trips a second, one at a time and many at once: a message that is answered by a message, and
 * the whole life of a task (submitted, working, its artifact, completed), on every binding and on the
 * SDK's own server on Express. Client and server share one process; for HTTP they share the client.
 */
export async function bus(): Promise<Benchmark> {
  const base = await express();
  const kept = await overSocketKept();
  const nats = await overNats();
  const others = [inProcess(), await overSocket(), await overHttp(), ...(nats ? [nats] : [])];
  const targets = [base, ...others, kept];
  try {
    const figures: Benchmark = [];
    for (const inFlight of IN_FLIGHT) {
      // What is kept is a task: it has no messages.
      const talkers = targets.filter((target) => target !== kept);
      const messages = await measure(talkers, (target) => target.message, inFlight);
      figures.push(...told("messages", messages, inFlight, MESSAGES_LEAST));
      const lives = await measure(targets, (target) => target.life, inFlight);
      figures.push(...told("tasks", lives, inFlight, LIVES_LEAST));
    }
    return figures;
  } finally {
    for (const target of targets) await target.close();
  }
}

type Rates = ReadonlyMap<string, number>;

function told(
  what: string,
  rates: Rates,
  inFlight: number,
  least: Readonly<Record<string, number>>,
): Benchmark {
  const base = rates.get("Express") ?? Number.NaN;
  return [...rates].flatMap(([name, rate]): Benchmark => {
    const title = `${what}, ${inFlight} in flight, ${name}`;
    const figure = { what: title, value: rate, unit: "a second", limit: null };
    if (name === "Express") return [figure];
    const limit = inFlight === 32 ? (least[name] ?? null) : null;
    const ratio = { what: `${title} / Express`, value: rate / base, unit: "times", limit };
    return [figure, { ...ratio, atLeast: true }];
  });
}

async function measure(
  targets: readonly Target[],
  pick: (target: Target) => (() => Promise<unknown>) | null,
  inFlight: number,
): Promise<Rates> {
  const rates = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const target of targets) {
      const ask = pick(target);
      if (!ask) continue;
      if (round === 0) await rate(ask, inFlight, WARM_MS);
      const known = rates.get(target.name) ?? [];
      rates.set(target.name, [...known, await rate(ask, inFlight, SPELL_MS)]);
    }
  }
  return new Map([...rates].map(([name, measured]) => [name, median(measured)]));
}

/** Answers a second, with so many questions open at any time. */
async function rate(ask: () => Promise<unknown>, inFlight: number, ms: number): Promise<number> {
  const start = performance.now();
  const until = start + ms;
  let answered = 0;
  const one = async () => {
    while (performance.now() < until) {
      await ask();
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  return (answered * 1_000) / (performance.now() - start);
}
