import { Unavailable } from "@nightshift/protocol/errors";
import { ANSWER_BYTES_MAX, ANSWER_WALL_MS, type Answer, type Transport } from "./transport.ts";

/** Times that a question is asked again which changes nothing; a change is asked for once. */
const TRIES_MAX = 3;
const PAUSE_MS = 500;

/**
 * A forge by HTTP. The token goes in a header, to this one address and to no other: a redirect is
 * an answer that nobody follows. No error holds it.
 */
export function byHttp(
  address: string,
  headers: Readonly<Record<string, string>>,
  pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Transport {
  const base = address.endsWith("/") ? address : `${address}/`;
  return async (method, path, body) => {
    for (let tries = 1; ; tries++) {
      const answer = await ask(new URL(path, base), method, headers, body);
      const isPassing = answer === null || answer.status >= 500 || answer.status === 429;
      if (!isPassing) return answer;
      if (method !== "GET" || tries >= TRIES_MAX) {
        if (answer) return answer;
        throw new Unavailable(`${new URL(base).host} does not answer`);
      }
      await pause(PAUSE_MS * tries);
    }
  };
}

/** @returns null where no answer came. */
async function ask(
  url: URL,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<Answer | null> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: "application/json", "content-type": "application/json", ...headers },
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WALL_MS),
      ...sent,
    });
    return { status: response.status, body: jsonOf(await textOf(response)) };
  } catch {
    // What fetch tells of a failure may hold the request.
    return null;
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) return "";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function jsonOf(text: string): unknown {
  try {
    return text.trim() === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
