import { Unavailable } from "@nightshift/protocol/errors";
import { z } from "zod";
import type { Service, Wire } from "./delegate.ts";
import { AFTER_SEQ_URI } from "./extensions.ts";

/** How often one stream is taken up again. */
const RESUMES_MAX = 20;

/** A wire that may break: afterwards another takes its place. */
export type Breakable = Wire & { readonly gone: AbortSignal };

const Addressed = z.object({ tenant: z.string().optional() });
const Numbered = z.object({ [AFTER_SEQ_URI]: z.object({ seq: z.int().nonnegative() }) });
const Told = z.union([
  z.object({ task: z.object({ id: z.string(), metadata: Numbered }) }),
  z.object({ statusUpdate: z.object({ taskId: z.string(), metadata: Numbered }) }),
  z.object({ artifactUpdate: z.object({ taskId: z.string(), metadata: Numbered }) }),
]);

/**
 * A wire whose streams outlive its sockets. A stream that broke after its task was named goes on
 * where it stood: the events after the last number, each once. Whether there is anything to go on
 * with is for the other side to say: only what it keeps survives there.
 * @param next The wire of now, or once there is one again. Throws when there will be none.
 */
export function resuming(next: () => Promise<Breakable>): Wire {
  return {
    async request(method, params, timeoutMs, service) {
      return (await next()).request(method, params, timeoutMs, service);
    },
    async stream(method, params, emit, signal, service) {
      const heard = createHeard();
      const take = (event: unknown) => {
        heard.take(event);
        emit(event);
      };
      let ask: Ask = { method, params, service };
      for (let broken = 0; ; broken += 1) {
        const wire = await next();
        try {
          return await wire.stream(ask.method, ask.params, take, signal, ask.service);
        } catch (error) {
          const rest = heard.rest(params);
          if (!wire.gone.aborted || signal.aborted || !rest) throw error;
          if (broken >= RESUMES_MAX)
            throw new Unavailable(`the stream broke ${broken + 1} times`, { cause: error });
          ask = rest;
        }
      }
    },
  };
}

type Ask = { method: string; params: object; service: Service | undefined };

/** What was heard of a stream: its task, and the last number. */
function createHeard() {
  let last: { id: string; seq: number } | undefined;
  return {
    take(event: unknown): void {
      const told = Told.safeParse(event);
      if (!told.success) return;
      const { data } = told;
      if ("task" in data) last = { id: data.task.id, seq: seqOf(data.task) };
      else if ("statusUpdate" in data)
        last = { id: data.statusUpdate.taskId, seq: seqOf(data.statusUpdate) };
      else last = { id: data.artifactUpdate.taskId, seq: seqOf(data.artifactUpdate) };
    },
    /** The request for what follows; undefined where no task was named. */
    rest(params: object): Ask | undefined {
      if (!last) return undefined;
      const { tenant } = Addressed.parse(params);
      const service = { afterSeq: last.seq, extensions: AFTER_SEQ_URI };
      return { method: "SubscribeToTask", params: { tenant, id: last.id }, service };
    },
  };
}

function seqOf({ metadata }: { metadata: z.infer<typeof Numbered> }): number {
  return metadata[AFTER_SEQ_URI].seq;
}
