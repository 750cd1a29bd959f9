import { Method, methods, type Message, type SendMessageParams } from "@nightshift/protocol/a2a";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import { SkillName, skills, type NightCard } from "@nightshift/protocol/skills";
import { Refusal } from "@nightshift/protocol/errors";
import { z } from "zod";

/**
 * The one data part of a request: what is asked, and of which skill. Characters of JSON of one input
 * or output; a diff of a large change fits, and a frame around it still passes the socket.
 */
export const PAYLOAD_CHARS_MAX = 7 * 1024 * 1024;

const Envelope = z.strictObject({ skill: z.string(), input: z.unknown() });
const Ask = Envelope.extend({ skill: SkillName });
export type Ask = z.infer<typeof Ask>;

/**
 * Holds a method and its params against the strict schema of A2A, before the SDK sees them.
 * @throws RpcFailure -32601 for what is no method, -32602 for what it does not take.
 */
export function checkRequest(method: string, params: unknown): Method {
  const known = Method.safeParse(method);
  if (!known.success) throw new RpcFailure(codes.methodNotFound, `no method ${method}`);
  const checked = methods[known.data].safeParse(params ?? {});
  if (!checked.success) throw invalid(checked.error);
  return known.data;
}

/** Params of SendMessage and SendStreamingMessage. @throws RpcFailure -32602. */
export function readSend(params: unknown): SendMessageParams {
  const checked = methods.SendMessage.safeParse(params);
  if (!checked.success) throw invalid(checked.error);
  return checked.data;
}

/**
 * What a message asks of an agent: its skill's input, checked.
 * @throws RpcFailure -32602 when the input is not what the skill takes.
 * @throws Refusal `not-found` when the agent has no such skill.
 */
export function readAsk(message: Message, card: NightCard): Ask {
  const [part, ...rest] = message.parts;
  if (part?.data === undefined || rest.length > 0)
    throw new RpcFailure(codes.invalidParams, "a request is one data part");
  const envelope = Envelope.safeParse(part.data);
  if (!envelope.success) throw invalid(envelope.error);
  const skill = card.skills.find((known) => known === envelope.data.skill);
  if (!skill)
    throw new Refusal("not-found", `${card.name} has no skill ${cut(envelope.data.skill)}`);
  const input = skills[skill].input.safeParse(envelope.data.input);
  if (!input.success) throw invalid(input.error);
  return { skill, input: input.data };
}

/** Reads a message that passed `readAsk` before. @throws Error (a bug) when it did not. */
export function askedBefore(data: unknown): Ask {
  return Ask.parse(data);
}

function invalid(error: z.ZodError): RpcFailure {
  return new RpcFailure(codes.invalidParams, cut(z.prettifyError(error), 500));
}

function cut(text: string, charsMax = 40): string {
  return text.slice(0, charsMax);
}
