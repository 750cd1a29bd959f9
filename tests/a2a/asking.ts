import { hashed, given } from "@nightshift/infra/bus/hub-rig";
import { as, byHand, eventsOf, json, version } from "@nightshift/infra/bus/http/http-rig";
import { createHub, type Hub } from "@nightshift/infra/bus/hub";
import { bidder, bidInput, bidsOf, endless } from "@nightshift/infra/bus/bus-samples";
import { createPush } from "@nightshift/infra/bus/push/push";
import { afterEach } from "vitest";
import { z } from "zod";

// Our server as the compatibility kit speaks to it: by hand, in both forms of HTTP.

export type Form = "JSONRPC" | "HTTP_JSON";
export const forms: readonly Form[] = ["JSONRPC", "HTTP_JSON"];

export type Told = {
  status: number;
  type: string;
  result: unknown;
  /** The code of JSON-RPC, or the status of REST. */
  code: number | undefined;
  /** What the error says to programs: `data` of JSON-RPC, `details` of REST. */
  details: unknown;
  /** Events of a stream; empty where there was none. */
  events: unknown[];
};

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Agents: `quick` answers at once, `slow` notes what it does and waits to be let go. */
export async function server(): Promise<{ url: string; letGo: () => void; hub: Hub }> {
  const push = createPush({ allowedHosts: ["127.0.0.1"] });
  const hub = await createHub({ principal: "house", tokens: () => hashed(given), push });
  closing.push(
    () => push.close(),
    () => hub.close(),
  );
  const gate = Promise.withResolvers<void>();
  await hub.join(bidder(async () => bidsOf("m"), "quick"));
  await hub.join(
    bidder(async (_input, call) => {
      for (const note of ["one", "two"]) call.progress(note);
      const done = gate.promise.then(() => call.progress("three")).then(() => bidsOf("late"));
      return Promise.race([done, endless(call)]);
    }, "slow"),
  );
  return { url: hub.url.replace("ws:", "http:"), letGo: gate.resolve, hub };
}

let messages = 0;
export function message(): object {
  messages += 1;
  const data = { skill: "bid", input: bidInput };
  const messageId = `tck-${messages}`;
  return { messageId, contextId: "tck-context", role: "ROLE_USER", parts: [{ data }] };
}

/** The id of the task of a SendMessage. */
export function taskOf({ result }: Told): { id: string; status: { state: string } } {
  const status = z.object({ state: z.string() });
  return z.looseObject({ task: z.looseObject({ id: z.string(), status }) }).parse(result).task;
}

export type Ask = (
  method: string,
  params: Record<string, unknown>,
  more?: { agent?: string; headers?: Record<string, string> },
) => Promise<Told>;

export function asking(url: string, form: Form): Ask {
  return (method, params, { agent = "quick", headers = version } = {}) => {
    const all = { ...json, ...as("t-worker"), ...headers };
    return form === "JSONRPC"
      ? askRpc(url, { method, params: { tenant: agent, ...params } }, all)
      : askRest(`${url}/${agent}`, method, params, all);
  };
}

async function askRpc(url: string, asked: object, headers: Record<string, string>): Promise<Told> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, ...asked });
  const answer = await byHand(url, { method: "POST", headers, body });
  const { result, error } = Object(answer.json);
  const type = answer.headers["content-type"] ?? "";
  const isStream = type.startsWith("text/event-stream");
  const events = isStream ? eventsOf(answer.text).map(({ data }) => Object(data).result) : [];
  return { status: answer.status, type, result, code: error?.code, details: error?.data, events };
}

async function askRest(
  place: string,
  method: string,
  { id, taskId, ...rest }: Record<string, unknown>,
  headers: Record<string, string>,
): Promise<Told> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) query.set(name, String(value));
  const configs = `/tasks/${taskId}/pushNotificationConfigs`;
  const routes: Record<string, [string, string]> = {
    SendMessage: ["POST", "/message:send"],
    "v1/SendMessage": ["POST", "/v1/message:send"],
    SendStreamingMessage: ["POST", "/message:stream"],
    GetTask: ["GET", `/tasks/${id}?${query}`],
    ListTasks: ["GET", `/tasks?${query}`],
    CancelTask: ["POST", `/tasks/${id}:cancel`],
    SubscribeToTask: ["POST", `/tasks/${id}:subscribe`],
    CreateTaskPushNotificationConfig: ["POST", configs],
    GetTaskPushNotificationConfig: ["GET", `${configs}/${id}`],
    ListTaskPushNotificationConfigs: ["GET", configs],
    DeleteTaskPushNotificationConfig: ["DELETE", `${configs}/${id}`],
    GetExtendedAgentCard: ["GET", "/extendedAgentCard"],
  };
  const [verb = "GET", path = ""] = routes[method] ?? [];
  const body = verb === "POST" ? { body: JSON.stringify(rest) } : {};
  const answer = await byHand(`${place}${path}`, { method: verb, headers, ...body });
  const type = answer.headers["content-type"] ?? "";
  const isStream = type.startsWith("text/event-stream");
  const { error } = Object(answer.json);
  const told = { status: answer.status, type, code: error?.code, details: error?.details };
  const events = isStream ? eventsOf(answer.text).map(({ data }) => data) : [];
  return { ...told, result: error ? undefined : answer.json, events };
}
