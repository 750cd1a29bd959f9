import type { IncomingMessage, ServerResponse } from "node:http";
import { CARD_PATH, KEYS_PATH, type Cards, type Document } from "./cards.ts";
import { turnAway } from "./visit.ts";

/** Seconds that a card may be kept: who is here changes, and a card's keys are replaced. */
const FRESH_SECONDS = 60;

/**
 * Serves what anybody may read, without a token: the card of the house and of each agent, and the
 * keys they are signed with.
 * @returns false for every other path.
 */
export function serveCard(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  cards: Cards,
): boolean {
  const named = /^\/a2a\/([a-z0-9-]{1,40})(\/.well-known\/agent-card\.json)$/.exec(path);
  const isCard = path === CARD_PATH || named?.[2] === CARD_PATH;
  if (!isCard && path !== KEYS_PATH) return false;
  if (request.method !== "GET" && request.method !== "HEAD") {
    turnAway(response, 405, "UNIMPLEMENTED", "a card is read", { allow: "GET, HEAD" });
    return true;
  }
  const document = isCard ? cards.open(named?.[1]) : cards.keys();
  if (document) send(request, response, document);
  else turnAway(response, 404, "NOT_FOUND", isCard ? "no such agent is here" : "no keys");
  return true;
}

function send(request: IncomingMessage, response: ServerResponse, { text, etag }: Document): void {
  const head = { etag, "cache-control": `public, max-age=${FRESH_SECONDS}` };
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, head);
    response.end();
    return;
  }
  const body = Buffer.from(text);
  const type = { "content-type": "application/json", "content-length": String(body.length) };
  response.writeHead(200, { ...head, ...type, "x-content-type-options": "nosniff" });
  response.end(request.method === "HEAD" ? undefined : body);
}
