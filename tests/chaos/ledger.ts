import { jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { z } from "zod";

/** What the broker's own streams say of a trial, read without any code of the bus. */
export type Ledger = {
  /** Ends that are told of each piece of work. */
  endsEach: number[];
  /** Processes that took each up, one after the other. */
  takenEach: number[];
  /** Pieces of work that are still in the queue. */
  queued: number;
  /** Names of the tasks among the dead letters. */
  dead: string[];
};

const Entry = z.object({ kind: z.string() });
const Letter = z.object({
  params: z.object({
    message: z.object({
      parts: z.array(
        z.object({ data: z.object({ input: z.object({ spec: z.object({ name: z.string() }) }) }) }),
      ),
    }),
  }),
});

export async function readLedger(url: string): Promise<Ledger> {
  const nc = await connect({ servers: url.replace("nats://", "") });
  try {
    const manager = await jetstreamManager(nc);
    const told = new Map<string, string[]>();
    for (const { subject, text } of await messagesOf(manager, "EVENTS")) {
      const { kind } = Entry.parse(JSON.parse(text));
      told.set(subject, [...(told.get(subject) ?? []), kind]);
    }
    const count = (kinds: string[], wanted: string) =>
      kinds.filter((kind) => kind === wanted).length;
    const letters = await messagesOf(manager, "DEAD");
    return {
      endsEach: [...told.values()].map((kinds) => count(kinds, "end")),
      takenEach: [...told.values()].map((kinds) => count(kinds, "taken")),
      queued: (await manager.streams.info("TASKS")).state.messages,
      dead: letters.map(({ text }) => nameIn(text)).toSorted(),
    };
  } finally {
    await nc.close();
  }
}

function nameIn(text: string): string {
  const [part] = Letter.parse(JSON.parse(text)).params.message.parts;
  return part?.data.input.spec.name ?? "";
}

async function messagesOf(manager: JetStreamManager, stream: string) {
  const { first_seq: first, last_seq: last } = (await manager.streams.info(stream)).state;
  const found: { subject: string; text: string }[] = [];
  for (let seq = first; seq <= last; seq += 1) {
    const message = await manager.streams.getMessage(stream, { seq });
    if (message) found.push({ subject: message.subject, text: message.string() });
  }
  return found;
}
