import { WebSocket } from "ws";
import { JOIN_METHOD } from "./sessions.ts";
import { SUBPROTOCOL } from "./upgrade.ts";

/** A socket whose frames a test writes by hand. */
export type RawSocket = {
  socket: WebSocket;
  say: (frame: unknown) => void;
  sayText: (text: string) => void;
  /** The next frame that comes. @throws Error after two seconds without one. */
  next(): Promise<Reply>;
  /** All that came and was not taken with `next`. */
  rest(): Reply[];
  closed: Promise<{ code: number; reason: string }>;
};

/** A frame, or the array of a batch under `batch`. */
export type Reply = {
  id?: string | null;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
  streamEnd?: true;
  batch?: Reply[];
  method?: string;
  params?: { message?: { messageId?: string } };
};

/** Opens a socket. @throws Error with the HTTP status when the upgrade is refused. */
export async function openRaw(
  url: string,
  headers: Record<string, string>,
  protocols: string[] = [SUBPROTOCOL],
): Promise<RawSocket> {
  const socket = new WebSocket(url, protocols, { headers, perMessageDeflate: false });
  const replies: Reply[] = [];
  let wake = Promise.withResolvers<void>();
  socket.on("message", (data) => {
    const value = JSON.parse(Buffer.isBuffer(data) ? data.toString() : "null");
    replies.push(Array.isArray(value) ? { batch: value } : value);
    wake.resolve();
    wake = Promise.withResolvers();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on("close", (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.once("open", resolve);
    socket.once("unexpected-response", (_request, { statusCode }) => {
      reject(new Error(`HTTP ${statusCode}`));
      socket.terminate();
    });
  });
  return {
    socket,
    say: (frame) => socket.send(JSON.stringify(frame)),
    sayText: (text) => socket.send(text),
    async next() {
      const until = performance.now() + 2_000;
      while (replies.length === 0) {
        if (performance.now() > until) throw new Error("no frame came");
        const timer = setTimeout(wake.resolve, 2_000);
        await wake.promise;
        clearTimeout(timer);
      }
      return replies.shift() ?? {};
    },
    rest: () => replies.splice(0),
    closed,
  };
}

/** Opens a socket and joins with a card of this name and skills. */
export async function joinRaw(url: string, token: string, name: string): Promise<RawSocket> {
  const raw = await openRaw(url, { authorization: `Bearer ${token}` });
  raw.say(joinFrame(name));
  await raw.next();
  return raw;
}

/** @param epoch Of an agent that was here before: the one that it was given then. */
export function joinFrame(name: string, epoch?: number) {
  const card = { name, description: "by hand", version: "1", skills: ["bid"] };
  const params = epoch === undefined ? { card } : { card, resume: { agent: name, epoch } };
  return { jsonrpc: "2.0", id: "join", method: JOIN_METHOD, params };
}

/** A request of A2A 1.0, right in every detail unless told otherwise. */
export function sendFrame(id: string, to: string, skill: string, input: unknown) {
  return {
    jsonrpc: "2.0",
    id,
    method: "SendMessage",
    params: {
      tenant: to,
      message: {
        messageId: `message-${id}`,
        contextId: "task-1",
        role: "ROLE_USER",
        parts: [{ data: { skill, input }, mediaType: "application/json" }],
      },
    },
    serviceParameters: { "A2A-Version": "1.0" },
  };
}
