import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import type { z } from "zod";
import { PAGES_MAX, type Answer, type Transport } from "./transport.ts";

const MESSAGE_CHARS_MAX = 200;
const PAGE_SIZE = 100;

/**
 * What a forge answered, by its schema.
 * @throws Refusal "not-allowed" where the forge says that one may not. @throws Unavailable otherwise.
 */
export function read<T>(schema: z.ZodType<T>, what: string, { status, body }: Answer): T {
  if (status === 401 || status === 403) {
    throw new Refusal("not-allowed", `the forge refused to ${what} (${status})${saidIn(body)}`);
  }
  if (status < 200 || status > 299) {
    throw new Unavailable(`the forge answered ${status} when asked to ${what}${saidIn(body)}`);
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new Unavailable(`the forge's answer to ${what} cannot be read: ${where} ${issue?.message}`);
}

/** What the forge says about a failure, in one short line. */
function saidIn(body: unknown): string {
  if (typeof body !== "object" || body === null || !("message" in body)) return "";
  const text = typeof body.message === "string" ? body.message : JSON.stringify(body.message);
  return `: ${(text ?? "").replaceAll(/\s+/g, " ").slice(0, MESSAGE_CHARS_MAX)}`;
}

/** All entries of a list, at most 500. */
export async function readAll<T>(
  ask: Transport,
  path: string,
  schema: z.ZodType<T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; page <= PAGES_MAX; page++) {
    const query = `${path.includes("?") ? "&" : "?"}per_page=${PAGE_SIZE}&limit=${PAGE_SIZE}&page=${page}`;
    const entries = read(schema, `list ${path}`, await ask("GET", `${path}${query}`));
    all.push(...entries);
    if (entries.length < PAGE_SIZE) break;
  }
  return all;
}
