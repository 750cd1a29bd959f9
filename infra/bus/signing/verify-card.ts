import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { canonicalCard } from "./canonical.ts";
import { knownCard } from "./known-card.ts";

const SIGNATURES_MAX = 10;
const KEYS_MAX = 20;

const Signatures = z.object({
  signatures: z
    .array(z.object({ protected: z.string().max(4_000), signature: z.string().max(2_000) }))
    .max(SIGNATURES_MAX)
    .default([]),
});

const Header = z.object({
  alg: z.string().max(20),
  kid: z.string().min(1).max(200),
  jku: z.url().max(2_000).optional(),
  /** Extensions that must be understood: none is. */
  crit: z.never().optional(),
});

/** A public key as a JWK set has it, and the whole of it as it came. */
export type PublicJwk = { kid: string; jwk: Record<string, unknown> };

const KeySet = z.object({
  keys: z.array(z.looseObject({ kid: z.string().max(200) })).max(KEYS_MAX),
});

/** @throws ZodError for what is no JWK set. */
export function readKeySet(value: unknown): PublicJwk[] {
  return KeySet.parse(value).keys.map((jwk) => ({ kid: jwk.kid, jwk }));
}

/** Where a card says the keys of its signatures are; undefined where it does not say. */
export function keyAddresses(card: unknown): (string | undefined)[] {
  return headersOf(card).map(({ header }) => header?.jku);
}

/** How many signatures a card bears, good or bad. */
export function signatureCount(card: unknown): number {
  return headersOf(card).length;
}

/** Ids of the keys whose signature on this card is good; none: it is not what they signed. */
export function signersOf(card: unknown, keys: readonly PublicJwk[]): string[] {
  const payload = Buffer.from(canonicalCard(knownCard(card))).toString("base64url");
  return headersOf(card).flatMap(({ header, protectedText, signature }) => {
    if (!header) return [];
    const named = keys.find(({ kid }) => kid === header.kid);
    const signed = Buffer.from(`${protectedText}.${payload}`);
    if (!named || !isGood(header.alg, named.jwk, signed, signature)) return [];
    return [header.kid];
  });
}

function headersOf(card: unknown) {
  const read = Signatures.safeParse(card);
  if (!read.success) return [{ header: undefined, protectedText: "", signature: "" }];
  return read.data.signatures.map(({ protected: protectedText, signature }) => {
    const header = Header.safeParse(parsed(Buffer.from(protectedText, "base64url").toString()));
    return { header: header.success ? header.data : undefined, protectedText, signature };
  });
}

/** The key says how it may be used, not the signature: that would let whoever signs choose. */
function isGood(
  alg: string,
  jwk: Record<string, unknown>,
  signed: Buffer,
  signature: string,
): boolean {
  try {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    if (algorithmOf(key) !== alg || (jwk["alg"] ?? alg) !== alg) return false;
    const hash = alg === "EdDSA" ? null : `sha${alg.slice(2)}`;
    const given = Buffer.from(signature, "base64url");
    return verify(hash, signed, { key, dsaEncoding: "ieee-p1363" }, given);
  } catch {
    return false;
  }
}

const RSA_BITS_MIN = 2_048;

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject) {
  if (type === "ec") return CURVES.get(details?.namedCurve);
  if (type === "ed25519") return "EdDSA";
  if (type === "rsa" && (details?.modulusLength ?? 0) >= RSA_BITS_MIN) return "RS256";
  return undefined;
}

const CURVES: ReadonlyMap<string | undefined, string> = new Map([
  ["prime256v1", "ES256"],
  ["secp384r1", "ES384"],
]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
