import { Unavailable } from "@nightshift/protocol/errors";
import type { Blobs } from "../ports.ts";

/**
 * The twin of the blob store: keeps texts by their real sha256.
 * @param mask Stands for the scan for secrets; what it returns is what is kept.
 */
export function memoryBlobs(
  mask: (text: string) => string = (text) => text,
): Blobs & { readonly texts: ReadonlyMap<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    async put(text) {
      const kept = mask(text);
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(kept));
      const sha256 = [...new Uint8Array(digest)]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join("");
      texts.set(sha256, kept);
      return sha256;
    },
    async get(sha256) {
      const text = texts.get(sha256);
      if (text === undefined) throw new Unavailable(`no blob ${sha256}`);
      return text;
    },
  };
}
