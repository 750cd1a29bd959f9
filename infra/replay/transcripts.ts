import type { EventStore } from "@nightshift/blackboard/store";
import type { Blobs } from "@nightshift/agents/ports";
import { Unavailable } from "@nightshift/protocol/errors";
import { z } from "zod";

/** One call of a model or an agent CLI that the log knows, by the body that holds it. */
export type RecordedCall = {
  transcript: string;
  /** The delegation that it was made for, and who made it. */
  call: string;
  agent: string;
  skill: string;
};

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Where the answer of a delegation names bodies with calls in them. */
const Answer = z.object({
  executed: z
    .object({ transcript: Sha256, earlier: z.array(Sha256).optional() })
    .optional()
    .catch(undefined),
  assessed: z.object({ evidence: Sha256 }).optional().catch(undefined),
  spend: z
    .object({ transcripts: z.array(Sha256).optional() })
    .nullish()
    .catch(undefined),
  transcripts: z.array(Sha256).optional().catch(undefined),
});
const Evidence = z.object({ samples: z.array(z.object({ transcript: Sha256 })) });

type Log = { store: Pick<EventStore, "readAll">; blobs: Blobs };

/** Every call that the answers of the log name, in its order; each once. */
export async function* recordedCalls({ store, blobs }: Log): AsyncGenerator<RecordedCall> {
  const seen = new Set<string>();
  const sent = new Map<string, { to: string; skill: string }>();
  for await (const { stream, event } of store.readAll({ types: ["call.sent", "call.finished"] })) {
    if (event.type === "call.sent") sent.set(stream, event);
    if (event.type !== "call.finished") continue;
    const { to = "", skill = "" } = sent.get(stream) ?? {};
    sent.delete(stream);
    if (event.answer === null) continue;
    for (const transcript of await namedIn(event.answer, blobs)) {
      if (seen.has(transcript)) continue;
      seen.add(transcript);
      yield { transcript, call: stream, agent: to, skill };
    }
  }
}

async function namedIn(answer: string, blobs: Blobs): Promise<string[]> {
  const told = Answer.safeParse(await json(answer, blobs));
  if (!told.success) return [];
  const { executed, assessed, spend, transcripts } = told.data;
  const evidence = assessed && Evidence.safeParse(await json(assessed.evidence, blobs));
  return [
    ...(executed?.earlier ?? []),
    ...(executed ? [executed.transcript] : []),
    ...(evidence?.success ? evidence.data.samples.map(({ transcript }) => transcript) : []),
    ...(spend?.transcripts ?? []),
    ...(transcripts ?? []),
  ];
}

/** Null for what was erased: then nothing of it can be told. */
async function json(sha256: string, blobs: Blobs): Promise<unknown> {
  try {
    return JSON.parse(await blobs.get(sha256));
  } catch (error) {
    if (error instanceof Unavailable || error instanceof SyntaxError) return null;
    throw error;
  }
}
