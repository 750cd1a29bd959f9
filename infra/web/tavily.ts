import { z } from "zod";
import { request } from "./request.ts";
import { hitOf, type SearchService } from "./search.ts";

const ADDRESS = "https://api.tavily.com/search";
const RESULTS = 8;

const Answer = z.object({
  results: z.array(
    z.object({ url: z.string(), title: z.string().catch(""), content: z.string().catch("") }),
  ),
});

/** Tavily's search API; its key is told to no other server. */
export function tavily(options: { apiKey: string; address?: string }): SearchService {
  const { apiKey, address = ADDRESS } = options;
  return {
    name: "tavily",
    async search(query, asked) {
      const { status, body } = await request(address, {
        ...asked,
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
        body: JSON.stringify({ query, max_results: RESULTS, search_depth: "basic" }),
      });
      if (status === 401 || status === 403) throw new Error("its key is not accepted");
      // 432 and 433 are its own: the plan, or the pay-as-you-go limit, is used up.
      if ([429, 432, 433].includes(status)) throw new Error("its limit is reached");
      if (status !== 200) throw new Error(`it answers ${status}`);
      const { results } = Answer.parse(JSON.parse(body.toString("utf8")));
      return results.flatMap(({ url, title, content }) => hitOf(url, title, content) ?? []);
    },
  };
}
