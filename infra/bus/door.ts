import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Standing } from "@nightshift/protocol/agent";

/** Whom a token was given to. */
export type Identity = { name: string; standing: Standing };
/** Identities by `tokenHash`: no token is kept anywhere but with whom it was given to. */
export type Tokens = () => ReadonlyMap<string, Identity>;

/** The SHA-256 of a token, in hex. */
export function tokenHash(token: string): string {
  return hash("sha256", token, "hex");
}

/**
 * Keeps the pages of a browser out (DNS rebinding, cross-site requests), whatever token they have.
 * @param hosts Values of the Host header that are this server. @param origins Origins that may;
 *   agents that are no browser send none.
 * @returns why not; undefined for who may go on to show a token.
 */
export function turnedAway(
  { host, origin }: IncomingHttpHeaders,
  { hosts, origins }: { hosts: readonly string[]; origins: readonly string[] },
): string | undefined {
  if (host === undefined || !hosts.includes(host.toLowerCase())) return "not a host of this hub";
  if (origin !== undefined && !origins.includes(origin)) return "not an origin that may";
  return undefined;
}

/** The token of an `Authorization: Bearer …`. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return authorization?.match(/^Bearer ([^\s]{1,200})$/i)?.[1];
}

/** Who shows this token. How long a look-up by digest takes tells nothing of the token. */
export function identityOf(token: string | undefined, tokens: Tokens): Identity | undefined {
  return token === undefined ? undefined : tokens().get(tokenHash(token));
}
