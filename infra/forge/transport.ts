/** An answer of a forge's REST API; `body` is JSON, null where there was none. */
export type Answer = { status: number; body: unknown };

/**
 * Asks a forge's REST API: by HTTP with a token, or by a CLI that is signed in. Both answer the same.
 * @param path From below the API's address, with its query: `repos/me/it/pulls?state=all`.
 * @throws Unreachable where no answer came, or none that is one.
 */
export type Transport = (
  method: "GET" | "POST" | "PUT" | "PATCH",
  path: string,
  body?: Readonly<Record<string, unknown>>,
) => Promise<Answer>;

/** What a page of a list is asked to hold: forges give 50 and more, or less where they are told to. */
export const PAGE_SIZE = 50;
/** Pages of a list that are read. */
export const PAGES_MAX = 10;
/** A forge that answers no sooner counts as one that is not there. */
export const ANSWER_WALL_MS = 30_000;
export const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
