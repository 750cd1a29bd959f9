import type {
  ClientContext,
  RequestError,
  RequestPermissionRequest,
} from "@agentclientprotocol/sdk";
import { Writable } from "node:stream";
import { openInput } from "../input.ts";
import { openRecord } from "../record.ts";
import { start } from "../run.ts";
import type { CliEnd, CliStart } from "../run.ts";
import { listenToAcp } from "./updates.ts";
import type { AcpTale } from "./updates.ts";

/** How a conversation with an ACP agent ended. */
export type AcpEnd = CliEnd & {
  tale: AcpTale;
  /** As it came; null where it never came to an end of its turn. */
  response: unknown;
  /** The error that the agent answered with, by its code; null where it did not. */
  error: { code: number; text: string } | null;
};

/** A message holds at most a file; more is dropped with the connection. */
const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;
const ERROR_CHARACTERS_MAX = 300;

/**
 * One turn with an agent that speaks ACP on its standard input and output, in the sandbox. Neither
 * files nor a terminal are offered to it: it has its own, and the sandbox bounds those.
 * @throws WorkerFailure `cancelled`, or `sandbox` when it could not be started.
 */
export async function converse(run: CliStart & { contained: boolean }): Promise<AcpEnd> {
  const sdk = await protocol();
  const record = openRecord(run);
  const { tale, hear } = listenToAcp();
  const input = await openInput(`${run.home.path}/input`);
  const output = chunks();
  const talk = { input: input.path, onOutput: output.push };
  // A command that it waits for is at work, however quiet.
  const mayBeQuiet = () => tale.running.size > 0;
  const ended = start({ ...run, mayBeQuiet }, talk).finally(() => {
    output.end();
    input.close();
  });
  const app = sdk
    .client({ name: "nightshift" })
    .onRequest(sdk.methods.client.session.requestPermission, ({ params }) => {
      record.keep({ type: "acp.permission", ...params });
      return { outcome: leave(params, run.contained) };
    })
    .onNotification(sdk.methods.client.session.update, ({ params: { update } }) => {
      const { note, skip = false } = hear(update);
      if (!skip) record.keep({ type: `acp.${update.sessionUpdate}`, ...update });
      if (note !== undefined) record.note(note);
    });
  const stream = sdk.ndJsonStream(Writable.toWeb(input.writable), output.readable, {
    maxMessageBytes: MESSAGE_BYTES_MAX,
  });
  const told = await app
    .connectWith(stream, (agent) => oneTurn(agent, run.request, tale))
    .then(
      (response) => ({ response, error: null }),
      (error: unknown) => ({
        response: null,
        error: error instanceof sdk.RequestError ? toldError(error) : null,
      }),
    );
  run.end();
  const result = await ended;
  record.keep({ type: "acp.end", ...told, summary: tale.summary });
  const complaint = result.stderr.trim();
  if (complaint !== "") record.keep({ type: "nightshift.stderr", text: complaint });
  return { result, transcript: record.transcript(), tale, ...told };
}

/** Only whoever talks to an agent has to hold the protocol in memory. */
function protocol() {
  return import("@agentclientprotocol/sdk");
}

async function oneTurn(agent: ClientContext, request: CliStart["request"], tale: AcpTale) {
  await agent.request("initialize", {
    protocolVersion: 1,
    clientInfo: { name: "nightshift", version: "0" },
    clientCapabilities: {},
  });
  const { clone: cwd, prompt } = request;
  const { sessionId } = await agent.request("session/new", { cwd, mcpServers: [] });
  tale.session = sessionId;
  return agent.request("session/prompt", { sessionId, prompt: [{ type: "text", text: prompt }] });
}

/** Text as it comes, as a stream of bytes; what comes after either side has closed it is dropped. */
function chunks() {
  const encoder = new TextEncoder();
  let open: ReadableStreamDefaultController<Uint8Array> | null = null;
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      open = controller;
    },
    cancel() {
      open = null;
    },
  });
  return {
    readable,
    push: (text: string) => open?.enqueue(encoder.encode(text)),
    end: () => open?.close(),
  };
}

/**
 * In the sandbox everything may be done that can be done there. Without one, files may be edited
 * and nothing may be run.
 */
function leave({ options, toolCall }: RequestPermissionRequest, contained: boolean) {
  const may = contained || UNCONTAINED.has(toolCall.kind ?? "other");
  const wanted = may ? ["allow_once", "allow_always"] : ["reject_once", "reject_always"];
  const chosen = wanted.flatMap((kind) => options.filter((option) => option.kind === kind))[0];
  if (!chosen) return { outcome: "cancelled" as const };
  return { outcome: "selected" as const, optionId: chosen.optionId };
}

const UNCONTAINED = new Set(["read", "edit", "search", "think"]);

function toldError({ code, message, data }: RequestError): AcpEnd["error"] {
  const more = data === undefined ? "" : ` ${JSON.stringify(data)}`;
  return { code, text: `${message}${more}`.slice(0, ERROR_CHARACTERS_MAX) };
}
