import { createHash } from "node:crypto";
import { copyFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { CHAIN_START } from "@nightshift/infra/log/chain";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { verifyLog } from "@nightshift/infra/log/sqlite/verify";
import { bigLog } from "./big-log.ts";
import { withLog } from "./log-events.ts";
import { median, times, type Benchmark } from "./ratio.ts";

const RUNS = 5;
const EVENTS = 200_000;
const VERIFIED = 1_000_000;
const BLOCK = 10_000;
/** One type is read so often in a row, as once is soon over. */
const RARE_READS = 5;
const REPLAY_RATIO_MIN = 0.6;
const RARE_RATIO_MIN = 10;
const VERIFY_RATIO_MAX = 1.7;
/** A type that every twentieth event is made of, all over the log. */
const RARE = "bench.rare";

/** Replay held against parsing, one type against replay, verification against hashing. */
export async function logReading(): Promise<Benchmark> {
  return [...(await replaying(await bigLog(EVENTS))), ...(await verifying(await bigLog(VERIFIED)))];
}

async function replaying(log: string): Promise<Benchmark> {
  return withLog(async (path) => {
    copyFileSync(log, path);
    const db = new DatabaseSync(path);
    db.exec(`UPDATE event SET type = '${RARE}' WHERE position % 20 = 7; DELETE FROM by_type`);
    db.exec("INSERT INTO by_type SELECT type, position FROM event ORDER BY type, position");
    db.close();
    const store = await openLog(path);
    const lines: string[] = [];
    for await (const { position, ...recorded } of store.readAll()) {
      lines.push(JSON.stringify({ ...recorded, position: Number(position) }));
    }
    const read = async (types?: string[]) => {
      let count = 0;
      for await (const { revision } of store.readAll(types && { types })) count += revision + 1;
      return count;
    };
    const taken = { parse: [0], all: [0], rare: [0] };
    for (let run = 0; run < RUNS; run++) {
      taken.parse[run] = await once(() => lines.forEach((line) => JSON.parse(line)));
      taken.all[run] = await once(() => read());
      taken.rare[run] = await once(async () => {
        for (let times = 0; times < RARE_READS; times++) await read([RARE]);
      });
    }
    await store.close();
    const [parse, all] = [median(taken.parse), median(taken.all)];
    const rare = median(taken.rare) / RARE_READS;
    return [
      { what: `JSON.parse of ${EVENTS} events`, value: parse, unit: "ms", limit: null },
      atLeast("replay as fast as JSON.parse", parse / all, REPLAY_RATIO_MIN),
      atLeast("one type, 5 % of the log, faster than replay", all / rare, RARE_RATIO_MIN),
    ];
  });
}

async function verifying(path: string): Promise<Benchmark> {
  const taken = { hash: [0], verify: [0] };
  for (let run = 0; run < RUNS; run++) {
    taken.hash[run] = hashing(path);
    taken.verify[run] = await once(async () => {
      const { ok, events } = await verifyLog(path);
      if (!ok || events !== VERIFIED) throw new Error("the log of the benchmark is not in order");
    });
  }
  const [hash, verify] = [median(taken.hash), median(taken.verify)];
  return [
    { what: `SHA-256 of ${VERIFIED} events, a loop`, value: hash, unit: "ms", limit: null },
    { what: "log verify / SHA-256", value: verify / hash, unit: "times", limit: VERIFY_RATIO_MAX },
  ];
}

/** Milliseconds of one thread that hashes what the chain hashes, once it is read: link after link. */
function hashing(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  const block = db.prepare(`SELECT json_array(stream, CAST(revision AS TEXT), id,
    type, CAST(at_ms AS TEXT), actor, causation, correlation, CAST(version AS TEXT), body) AS text
    FROM event WHERE position > ? ORDER BY position LIMIT ${BLOCK}`);
  let takenMs = 0;
  let previous = CHAIN_START;
  for (let after = 0; after < VERIFIED; after += BLOCK) {
    const texts = block.all(after).map(({ text }) => String(text));
    const begunMs = performance.now();
    for (const text of texts) {
      previous = createHash("sha256").update(previous).update(text).digest("base64url");
    }
    takenMs += performance.now() - begunMs;
  }
  db.close();
  return takenMs;
}

async function once(work: () => unknown): Promise<number> {
  const [taken = Number.NaN] = await times(1, work);
  return taken;
}

function atLeast(what: string, value: number, limit: number) {
  return { what, value, unit: "times", limit, atLeast: true } as const;
}
