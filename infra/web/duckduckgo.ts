import { Parser } from "htmlparser2";
import type { WebHit } from "@nightshift/agents/web";
import { request } from "./request.ts";
import { hitOf, type SearchService } from "./search.ts";

const ADDRESS = "https://html.duckduckgo.com/html/";

/** DuckDuckGo's page without scripts: needs no key. */
export function duckDuckGo({ address = ADDRESS }: { address?: string } = {}): SearchService {
  return {
    name: "duckduckgo",
    async search(query, options) {
      const body = new URLSearchParams({ q: query, kl: "wt-wt" }).toString();
      const { status, body: page } = await request(address, {
        ...options,
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body,
      });
      const html = page.toString("utf8");
      // Who asks too often gets a riddle instead of an answer, with 202.
      if (status === 202 || /anomaly-modal|class="anomaly/.test(html)) {
        throw new Error("it takes us for a robot");
      }
      if (status !== 200) throw new Error(`it answers ${status}`);
      return resultsIn(html);
    },
  };
}

/** The results of a page; advertisements are none. */
function resultsIn(html: string): WebHit[] {
  const hits: WebHit[] = [];
  let found: { url: string; title: string; snippet: string } | null = null;
  let part: "title" | "snippet" | null = null;
  let isAd = false;
  const take = () => {
    const hit = found && hitOf(found.url, found.title, found.snippet);
    if (hit) hits.push(hit);
    found = null;
  };
  const parser = new Parser({
    onopentag(name, { class: classes = "", href = "" }) {
      const has = (wanted: string) => classes.split(/\s+/).includes(wanted);
      if (name === "div" && has("result")) {
        take();
        isAd = has("result--ad");
      }
      if (name !== "a" || isAd) return;
      if (has("result__a")) {
        found = { url: targetOf(href), title: "", snippet: "" };
        part = "title";
      } else if (has("result__snippet") && found) part = "snippet";
    },
    ontext(text) {
      if (found && part) found[part] += text;
    },
    onclosetag(name) {
      if (name === "a") part = null;
    },
  });
  parser.write(html);
  parser.end();
  take();
  return hits;
}

/** Links lead over its own server, which the real address is a parameter of. */
function targetOf(href: string): string {
  if (!URL.canParse(href, ADDRESS)) return "";
  const url = new URL(href, ADDRESS);
  const target = url.searchParams.get("uddg");
  if (target !== null) return target;
  return url.hostname.endsWith("duckduckgo.com") ? "" : url.href;
}
