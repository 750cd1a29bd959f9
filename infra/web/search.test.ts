import { afterEach, expect, test } from "vitest";
import { allowing } from "../bus/http/addresses.ts";
import { duckDuckGo } from "./duckduckgo.ts";
import { searxng } from "./searxng.ts";
import { tavily } from "./tavily.ts";
import { DUCK_PAGE, DUCK_RIDDLE, twin, type Twin } from "./twins.ts";
import { createWeb } from "./web.ts";

const twins: Twin[] = [];
const opened = async (...args: Parameters<typeof twin>) => {
  const one = await twin(...args);
  twins.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(twins.splice(0).map((one) => one.close()));
});
const { signal } = new AbortController();
const local = { allows: allowing(["127.0.0.1"]), signal };
const json = { "content-type": "application/json" };

test("DuckDuckGo's page tells its results, without advertisements and what is no address", async () => {
  const duck = await opened((_, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=UTF-8" }).end(DUCK_PAGE);
  });
  const hits = await duckDuckGo({ address: `${duck.url}/html/` }).search("moons of Saturn", local);
  expect(hits).toEqual([
    {
      url: "https://moons.test/list?a=1&b=2",
      title: "Moons of Saturn & more",
      snippet: "Saturn has 146 moons.",
    },
  ]);
  expect(duck.asked[0]).toMatchObject({ method: "POST", body: "q=moons+of+Saturn&kl=wt-wt" });
});

test("Tavily is asked with its key in a header, and its content is the snippet", async () => {
  const results = [{ url: "https://a.test/", title: "A", content: "about a", score: 0.9 }];
  const server = await opened((_, response) => {
    response.writeHead(200, json).end(JSON.stringify({ query: "a", results, response_time: 1.2 }));
  });
  const service = tavily({ apiKey: "tvly-key", address: `${server.url}/search` });
  expect(await service.search("a", local)).toEqual([
    { url: "https://a.test/", title: "A", snippet: "about a" },
  ]);
  expect(server.asked[0]?.headers.authorization).toBe("Bearer tvly-key");
  expect(JSON.parse(server.asked[0]?.body ?? "")).toMatchObject({ query: "a", max_results: 8 });
});

test("a key is never told to the server that a search service redirects to", async () => {
  const other = await opened((_, response) => response.writeHead(200, json).end('{"results":[]}'));
  const server = await opened((_, response) => {
    response.writeHead(307, { location: `${other.url}/search` }).end();
  });
  await tavily({ apiKey: "tvly-key", address: server.url }).search("a", local);
  expect(other.asked).toHaveLength(1);
  expect(JSON.stringify(other.asked)).not.toContain("tvly-key");
});

test("a SearXNG server is reached though it is private, and nothing else by its leave", async () => {
  const results = [{ url: "https://s.test/", title: "S", content: "about s", engine: "bing" }];
  const server = await opened(({ url }, response) => {
    if (url.startsWith("/search?q=s&format=json")) {
      response.writeHead(200, json).end(JSON.stringify({ query: "s", results, answers: [] }));
    } else response.writeHead(404).end();
  });
  const nowhere = { allows: () => false, signal };
  const service = searxng({ address: server.url });
  expect(await service.search("s", nowhere)).toMatchObject([{ url: "https://s.test/" }]);
  const web = createWeb({ services: [service], allows: () => false });
  expect(await web.read(server.url, { signal })).toMatchObject({ status: "unreachable" });
});

test("where one service answers nothing the next is asked, and why is told", async () => {
  const riddle = await opened((_, response) => response.writeHead(202).end(DUCK_RIDDLE));
  const spent = await opened((_, response) => response.writeHead(432, json).end("{}"));
  const off = await opened((_, response) => response.writeHead(403).end("Forbidden"));
  const broken = await opened((_, response) => response.writeHead(200, json).end('{"results":7}'));
  const good = await opened((_, response) => {
    response.writeHead(200, json).end('{"results":[{"url":"https://g.test/"}]}');
  });
  const told: string[] = [];
  const web = createWeb({
    services: [
      duckDuckGo({ address: riddle.url }),
      tavily({ apiKey: "k", address: spent.url }),
      searxng({ address: off.url }),
      searxng({ address: broken.url }),
      searxng({ address: good.url }),
    ],
    allows: local.allows,
    tell: (service, why) => told.push(`${service}: ${why}`),
    betweenSearchesMs: 0,
  });
  const hits = await web.search("q", { hitsMax: 5, signal });
  expect(hits.map(({ url }) => url)).toEqual(["https://g.test/"]);
  expect(told.slice(0, 3)).toEqual([
    "duckduckgo: it takes us for a robot",
    "tavily: its limit is reached",
    "searxng: its settings do not allow format=json",
  ]);
  expect(told).toHaveLength(4);
});
