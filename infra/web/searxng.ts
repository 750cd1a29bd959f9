import { z } from "zod";
import { request } from "./request.ts";
import { hitOf, type SearchService } from "./search.ts";

const Answer = z.object({
  results: z.array(
    z.object({ url: z.string(), title: z.string().catch(""), content: z.string().catch("") }),
  ),
});

/** A SearXNG server, mostly one's own. @param options.address Its first page. */
export function searxng({ address }: { address: string }): SearchService {
  const own = new URL(address).host;
  return {
    name: "searxng",
    async search(query, options) {
      const url = new URL("search", address.endsWith("/") ? address : `${address}/`);
      url.searchParams.set("q", query);
      url.searchParams.set("format", "json");
      // It is mostly a private address, which nothing but this very question may reach.
      const allows = (host: string) => host === own || options.allows(host);
      const { status, type, body } = await request(url.href, { ...options, allows });
      // Its JSON is off until its settings list it under search.formats.
      if (status === 403) throw new Error("its settings do not allow format=json");
      if (status === 429) throw new Error("its limit is reached");
      if (status !== 200) throw new Error(`it answers ${status}`);
      if (!type.includes("json")) throw new Error("it answers no JSON");
      const { results } = Answer.parse(JSON.parse(body.toString("utf8")));
      return results.flatMap((hit) => hitOf(hit.url, hit.title, hit.content) ?? []);
    },
  };
}
