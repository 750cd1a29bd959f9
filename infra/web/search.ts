import type { WebHit } from "@nightshift/agents/web";
import type { AllowsHost } from "../bus/http/addresses.ts";

/** A service that finds pages. */
export type SearchService = {
  readonly name: string;
  /** @throws Error in a few words where it answers nothing that can be used. */
  search(query: string, options: { allows: AllowsHost; signal: AbortSignal }): Promise<WebHit[]>;
};

const TITLE_CHARS_MAX = 300;
const SNIPPET_CHARS_MAX = 600;

/** A hit as it may be used: an address of the web, and plain text. Null for anything else. */
export function hitOf(url: string, title: string, snippet: string): WebHit | null {
  if (!URL.canParse(url) || !/^https?:/.test(url)) return null;
  return {
    url,
    title: tidy(title).slice(0, TITLE_CHARS_MAX),
    snippet: tidy(snippet).slice(0, SNIPPET_CHARS_MAX),
  };
}

function tidy(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
}
