import type { Blobs } from "@nightshift/agents/ports";
import type { EventStore } from "@nightshift/blackboard/store";
import { Unavailable } from "@nightshift/protocol/errors";
import { idOf } from "@nightshift/protocol/ids";
import { skills, type SkillInput, type SkillOutput } from "@nightshift/protocol/skills";

type Executed = Extract<SkillOutput<"implement">, { status: "executed" }>["executed"];

/** A piece of work of a past night, and what came of it. */
export type PastCall = {
  call: string;
  agent: string;
  input: SkillInput<"implement">;
  executed: Executed;
  /** What the verifier was asked about it, and what it said; null where it never came to that. */
  verify: { input: SkillInput<"verify">; verdict: string } | null;
};

type Kept = { request: string; answer: string; to: string; attempt: string };

/**
 * The newest pieces of work that were done, with the verifier's word on them. What was erased from
 * the blobs is passed over.
 * @param callsMax How many at most.
 */
export async function pastCalls(
  store: Pick<EventStore, "readAll">,
  blobs: Blobs,
  callsMax: number,
): Promise<PastCall[]> {
  const { work, verified } = await answered(store);
  const calls: PastCall[] = [];
  for (const [call, kept] of [...work].reverse()) {
    if (calls.length === callsMax) break;
    const read = await readCall(blobs, call, kept, verified.get(kept.attempt));
    if (read) calls.push(read);
  }
  return calls;
}

/** Calls with an answer: of work, and by attempt of its verification; the oldest first. */
async function answered(store: Pick<EventStore, "readAll">) {
  const open = new Map<string, Omit<Kept, "answer"> & { skill: string }>();
  const work = new Map<string, Kept>();
  const verified = new Map<string, Kept>();
  for await (const { event, stream } of store.readAll({ types: ["call.sent", "call.finished"] })) {
    const call = idOf(stream);
    if (event.type === "call.sent") {
      const { skill, request, to, attempt } = event;
      if (attempt !== null && (skill === "implement" || skill === "verify"))
        open.set(call, { skill, request, to, attempt });
    } else if (event.type === "call.finished") {
      const asked = open.get(call);
      open.delete(call);
      if (!asked || event.answer === null) continue;
      const { skill, ...kept } = asked;
      if (skill === "verify") verified.set(kept.attempt, { ...kept, answer: event.answer });
      else work.set(call, { ...kept, answer: event.answer });
      forgetOldest(work);
      forgetOldest(verified);
    }
  }
  return { work, verified };
}

/** Far more than a trial takes, for some were not executed, and some are erased. */
const REMEMBERED_MAX = 1_000;

function forgetOldest(calls: Map<string, Kept>): void {
  const [oldest] = calls.keys();
  if (calls.size > REMEMBERED_MAX && oldest !== undefined) calls.delete(oldest);
}

async function readCall(
  blobs: Blobs,
  call: string,
  { request, answer, to }: Kept,
  verified: Kept | undefined,
): Promise<PastCall | null> {
  try {
    const body = async (name: string): Promise<unknown> => JSON.parse(await blobs.get(name));
    const input = skills.implement.input.parse(await body(request));
    const output = skills.implement.output.parse(await body(answer));
    if (output.status !== "executed" || output.executed.commit === null) return null;
    const verify = verified && {
      input: skills.verify.input.parse(await body(verified.request)),
      verdict: skills.verify.output.parse(await body(verified.answer)).verdict,
    };
    return { call, agent: to, input, executed: output.executed, verify: verify ?? null };
  } catch (error) {
    // Erased, or never kept on this machine.
    if (error instanceof Unavailable) return null;
    throw error;
  }
}
