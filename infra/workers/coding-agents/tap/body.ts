import type { Readable } from "node:stream";

/** Of one call; no API takes more. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;
/** Of all calls that are held at once; a night's prompts take some megabytes each at the most. */
const BODIES_BYTES_MAX = 96 * 1024 * 1024;

/**
 * What it is refused with where it is too large for any model, or where too much is held already;
 * the rest of it is read and dropped, so that the refusal is heard.
 */
export async function bodyOf(
  request: Pick<Readable, "iterator">,
  held: { add: (bytes: number) => boolean },
): Promise<Buffer<ArrayBuffer> | 413 | 503> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return 413;
    if (!held.add(chunk.length)) return 503;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The bytes that all calls of a tap may hold together. */
export function roomForBodies() {
  let used = 0;
  return {
    take() {
      let own = 0;
      return {
        /** @returns False where there is no room for so many more. */
        add(bytes: number): boolean {
          if (used + bytes > BODIES_BYTES_MAX) return false;
          used += bytes;
          own += bytes;
          return true;
        },
        giveBack(): void {
          used -= own;
          own = 0;
        },
      };
    },
  };
}

/** Titles and probes are asked for without tools, and with an output of a few tokens. */
export function hasTools(body: Buffer): boolean {
  for (let at = body.indexOf(NAME); at >= 0; at = body.indexOf(NAME, at + NAME.length))
    if (TOOLS.test(body.toString("latin1", at, at + LOOKED_AT))) return true;
  return false;
}

const NAME = '"tools"';
const TOOLS = /^"tools"\s*:\s*\[\s*\{/;
const LOOKED_AT = 64;
