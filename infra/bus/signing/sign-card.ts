import { createPrivateKey, sign } from "node:crypto";
import { canonicalCard } from "./canonical.ts";
import type { HouseKey } from "./house-keys.ts";

/**
 * A card with a signature of each key (A2A 8.4.2: JWS, flattened, its payload the canonical card).
 * @param keysUrl Where the public keys are, on the same server as the card.
 */
export function signCard(card: object, keys: readonly HouseKey[], keysUrl: string): object {
  const payload = base64url(canonicalCard(card));
  const signatures = keys.map(({ kid, key }) => {
    const header = base64url(JSON.stringify({ alg: "ES256", typ: "JOSE", kid, jku: keysUrl }));
    const signature = sign("sha256", Buffer.from(`${header}.${payload}`), {
      key: createPrivateKey({ key, format: "jwk" }),
      dsaEncoding: "ieee-p1363",
    });
    return { protected: header, signature: signature.toString("base64url") };
  });
  return { ...card, signatures };
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
