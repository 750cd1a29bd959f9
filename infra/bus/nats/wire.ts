import { randomUUID } from "node:crypto";
import { Lost, Refusal, Unavailable } from "@nightshift/protocol/errors";
import { codes, fromRpcError, RpcFailure } from "@nightshift/protocol/rpc";
import {
  answererIn,
  answersOf,
  answersTo,
  EVERY_PROCESS,
  rpcSubject,
  sessionSubject,
} from "@nightshift/protocol/subjects";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { z } from "zod";
import type { Wire } from "../delegate.ts";
import { readFrame } from "../frames.ts";
import type { Broker } from "./connection.ts";
import { asking, encode, isUnheard, readBeside, type Beside } from "./envelope.ts";
import { hasGap, questionOf, taskIn, type Question, type Said } from "./question.ts";
import type { Roster } from "./roster.ts";

export type AskerOptions = { broker: Broker; roster: Roster; principal: string; session: string };

/** Pause before an agent that is expected back is asked again, ms. */
const AGAIN_MS = 250;
/** Without any answer for this long a question is put again, ms: it may have been lost. */
const UNHEARD_MS = 5_000;
/** Times that one question is put. */
const PUT_MAX = 200;

const Begun = z.object({ task: z.object({ id: z.string() }) });

/**
 * The caller's end: requests on the subject that the keys allow, answers in the inbox that nobody
 * else may read. A question that got lost with a process or a broker is put again under the same
 * message id, which makes it the same call.
 */
export class Asker {
  readonly #options: AskerOptions;
  readonly #nc: NatsConnection;
  readonly #open = new Map<string, Question>();
  /** Which process has a call, by its A2A id: it is cancelled there. */
  readonly #homes = new Map<string, string>();
  readonly #subscription;
  readonly #stopListening: () => void;

  constructor(options: AskerOptions) {
    this.#options = options;
    this.#nc = options.broker.nc;
    const callback = (error: Error | null, message: Msg) => {
      if (!error) this.#receive(message);
    };
    this.#subscription = this.#nc.subscribe(answersTo(options.principal, options.session), {
      callback,
    });
    this.#stopListening = options.roster.onPart((agent, session) => this.#part(agent, session));
    options.broker.onReturn(() => {
      for (const question of this.#questions()) if (question.emit) this.#put(question);
    });
  }

  /** @param once Whether a call may not be put to a second process when the first is lost. */
  wire({ once }: { once: boolean }): Wire {
    return {
      request: (method, params, timeoutMs, service) =>
        this.#request({ method, params, service }, timeoutMs),
      stream: (method, params, emit, signal, service) =>
        this.#stream({ method, params, service, emit, once }, signal),
    };
  }

  /** Remembers where a call is that came there by another way. */
  locate(task: string, session: string): void {
    this.#homes.set(task, session);
  }

  forget(task: string): void {
    this.#homes.delete(task);
  }

  close(): void {
    this.#stopListening();
    this.#subscription.unsubscribe();
    for (const question of this.#questions()) {
      this.#fail(question, new Unavailable("the bus is closed"));
    }
  }

  async #request(said: Said, timeoutMs: number): Promise<unknown> {
    const task = taskIn(said.params);
    const question = this.#ask(said, { emit: null, once: true });
    question.session = (task === undefined ? undefined : this.#homes.get(task)) ?? null;
    const late = () => this.#fail(question, new Unavailable(`no answer to ${said.method}`));
    const timer = setTimeout(late, timeoutMs);
    try {
      this.#put(question);
      return await question.answered.promise;
    } finally {
      clearTimeout(timer);
      this.#close(question);
    }
  }

  async #stream({ emit, once, ...said }: Stream, signal: AbortSignal): Promise<void> {
    let task: string | undefined;
    const take = (event: unknown) => {
      const begun = Begun.safeParse(event);
      if (begun.success && question.session !== null) {
        task = begun.data.task.id;
        this.#homes.set(task, question.session);
      }
      emit(event);
    };
    const question = this.#ask(said, { emit: take, once });
    const stop = () => this.#stop(question);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    try {
      this.#put(question);
      await question.answered.promise;
    } finally {
      signal.removeEventListener("abort", stop);
      if (task !== undefined) this.#homes.delete(task);
      this.#close(question);
    }
  }

  #ask(said: Said, how: Pick<Question, "emit" | "once">): Question {
    const question = questionOf(said, how);
    this.#open.set(question.id, question);
    return question;
  }

  /** A copy: a question that is put again changes its place among them. */
  #questions(): Question[] {
    return [...this.#open.values()];
  }

  /** Sends a question: to the process that has it, else to any of the agent's. */
  #put(question: Question): void {
    if (!this.#open.has(question.id)) return;
    clearTimeout(question.timer);
    if (question.put > 0) this.#rename(question);
    const { id, agent, session, method, params, seq: afterSeq, extensions } = question;
    const frame = { jsonrpc: "2.0", id, method, params };
    if ((question.put += 1) > PUT_MAX) {
      return this.#fail(question, new Lost(`${agent} could not be asked in ${PUT_MAX} tries`));
    }
    const { principal, session: mine } = this.#options;
    const subject =
      session === null ? rpcSubject(agent, principal) : sessionSubject(agent, principal, session);
    try {
      const bytes = encode(frame, codes.invalidParams);
      const reply = this.#replyTo(agent, id);
      this.#nc.publish(subject, bytes, { reply, headers: asking(mine, { extensions, afterSeq }) });
    } catch (error) {
      return this.#fail(question, error instanceof Error ? error : new Error(String(error)));
    }
    if (session === null && !question.once) this.#later(question, UNHEARD_MS);
  }

  /** What still comes for the last time it was put may have gaps, and is not heard any more. */
  #rename(question: Question): void {
    this.#open.delete(question.id);
    this.#hangUp(question);
    question.id = randomUUID();
    this.#open.set(question.id, question);
  }

  #replyTo(agent: string, id: string): string {
    const { principal, session } = this.#options;
    return `${answersOf(principal, agent)}.${session}.${id}`;
  }

  #later(question: Question, ms: number): void {
    clearTimeout(question.timer);
    question.timer = setTimeout(() => this.#put(question), ms).unref();
  }

  #receive(message: Msg): void {
    const question = this.#open.get(message.subject.split(".").at(-1) ?? "");
    // The subject says who answers: it may be the one who was asked, and nobody else.
    if (!question || answererIn(message.subject) !== question.agent) return;
    if (isUnheard(message)) return this.#unheard(question);
    const beside = readBeside(message);
    clearTimeout(question.timer);
    question.session = beside.session ?? question.session;
    this.#take(question, message, beside);
  }

  #take(question: Question, message: Msg, { seq }: Beside): void {
    const frame = readFrame(message.string());
    switch (frame.kind) {
      case "result":
        if (!question.emit) return question.answered.resolve(frame.result);
        if (hasGap(question, seq)) return this.#put(question);
        question.seq = seq ?? question.seq;
        try {
          return question.emit(frame.result);
        } catch (error) {
          const why = `not A2A: ${String(error).slice(0, 200)}`;
          return this.#fail(question, new RpcFailure(codes.invalidAgentResponse, why));
        }
      case "stream-end":
        return question.answered.resolve(null);
      case "error":
        return this.#fail(question, fromRpcError(frame.error));
      case "request":
      case "batch":
      case "cancel-stream":
      case "invalid":
        return this.#fail(question, new RpcFailure(codes.invalidAgentResponse, "not an answer"));
    }
  }

  /** Nobody listens: the process is gone, or the agent; one that is expected back is waited for. */
  #unheard(question: Question): void {
    const { agent, session, emit, put } = question;
    const { roster } = this.#options;
    // A broker that is back may have this process before it has the other one.
    const isExpected = session !== null && roster.isHere(agent, session);
    if (emit && isExpected) return this.#later(question, AGAIN_MS);
    if (session !== null && emit) return this.#lose(question);
    if (emit && roster.has(agent)) return this.#later(question, AGAIN_MS);
    if (put > 1) return this.#lose(question);
    this.#fail(question, new Refusal("not-found", `nobody called ${agent} is here`));
  }

  #part(agent: string, session: string): void {
    const isGone = !this.#options.roster.has(agent);
    for (const question of this.#questions()) {
      const isThere = question.session === session || (question.session === null && isGone);
      if (question.agent === agent && isThere) this.#lose(question);
    }
  }

  #lose(question: Question): void {
    const { agent, once } = question;
    if (once || !this.#options.roster.has(agent)) {
      return this.#fail(question, new Lost(`the process of ${agent} that was at it is lost`));
    }
    question.session = null;
    question.seq = undefined;
    this.#put(question);
  }

  /** Whoever asked no longer listens. */
  #stop(question: Question): void {
    question.answered.resolve(null);
    this.#hangUp(question);
  }

  /** The other side is told that nobody listens to this stream any more, and need not answer. */
  #hangUp({ id, agent, session, emit }: Question): void {
    if (!emit || this.#nc.isClosed()) return;
    const { principal, session: mine } = this.#options;
    const frame = encode({ id, cancelStream: true }, codes.internal);
    const beside = { reply: this.#replyTo(agent, "none"), headers: asking(mine) };
    this.#nc.publish(sessionSubject(agent, principal, session ?? EVERY_PROCESS), frame, beside);
  }

  #fail(question: Question, error: Error): void {
    question.answered.reject(error);
    this.#close(question);
  }

  #close(question: Question): void {
    clearTimeout(question.timer);
    this.#open.delete(question.id);
  }
}

type Stream = Said & { emit: (event: unknown) => void; once: boolean };
