/** One page of the web, as text. */
export type WebSource = { url: string; title: string; text: string };

export type WebHit = { url: string; title: string; snippet: string };

export type WebPage =
  | { status: "read"; url: string; title: string; text: string }
  /** Not there, refused, too large, of a kind that is not text: `why` in a few words. */
  | { status: "unreachable"; url: string; why: string };

/** The web, read only: no script runs, no cookie is kept, no private address is reached. */
export interface Web {
  /** Pages that a search service finds, best first; empty where none answers. */
  search(query: string, options: { hitsMax: number; signal: AbortSignal }): Promise<WebHit[]>;
  /** The text of a page; never throws for what a page or server does. */
  read(url: string, options: { signal: AbortSignal }): Promise<WebPage>;
}
