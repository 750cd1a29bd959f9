import { isEnded, StreamResponse, type Part } from "@nightshift/protocol/a2a";
import type { CallOptions } from "@nightshift/protocol/bus";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { codes, RefusalData, RpcFailure } from "@nightshift/protocol/rpc";
import {
  skills,
  type SkillInput,
  type SkillName,
  type SkillOutput,
} from "@nightshift/protocol/skills";
import type { z } from "zod";
import { MEDIA_TYPE } from "./card.ts";
import { NOTE_CHARS_MAX } from "./calls/work.ts";
import { AFTER_SEQ_URI, DIRECT_URI, NEGOTIATION_URI } from "./extensions.ts";
import { PAYLOAD_CHARS_MAX } from "./gate.ts";

/** Milliseconds that cancelling a call may take, in the background. */
const CANCEL_MS = 5_000;
/** What a timer can hold. */
const TIMER_MS_MAX = 2 ** 31 - 1;
/** Where a hub tells an agent who calls through it (metadata of a request). */
export const PRINCIPAL_KEY = "https://night-shift.dev/principal";

/** Skills whose answer comes in a breath: no task is made for them where the other side can do so. */
const BRIEF: ReadonlySet<SkillName> = new Set(["bid", "propose"]);

/** What goes beside a request: the extensions it activates, the event after which a stream goes on. */
export type Service = { extensions?: string | undefined; afterSeq?: number | undefined };

/** The caller's end of any binding. */
export interface Wire {
  /** @throws RpcFailure or Refusal as the other side said it, Unavailable when it is lost. */
  request(method: string, params: object, timeoutMs: number, service?: Service): Promise<unknown>;
  /** Resolves after the last event; stops listening when the signal aborts. Throws as `request`. */
  stream(
    method: string,
    params: object,
    emit: (event: unknown) => void,
    signal: AbortSignal,
    service?: Service,
  ): Promise<void>;
}

type Delegation<S extends SkillName> = {
  to: string;
  skill: S;
  input: SkillInput<S>;
  /** Named to an agent that trusts the caller to say who asks: a hub, for those behind it. */
  principal?: string;
};

/** The caller's half of a call over A2A, the same on every binding. Throws as `Bus.call` says. */
export async function delegate<S extends SkillName>(
  wire: Wire,
  { to, skill, input, principal }: Delegation<S>,
  options: CallOptions,
): Promise<SkillOutput<S>> {
  if (options.signal.aborted) throw new Unavailable(`${skill} was cancelled before it began`);
  const params = paramsOf(to, { skill, input }, options, principal);
  const reading = createReading(options.onProgress);
  // By hand, not with AbortSignal.any: that leaves something behind on a signal that lives all night.
  const given = new AbortController();
  const stop = () => given.abort(`${skill} was cancelled`);
  const late = () => given.abort(`${to} gave no answer to ${skill} in ${options.timeoutMs} ms`);
  const timer = setTimeout(late, Math.min(options.timeoutMs, TIMER_MS_MAX));
  options.signal.addEventListener("abort", stop, { once: true });
  const listening = new AbortController();
  try {
    const take = (event: unknown) => reading.take(event);
    const service = { extensions: extensionsFor(skill) };
    const reads = wire.stream("SendStreamingMessage", params, take, listening.signal, service);
    await untilAborted(reads, given.signal);
    return outputOf(skill, to, reading.answer());
  } catch (error) {
    if (given.signal.aborted) {
      // Without a task it is enough to listen no more.
      if (BRIEF.has(skill) && !reading.hasTask()) listening.abort();
      void cancel(wire, { tenant: to, ...spokenFor(principal) }, reading.task, listening);
      throw new Unavailable(String(given.signal.reason), { cause: error });
    }
    throw asCallerSees(error, to);
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", stop);
  }
}

function paramsOf(
  to: string,
  ask: { skill: SkillName; input: unknown },
  options: CallOptions,
  principal: string | undefined,
): object {
  if (JSON.stringify(ask).length > PAYLOAD_CHARS_MAX)
    throw new RpcFailure(codes.invalidParams, `the input of ${ask.skill} is too large`);
  const phase = phases[ask.skill];
  const { timeoutMs } = options;
  return {
    tenant: to,
    message: {
      messageId: options.message,
      contextId: options.context,
      role: "ROLE_USER",
      parts: [{ data: ask, mediaType: MEDIA_TYPE }],
      ...(phase && { metadata: { [NEGOTIATION_URI]: { phase, closesInMs: timeoutMs } } }),
    },
    configuration: { acceptedOutputModes: [MEDIA_TYPE], historyLength: 0 },
    ...spokenFor(principal),
  };
}

/** What an agent that negotiates is told: bids that come later than that are not heard. */
const phases: { [S in SkillName]?: string } = { bid: "announce", implement: "award" };

function extensionsFor(skill: SkillName): string {
  const direct = BRIEF.has(skill) ? DIRECT_URI : AFTER_SEQ_URI;
  return phases[skill] ? `${direct}, ${NEGOTIATION_URI}` : direct;
}

function spokenFor(principal: string | undefined): object {
  return principal === undefined ? {} : { metadata: { [PRINCIPAL_KEY]: principal } };
}

/** What the events of a call have told so far. */
function createReading(onProgress: CallOptions["onProgress"]) {
  const task = Promise.withResolvers<string>();
  let hasTask = false;
  let answer: Part | undefined;
  let ending: { state: string; part: Part | undefined } | undefined;

  function end(status: { state: string; message?: { parts: Part[] } | undefined }): void {
    ending = { state: status.state, part: status.message?.parts[0] };
  }

  return {
    /** Resolves with the A2A id of the call once it is told. */
    task: task.promise,
    hasTask: () => hasTask,
    /** @throws ZodError when the other side does not speak A2A. */
    take(event: unknown): void {
      const response = StreamResponse.parse(event);
      if ("message" in response) {
        answer = response.message.parts[0];
        ending = { state: "TASK_STATE_COMPLETED", part: undefined };
      } else if ("artifactUpdate" in response) answer = response.artifactUpdate.artifact.parts[0];
      else if ("task" in response) {
        hasTask = true;
        task.resolve(response.task.id);
        answer = response.task.artifacts?.[0]?.parts[0] ?? answer;
        if (isEnded(response.task.status.state)) end(response.task.status);
      } else if ("statusUpdate" in response) {
        const { status } = response.statusUpdate;
        const note = status.message?.parts[0]?.text;
        if (isEnded(status.state)) end(status);
        else if (note !== undefined) onProgress?.(note.slice(0, NOTE_CHARS_MAX));
      }
    },
    /** The data of the answer. @throws Refusal, or Unavailable where there is none. */
    answer(): unknown {
      if (ending?.state === "TASK_STATE_COMPLETED") return answer?.data;
      if (ending?.state === "TASK_STATE_REJECTED") throw refusalOf(ending.part?.data);
      throw new Unavailable(
        ending?.part?.text?.slice(0, 500) ?? "the call ended without an answer",
      );
    },
  };
}

function refusalOf(data: unknown): Error {
  const read = RefusalData.safeParse(data);
  if (!read.success) return new Unavailable("the call was refused without a reason");
  return new Refusal(read.data.refusal, read.data.message ?? read.data.refusal);
}

/** The schemas by skill, told to the compiler so that one skill's schema gives its own output. */
type Outputs = {
  [S in SkillName]: {
    output: { safeParse(data: unknown): z.ZodSafeParseResult<SkillOutput<S>> };
  };
};
const outputs: Outputs = skills;

function outputOf<S extends SkillName>(skill: S, to: string, data: unknown): SkillOutput<S> {
  const checked = outputs[skill].output.safeParse(data);
  if (checked.success) return checked.data;
  throw new Unavailable(`the answer of ${to} is not one of ${skill}`, { cause: checked.error });
}

/** A wrong input is a bug of the caller and stays one; all else that broke is the world's. */
function asCallerSees(error: unknown, to: string): Error {
  if (error instanceof Refusal || error instanceof Unavailable) return error;
  if (error instanceof RpcFailure && error.code === codes.invalidParams) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new Unavailable(`${to} cannot be reached: ${why.slice(0, 500)}`, { cause: error });
}

async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Tells the callee, then stops listening. The caller has its answer already: nobody waits. */
async function cancel(
  wire: Wire,
  address: object,
  task: Promise<string>,
  listening: AbortController,
): Promise<void> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), CANCEL_MS);
  try {
    const id = await Promise.race([task, late.promise]);
    if (id !== undefined) await wire.request("CancelTask", { ...address, id }, CANCEL_MS);
  } catch {
    // It ended by itself, or it is lost; either way nothing is left to cancel.
  } finally {
    clearTimeout(timer);
    listening.abort();
  }
}
