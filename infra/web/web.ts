import type { Web, WebHit, WebPage } from "@nightshift/agents/web";
import type { AllowsHost } from "../bus/http/addresses.ts";
import { pageText } from "./page-text.ts";
import { request, whyFailed, type Response } from "./request.ts";
import type { SearchService } from "./search.ts";

/** Pages of one night that are remembered: a citation is of a page that was just read. */
const PAGES_KEPT = 64;
/** A search of any service, so that none takes the night for an attack. */
const BETWEEN_SEARCHES_MS = 1_000;

type Options = {
  /** Asked in this order, until one finds something. */
  services: readonly SearchService[];
  allows: AllowsHost;
  /** Why a service found nothing; the next one is asked. */
  tell?: (service: string, why: string) => void;
  betweenSearchesMs?: number;
};

/** The web, as research may use it. */
export function createWeb(options: Options): Web {
  const { services, allows, tell, betweenSearchesMs = BETWEEN_SEARCHES_MS } = options;
  const pages = new Map<string, WebPage>();
  let turn: Promise<unknown> = Promise.resolve();
  const searchAll = async (query: string, signal: AbortSignal): Promise<WebHit[]> => {
    for (const service of services) {
      if (signal.aborted) return [];
      try {
        const hits = await service.search(query, { allows, signal });
        if (hits.length > 0) return hits;
        tell?.(service.name, "it finds nothing");
      } catch (error) {
        tell?.(service.name, whyFailed(error));
      }
    }
    return [];
  };
  return {
    async search(query, { hitsMax, signal }) {
      const mine = turn.then(() => searchAll(query, signal));
      turn = mine.then(() => new Promise((resolve) => setTimeout(resolve, betweenSearchesMs)));
      return (await mine).slice(0, hitsMax);
    },
    async read(url, { signal }) {
      const known = pages.get(url);
      if (known) return known;
      const page = await readPage(url, allows, signal);
      if (page.status === "read") pages.set(url, page);
      for (const oldest of pages.keys()) {
        if (pages.size <= PAGES_KEPT) break;
        pages.delete(oldest);
      }
      return page;
    },
  };
}

async function readPage(url: string, allows: AllowsHost, signal: AbortSignal): Promise<WebPage> {
  try {
    const response = await request(url, { allows, signal });
    if (response.status !== 200) {
      return { status: "unreachable", url, why: `it answers ${response.status}` };
    }
    return pageOf(url, response);
  } catch (error) {
    return { status: "unreachable", url, why: whyFailed(error) };
  }
}

function pageOf(url: string, { type, body }: Response): WebPage {
  const kind = type.split(";")[0]?.trim().toLowerCase() ?? "";
  const text = decoded(type, body);
  const isHtml =
    kind.includes("html") || (kind === "" && /<html|<!doctype/i.test(text.slice(0, 500)));
  if (isHtml) return { status: "read", url, ...pageText(text) };
  if (/^text\/|json|xml|javascript|^$/.test(kind)) {
    return { status: "read", url, title: url, text: text.slice(0, PLAIN_CHARS_MAX) };
  }
  return { status: "unreachable", url, why: `${kind} is not read` };
}

const PLAIN_CHARS_MAX = 200_000;

/** As its header says, else as its own first lines do, else UTF-8. */
function decoded(type: string, body: Buffer): string {
  const first = body.subarray(0, 1_024).toString("latin1");
  const charset =
    /charset=["']?([\w-]{1,40})/i.exec(type) ?? /charset=["']?([\w-]{1,40})/i.exec(first);
  try {
    return new TextDecoder(charset?.[1] ?? "utf-8").decode(body);
  } catch {
    // A name that nobody knows; most of the web is UTF-8.
    return new TextDecoder("utf-8").decode(body);
  }
}
