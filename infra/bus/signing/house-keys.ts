import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DAY_MS } from "@nightshift/protocol/clock";
import { BadInput } from "@nightshift/protocol/errors";
import { z } from "zod";

const base64url = z.string().regex(/^[\w-]{20,100}$/);
const PublicKey = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: base64url,
  y: base64url,
});

/** A key that signs the cards of the house. `kid` is its thumbprint (RFC 7638). */
const HouseKey = z.strictObject({
  kid: base64url,
  key: PublicKey.extend({ d: base64url }).strict(),
  madeAtMs: z.int(),
  /** Since when a newer key is the one in use; null for that one. */
  retiredAtMs: z.int().nullable(),
});
export type HouseKey = z.infer<typeof HouseKey>;

const KeyFile = z.strictObject({ keys: z.array(HouseKey).min(1).max(10) });

/** A key that was replaced signs along for so long: who pinned it can follow to the new one. */
const SIGNS_ALONG_MS = 30 * DAY_MS;

/**
 * The keys in use, the newest first; the first one is made where there is none. The file can be read
 * by its owner alone. @throws BadInput for a file that is none, or that others can read.
 */
export function houseKeys(path: string, nowMs: number): readonly HouseKey[] {
  if (!existsSync(path)) return write(path, [makeKey(nowMs)]);
  return read(path).filter(
    ({ retiredAtMs }) => retiredAtMs === null || nowMs - retiredAtMs < SIGNS_ALONG_MS,
  );
}

/** Makes a new key the one in use. @returns it. @throws BadInput as `houseKeys` does. */
export function rotateKeys(path: string, nowMs: number): HouseKey {
  const made = makeKey(nowMs);
  const before = existsSync(path) ? houseKeys(path, nowMs) : [];
  const retired = before.map((old) => ({ ...old, retiredAtMs: old.retiredAtMs ?? nowMs }));
  write(path, [made, ...retired].slice(0, 10));
  return made;
}

/** The public halves, as a JWK set. */
export function publicKeys(keys: readonly HouseKey[]): object {
  return {
    keys: keys.map(({ kid, key: { kty, crv, x, y } }) => {
      return { kty, crv, x, y, kid, use: "sig", alg: "ES256" };
    }),
  };
}

/** RFC 7638: names a public key by what it is. */
export function thumbprint({ crv, kty, x, y }: z.infer<typeof PublicKey>): string {
  return createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
}

function makeKey(nowMs: number): HouseKey {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = HouseKey.shape.key.parse(privateKey.export({ format: "jwk" }));
  return { kid: thumbprint(key), key, madeAtMs: nowMs, retiredAtMs: null };
}

function read(path: string): HouseKey[] {
  if ((statSync(path).mode & 0o077) !== 0)
    throw new BadInput("others can read the keys of the house", path, `chmod 600 ${path}`);
  try {
    return KeyFile.parse(JSON.parse(readFileSync(path, "utf8"))).keys;
  } catch (error) {
    // The error of the parser would quote the key.
    const why = error instanceof z.ZodError ? "its fields are not those of keys" : "no JSON";
    throw new BadInput(`not the keys of a house: ${why}`, path, `restore it, or remove ${path}`);
  }
}

function write(path: string, keys: HouseKey[]): HouseKey[] {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify({ keys }, null, 2), { mode: 0o600 });
  renameSync(temporary, path);
  return keys;
}
