import { setTimeout as sleep } from "node:timers/promises";
import { Unreachable } from "@nightshift/agents/forge";
import { ANSWER_BYTES_MAX, ANSWER_WALL_MS, type Answer, type Transport } from "./transport.ts";

/** Times that a question is asked again which changes nothing; a change is asked for once. */
const TRIES_MAX = 3;
const PAUSE_MS = 500;

/**
 * A forge by HTTP. The token goes in a header, to this one address and to no other: a redirect is
 * an answer that nobody follows. No error holds it.
 * @param signal Ends what is asked.
 */
export function byHttp(
  address: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Transport {
  const base = address.endsWith("/") ? address : `${address}/`;
  return async (method, path, body) => {
    for (let tries = 1; ; tries++) {
      const answer = await ask(new URL(path, base), { method, headers, body, signal });
      const isPassing = answer === null || answer.status >= 500 || answer.status === 429;
      if (!isPassing) return answer;
      if (method !== "GET" || tries >= TRIES_MAX || signal.aborted) {
        if (answer) return answer;
        throw new Unreachable(`${new URL(base).host} does not answer`);
      }
      // Where it is cut short the next try ends at once.
      await sleep(PAUSE_MS * tries, undefined, { signal }).catch(() => {});
    }
  };
}

type Question = {
  method: string;
  headers: Readonly<Record<string, string>>;
  body: unknown;
  signal: AbortSignal;
};

/** @returns null where no answer came. */
async function ask(url: URL, { method, headers, body, signal }: Question): Promise<Answer | null> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: "application/json", "content-type": "application/json", ...headers },
      redirect: "manual",
      signal: AbortSignal.any([AbortSignal.timeout(ANSWER_WALL_MS), signal]),
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
