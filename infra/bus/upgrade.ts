import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Standing } from "@nightshift/protocol/agent";

/** Whom a token was given to. */
export type Identity = { name: string; standing: Standing };
/** Identities by `tokenHash`: no token is kept anywhere but with whom it was given to. */
export type Tokens = () => ReadonlyMap<string, Identity>;

/** The SHA-256 of a token, in hex. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

export const SUBPROTOCOL = "a2a.v1";
export const HUB_PATH = "/a2a";
/** For clients that cannot set a header: the token as a second subprotocol. */
const TOKEN_PREFIX = "bearer.";

export type Verdict =
  | { ok: true; identity: Identity }
  | { ok: false; status: 400 | 401 | 403 | 404; reason: string };

/**
 * Who may open a socket, decided before there is one. Host and Origin keep the pages of a browser out
 * (DNS rebinding, cross-site sockets); the token says who it is.
 * @param hosts Values of the Host header that are this hub. @param origins Origins that may; agents
 *   that are no browser send none.
 */
export function checkUpgrade(
  request: IncomingMessage,
  {
    tokens,
    hosts,
    origins,
  }: { tokens: Tokens; hosts: readonly string[]; origins: readonly string[] },
): Verdict {
  const { host, origin, authorization } = request.headers;
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((p) => p.trim());
  if (request.url !== HUB_PATH) return { ok: false, status: 404, reason: "no such path" };
  if (host === undefined || !hosts.includes(host.toLowerCase()))
    return { ok: false, status: 403, reason: "not a host of this hub" };
  if (origin !== undefined && !origins.includes(origin))
    return { ok: false, status: 403, reason: "not an origin that may" };
  if (!offered.includes(SUBPROTOCOL))
    return { ok: false, status: 400, reason: `the subprotocol is ${SUBPROTOCOL}` };
  const inHeader = authorization?.match(/^Bearer ([^\s]{1,200})$/i)?.[1];
  const inProtocol = offered.find((name) => name.startsWith(TOKEN_PREFIX));
  const token = inHeader ?? inProtocol?.slice(TOKEN_PREFIX.length);
  // How long a look-up by digest takes tells nothing of the token.
  const identity = token === undefined ? undefined : tokens().get(tokenHash(token));
  if (!identity) return { ok: false, status: 401, reason: "no valid token" };
  return { ok: true, identity };
}
