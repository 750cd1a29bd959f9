import { Method, methods, type Message } from "@nightshift/protocol/a2a";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import { skills, type NightCard, type SkillName } from "@nightshift/protocol/skills";
import { Refusal } from "@nightshift/protocol/errors";
import { z } from "zod";
import { MEDIA_TYPE } from "./card.ts";

/**
 * The one data part of a request: what is asked, and of which skill. Characters of JSON of one input
 * or output; a diff of a large change fits, and a frame around it still passes the socket.
 */
export const PAYLOAD_CHARS_MAX = 7 * 1024 * 1024;

const Envelope = z.strictObject({ skill: z.string(), input: z.unknown() });
export type Ask = { skill: SkillName; input: unknown };

/** A request that passed: a method with what it takes. */
export type Checked = {
  [M in Method]: { method: M; params: z.infer<(typeof methods)[M]> };
}[Method];

/**
 * Holds a method and its params against the strict schema of A2A, before anybody else sees them.
 * @throws RpcFailure -32601 for what is no method, -32602 for what it does not take.
 */
export function checkRequest(method: string, params: unknown): Checked {
  return readers[checkMethod(method)](params ?? {});
}

/** @throws RpcFailure -32601 for what is no method. */
export function checkMethod(method: string): Method {
  const known = Method.safeParse(method);
  if (!known.success) throw new RpcFailure(codes.methodNotFound, `no method ${cut(method)}`);
  return known.data;
}

/** One a method, so that the compiler knows which params belong to which. */
const readers: { [M in Method]: (params: unknown) => Extract<Checked, { method: M }> } = {
  SendMessage: reader("SendMessage", methods.SendMessage),
  SendStreamingMessage: reader("SendStreamingMessage", methods.SendStreamingMessage),
  GetTask: reader("GetTask", methods.GetTask),
  ListTasks: reader("ListTasks", methods.ListTasks),
  CancelTask: reader("CancelTask", methods.CancelTask),
  SubscribeToTask: reader("SubscribeToTask", methods.SubscribeToTask),
  CreateTaskPushNotificationConfig: reader(
    "CreateTaskPushNotificationConfig",
    methods.CreateTaskPushNotificationConfig,
  ),
  GetTaskPushNotificationConfig: reader(
    "GetTaskPushNotificationConfig",
    methods.GetTaskPushNotificationConfig,
  ),
  ListTaskPushNotificationConfigs: reader(
    "ListTaskPushNotificationConfigs",
    methods.ListTaskPushNotificationConfigs,
  ),
  DeleteTaskPushNotificationConfig: reader(
    "DeleteTaskPushNotificationConfig",
    methods.DeleteTaskPushNotificationConfig,
  ),
  GetExtendedAgentCard: reader("GetExtendedAgentCard", methods.GetExtendedAgentCard),
};

function reader<M extends Method, Params>(method: M, schema: z.ZodType<Params>) {
  return (params: unknown): { method: M; params: Params } => {
    const checked = schema.safeParse(params);
    if (!checked.success) throw invalid(checked.error);
    return { method, params: checked.data };
  };
}

/**
 * The version of A2A that a request is meant in. Patch numbers do not count: 1.0.1 is 1.0.
 * @throws RpcFailure -32009 for any other; nothing said means 0.3 (spec 3.6).
 */
export function checkVersion(version: string): void {
  if (/^1\.0(?:\.\d{1,4})?$/.test(version)) return;
  const said = version === "" ? "no A2A-Version, which means 0.3" : `A2A ${cut(version)}`;
  throw new RpcFailure(codes.versionNotSupported, `${said}: only 1.0 is spoken here`);
}

/**
 * What a message asks of an agent: its skill's input, checked.
 * @throws RpcFailure -32602 when the input is not what the skill takes.
 * @throws Refusal `not-found` when the agent has no such skill.
 */
export function readAsk(message: Message, card: NightCard): Ask {
  const [part, ...rest] = message.parts;
  if (part?.data === undefined || (part.mediaType ?? MEDIA_TYPE) !== MEDIA_TYPE)
    throw new RpcFailure(codes.contentTypeNotSupported, `a request is data, of ${MEDIA_TYPE}`);
  if (rest.length > 0) throw new RpcFailure(codes.invalidParams, "a request is one data part");
  const envelope = Envelope.safeParse(part.data);
  if (!envelope.success) throw invalid(envelope.error);
  const skill = card.skills.find((known) => known === envelope.data.skill);
  if (!skill)
    throw new Refusal("not-found", `${card.name} has no skill ${cut(envelope.data.skill)}`);
  const input = skills[skill].input.safeParse(envelope.data.input);
  if (!input.success) throw invalid(input.error);
  return { skill, input: input.data };
}

function invalid(error: z.ZodError): RpcFailure {
  return new RpcFailure(codes.invalidParams, cut(z.prettifyError(error), 500));
}

function cut(text: string, charsMax = 40): string {
  return text.slice(0, charsMax);
}
