import { NightCard } from "@nightshift/protocol/skills";
import { RpcError } from "@nightshift/protocol/rpc";
import { JetStreamApiCodes, JetStreamApiError, type JetStreamManager } from "@nats-io/jetstream";
import { z } from "zod";
import type { JetStream } from "./jetstream.ts";
import { EVENTS } from "./streams.ts";
import { whileAway } from "./while-away.ts";

/**
 * One entry of what is told of a piece of work. A round is one time of asking: the same message asked
 * again after it failed is another. `taken` is a process taking it up.
 */
export const WorkEntry = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("taken"),
    round: z.int().positive(),
    delivery: z.int().positive(),
    session: NightCard.shape.name,
  }),
  z.strictObject({ kind: z.literal("event"), round: z.int().positive(), event: z.unknown() }),
  z.strictObject({
    kind: z.literal("end"),
    round: z.int().positive(),
    /** Whether there is an answer, so that the same message gets it again. */
    answered: z.boolean(),
    /** Whether whoever was at it is gone. */
    lost: z.boolean(),
    error: RpcError.nullable(),
  }),
]);
export type WorkEntry = z.infer<typeof WorkEntry>;

/** The newest entry of a subject; its number is that of the stream, 0 where there is none. */
export type Newest = { seq: number; entry: WorkEntry | null; id: string };

/** Somebody else has taken it up since: what this process still says of it counts for nothing. */
export class Fenced extends Error {
  override readonly name = "Fenced";
}

export async function newestOf(manager: JetStreamManager, subject: string): Promise<Newest> {
  const found = await whileAway(() => manager.direct.getMessage(EVENTS, { last_by_subj: subject }));
  if (found === null) return { seq: 0, entry: null, id: "" };
  return { seq: found.seq, entry: readEntry(found.string()), id: found.header.get(ID) };
}

export function readEntry(text: string): WorkEntry | null {
  try {
    return WorkEntry.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const ID = "Nats-Msg-Id";

/**
 * Tells of one piece of work, each entry only if it follows the last one that this process knows: a
 * lease can lapse while its holder sleeps, and of two who believe they hold it only the later is heard.
 * A broker that dies may forget what it had acknowledged: that is told again.
 */
export class WorkLog {
  readonly #port: JetStream;
  readonly #subject: string;
  readonly #writer: string;
  /** Where the subject stood when this run began, and stands now. */
  readonly #base: number;
  #seq: number;
  readonly #said: WorkEntry[] = [];
  /** How many of them the broker has. */
  #told = 0;

  /** @param writer Tells this run from every other of the same work. @param seq Where it stands. */
  constructor(
    port: JetStream,
    { subject, writer, seq }: { subject: string; writer: string; seq: number },
  ) {
    this.#port = port;
    this.#subject = subject;
    this.#writer = writer;
    this.#base = seq;
    this.#seq = seq;
  }

  /** @throws Fenced when somebody else has said something since. @throws Unavailable. */
  async append(entry: WorkEntry): Promise<void> {
    this.#said.push(entry);
    for (let tries = 0; this.#told < this.#said.length; tries += 1) {
      try {
        await this.#tellNext();
      } catch (error) {
        if (!isOvertaken(error) || tries >= this.#said.length + OVERTAKEN_MAX) throw error;
        await this.#lookBack(error);
      }
    }
  }

  async #tellNext(): Promise<void> {
    const text = JSON.stringify(this.#said[this.#told]);
    const msgID = `${this.#writer}:${this.#told + 1}`;
    const expect = { lastSubjectSequence: this.#seq };
    const { stream } = this.#port;
    const { seq } = await whileAway(() => stream.publish(this.#subject, text, { msgID, expect }));
    this.#seq = seq;
    this.#told += 1;
  }

  /** Finds out who was overtaken: this process by another, or the broker by its own death. */
  async #lookBack(cause: unknown): Promise<void> {
    const newest = await newestOf(this.#port.manager, this.#subject);
    const mine = newest.id.startsWith(`${this.#writer}:`);
    const isOlder = newest.seq <= this.#base && newest.entry?.kind !== "end";
    if (!mine && !isOlder) throw new Fenced("somebody else has taken it up", { cause });
    this.#seq = newest.seq;
    this.#told = mine ? Number(newest.id.slice(this.#writer.length + 1)) : 0;
  }
}

/** Times that an entry may come too late before something is wrong. */
const OVERTAKEN_MAX = 10;

function isOvertaken(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
      error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown)
  );
}
