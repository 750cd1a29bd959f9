import type { KeptEvent } from "./kept-event.ts";

/**
 * One event a line, with everything that the log holds of it. What happened stands as JSON under
 * `data`, in the very bytes of the log; where JSON would not give those back it stands under `body`,
 * as a text.
 */
export function ndjsonLine(event: KeptEvent): string {
  const { position, stream, revision, id, type, atMs, actor, causation, correlation } = event;
  const { version, hash, body } = event;
  const place = { position: String(position), stream, revision, id, type, atMs, actor };
  const head = JSON.stringify({ ...place, causation, correlation, version, hash }).slice(0, -1);
  const rest = survives(body) ? `"data":${body}` : `"body":${JSON.stringify(body)}`;
  return `${head},${rest}}\n`;
}

/** Whether a text comes back byte by byte once it was parsed: a reader of lines may do no more. */
function survives(body: string): boolean {
  try {
    return JSON.stringify(JSON.parse(body)) === body;
  } catch {
    return false;
  }
}
