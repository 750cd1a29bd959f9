import type { IncomingMessage } from "node:http";
import { bearerOf, identityOf, turnedAway, type Identity, type Tokens } from "./door.ts";

export const SUBPROTOCOL = "a2a.v1";
export const HUB_PATH = "/a2a";
/** For clients that cannot set a header: the token as a second subprotocol. */
const TOKEN_PREFIX = "bearer.";

export type Verdict =
  | { ok: true; identity: Identity }
  | { ok: false; status: 400 | 401 | 403 | 404; reason: string };

/** Who may open a socket, decided before there is one; `hosts` and `origins` as the door has them. */
export function checkUpgrade(
  request: IncomingMessage,
  {
    tokens,
    hosts,
    origins,
  }: { tokens: Tokens; hosts: readonly string[]; origins: readonly string[] },
): Verdict {
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((p) => p.trim());
  if (request.url !== HUB_PATH) return { ok: false, status: 404, reason: "no such path" };
  const reason = turnedAway(request.headers, { hosts, origins });
  if (reason !== undefined) return { ok: false, status: 403, reason };
  if (!offered.includes(SUBPROTOCOL))
    return { ok: false, status: 400, reason: `the subprotocol is ${SUBPROTOCOL}` };
  const inHeader = bearerOf(request.headers.authorization);
  const inProtocol = offered.find((name) => name.startsWith(TOKEN_PREFIX));
  const token = inHeader ?? inProtocol?.slice(TOKEN_PREFIX.length);
  const identity = identityOf(token, tokens);
  if (!identity) return { ok: false, status: 401, reason: "no valid token" };
  return { ok: true, identity };
}
