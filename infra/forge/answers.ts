import { Unreachable } from "@nightshift/agents/forge";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import type { z } from "zod";
import { PAGE_SIZE, PAGES_MAX, type Answer, type Transport } from "./transport.ts";

const MESSAGE_CHARS_MAX = 200;

/**
 * What a forge answered, by its schema.
 * @throws Refusal "not-allowed" where the forge says that one may not. @throws Unreachable where it
 *   has no time for anybody. @throws Unavailable otherwise.
 */
export function read<T>(schema: z.ZodType<T>, what: string, { status, body }: Answer): T {
  if (status === 401 || status === 403) {
    throw new Refusal("not-allowed", `the forge refused to ${what} (${status})${saidIn(body)}`);
  }
  if (BUSY.has(status)) throw new Unreachable(`the forge is busy (${status})${saidIn(body)}`);
  if (status < 200 || status > 299) {
    throw new Unavailable(`the forge answered ${status} when asked to ${what}${saidIn(body)}`);
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new Unavailable(`the forge's answer to ${what} cannot be read: ${where} ${issue?.message}`);
}

/** It, or what stands before it, answers nobody now. */
const BUSY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** What the forge says about a failure, in one short line. */
function saidIn(body: unknown): string {
  if (typeof body !== "object" || body === null || !("message" in body)) return "";
  const text = typeof body.message === "string" ? body.message : JSON.stringify(body.message);
  return `: ${(text ?? "").replaceAll(/\s+/g, " ").slice(0, MESSAGE_CHARS_MAX)}`;
}

/** A list of a forge, as far as it was read. */
export type List<T> = { entries: T[]; isWhole: boolean };

/**
 * A list page by page: a forge may give less on one than it is asked for, so it ends with a page that
 * is empty, or shorter than the one before. Some lists come whole, whatever page is asked for.
 */
export async function readList<T>(
  ask: Transport,
  path: string,
  schema: z.ZodType<T[]>,
): Promise<List<T>> {
  const entries: T[] = [];
  let before = { length: 0, text: "" };
  for (let page = 1; page <= PAGES_MAX; page++) {
    const query = `${path.includes("?") ? "&" : "?"}per_page=${PAGE_SIZE}&limit=${PAGE_SIZE}&page=${page}`;
    const answer = await ask("GET", `${path}${query}`);
    const found = read(schema, `list ${path}`, answer);
    // The answer as it came: what is read of two entries may be alike, their ids are not.
    const text = JSON.stringify(answer.body);
    if (found.length === 0 || text === before.text) return { entries, isWhole: true };
    entries.push(...found);
    if (found.length < before.length) return { entries, isWhole: true };
    before = { length: found.length, text };
  }
  return { entries, isWhole: false };
}

/** The entries of a list that does no harm where it is cut. */
export async function readAll<T>(
  ask: Transport,
  path: string,
  schema: z.ZodType<T[]>,
): Promise<T[]> {
  return (await readList(ask, path, schema)).entries;
}
