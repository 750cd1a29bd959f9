import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Service } from "../delegate.ts";

/** A request of any operation, as the caller's end of a wire is given it. */
export type Said = { method: string; params: object; service: Service | undefined };

/** A request that waits for its answer. */
export type Question = {
  /** Of the latest time it was put: answers to an earlier one belong to nobody any more. */
  id: string;
  agent: string;
  /** Put once and not again: whoever may be at it costs money. */
  once: boolean;
  method: string;
  params: object;
  emit: ((event: unknown) => void) | null;
  /** The process that answers, once it is known. */
  session: string | null;
  seq: number | undefined;
  extensions: string | undefined;
  put: number;
  answered: PromiseWithResolvers<unknown>;
  timer: NodeJS.Timeout | undefined;
};

const Addressed = z.object({ tenant: z.string(), id: z.string().optional() });

export function questionOf(
  { method, params, service }: Said,
  how: Pick<Question, "emit" | "once">,
): Question {
  const { tenant: agent } = Addressed.parse(params);
  const question: Question = {
    ...how,
    id: randomUUID(),
    agent,
    method,
    params,
    session: null,
    seq: service?.afterSeq,
    extensions: service?.extensions,
    put: 0,
    answered: Promise.withResolvers(),
    timer: undefined,
  };
  question.answered.promise.catch(() => undefined); // Whoever asked hears of it where he waits.
  return question;
}

/** The call that a request is about. */
export function taskIn(params: object): string | undefined {
  return Addressed.parse(params).id;
}

/** Whether events got lost on the way: they are counted from 0, or on from the last one heard. */
export function hasGap({ method, seq: last = -1 }: Question, seq: number | undefined): boolean {
  return method === "SendStreamingMessage" && seq !== undefined && seq > last + 1;
}
