import { BadInput, Refusal, Unavailable } from "@nightshift/protocol/errors";
import { canonicalCard } from "../signing/canonical.ts";
import { knownCard } from "../signing/known-card.ts";
import {
  keyAddresses,
  readKeySet,
  signatureCount,
  signersOf,
  type PublicJwk,
} from "../signing/verify-card.ts";
import type { AllowsHost } from "./addresses.ts";
import { KEYS_PATH } from "./cards.ts";
import { readText, send } from "./outgoing.ts";
import { RemoteCard } from "./remote-card.ts";

export type FetchedCard = {
  card: RemoteCard;
  /** What its signatures are about, and what an approval is about: the same text, the same card. */
  canonical: string;
  /** The keys whose signature on it is good; empty for a card that bears none. */
  signers: PublicJwk[];
  /** Where it was found. */
  address: URL;
};

export type FetchOptions = {
  allows: AllowsHost;
  /** Keys that are known from before; the agent's own are fetched where there are none. */
  pinned?: readonly PublicJwk[];
  signal: AbortSignal;
};

const CARD_BYTES_MAX = 256 * 1024;
const SILENCE_MS = 10_000;
const KEY_PLACES_MAX = 3;

/**
 * Fetches the card of an agent and holds its signatures against its keys.
 * @param url The card's own, or the agent's, whose card is at `/.well-known/agent-card.json` below it.
 * @throws BadInput for an answer that is no card of A2A 1.0, and for a signature that is not good.
 * @throws Refusal for an address that may not be reached, Unavailable where nobody answers.
 */
export async function fetchCard(url: URL, options: FetchOptions): Promise<FetchedCard> {
  const address = cardAddress(url);
  const value = await fetchJson(address, "the card", options);
  const read = RemoteCard.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.join(".") || "the card";
    const mend = "ask whoever runs it for a card of A2A 1.0";
    throw new BadInput(`not a card of A2A 1.0: ${where}: ${issue?.message}`, address.href, mend);
  }
  const signers = await goodSigners(value, address, options);
  return { card: read.data, canonical: canonicalCard(knownCard(value)), signers, address };
}

function cardAddress(url: URL): URL {
  if (url.pathname.endsWith(".json")) return url;
  return new URL(`${url.pathname.replace(/\/+$/, "")}/.well-known/agent-card.json`, url);
}

/** @throws BadInput for a card that bears signatures of which none is good. */
async function goodSigners(
  value: unknown,
  address: URL,
  options: FetchOptions,
): Promise<PublicJwk[]> {
  if (signatureCount(value) === 0) return [];
  const keys = options.pinned ?? (await ownKeys(value, address, options));
  const good = new Set(signersOf(value, keys));
  if (good.size > 0) return keys.filter(({ kid }) => good.has(kid));
  throw new BadInput(
    options.pinned
      ? "the card is not signed by a key that was approved"
      : "the card is not what was signed: it was changed, or signed with another key",
    address.href,
    "ask whoever runs it; do not add it before",
  );
}

/** The keys that the server of the card gives: they bind the card to the server, not to a person. */
async function ownKeys(value: unknown, address: URL, options: FetchOptions): Promise<PublicJwk[]> {
  const places = new Set(keyAddresses(value).map((jku) => new URL(jku ?? KEYS_PATH, address).href));
  const keys: PublicJwk[] = [];
  for (const place of [...places].slice(0, KEY_PLACES_MAX)) {
    const from = new URL(place);
    // A signature that brings its own judge proves nothing.
    if (from.origin !== address.origin) continue;
    try {
      keys.push(...readKeySet(await fetchJson(from, "its keys", options)));
    } catch (error) {
      if (error instanceof Refusal) throw error;
      // Without them no signature is good, which is what is told.
    }
  }
  return keys;
}

async function fetchJson(url: URL, what: string, { allows, signal }: FetchOptions) {
  const headers = { accept: "application/json", "a2a-version": "1.0", "user-agent": "night-shift" };
  const outgoing = { url, method: "GET" as const, headers, silenceMs: SILENCE_MS, signal, allows };
  const answer = await send(outgoing);
  const status = answer.statusCode ?? 0;
  const text = await readText(answer, CARD_BYTES_MAX);
  if (status >= 300 && status < 400)
    throw new Unavailable(`${url.href} leads elsewhere, and no redirect is followed`);
  if (status !== 200) throw new Unavailable(`${url.href} answers HTTP ${status}, not ${what}`);
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new BadInput(`${what} is no JSON`, url.href, "check the address");
  }
}
