import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What was asked of a twin. */
type Asked = { method: string; url: string; headers: IncomingMessage["headers"]; body: string };

/** A server on loopback that answers as a service of the web does, and remembers what it was asked. */
export type Twin = { url: string; host: string; asked: Asked[]; close(): Promise<void> };

export async function twin(
  answer: (asked: Asked, response: ServerResponse) => void,
): Promise<Twin> {
  const asked: Asked[] = [];
  const serve = async (message: IncomingMessage, response: ServerResponse) => {
    let body = "";
    for await (const chunk of message) body += String(chunk);
    const { method = "", url = "", headers } = message;
    const one = { method, url, headers, body };
    asked.push(one);
    answer(one, response);
  };
  const server = createServer((message, response) => {
    serve(message, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A page of results as DuckDuckGo's HTML has it, an advertisement first. */
export const DUCK_PAGE = `<!DOCTYPE html><html><body><div class="serp__results"><div id="links">
<div class="result results_links results_links_deep result--ad "><div class="links_main result__body">
<h2 class="result__title"><a rel="nofollow" class="result__a"
 href="https://duckduckgo.com/y.js?ad_domain=shop.example&amp;u3=x">Buy moons</a></h2></div></div>
<div class="result results_links results_links_deep web-result ">
<div class="links_main links_deep result__body"><h2 class="result__title">
<a rel="nofollow" class="result__a"
 href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fmoons.test%2Flist%3Fa%3D1%26b%3D2&amp;rut=0123">Moons of
 <b>Saturn</b> &amp; more</a></h2>
<div class="result__extras"><a class="result__url" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fmoons.test">
 moons.test/list</a></div>
<a class="result__snippet" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fmoons.test">Saturn has
 <b>146</b> moons.</a></div></div>
<div class="result results_links results_links_deep web-result ">
<div class="links_main links_deep result__body"><h2 class="result__title">
<a rel="nofollow" class="result__a" href="javascript:alert(1)">Bad</a></h2></div></div>
</div></div></body></html>`;

/** What it shows to whom it takes for a robot, with status 202. */
export const DUCK_RIDDLE =
  '<html><body><div class="anomaly-modal__title">Unfortunately, bots use DuckDuckGo too.</div></body></html>';
