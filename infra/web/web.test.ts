import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { allowing, type AllowsHost } from "../bus/http/addresses.ts";
import { pageText } from "./page-text.ts";
import { BODY_BYTES_MAX } from "./request.ts";
import { twin, type Twin } from "./twins.ts";
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
const local = allowing(["127.0.0.1"]);
const fetched = (url: string, allows: AllowsHost = local) =>
  createWeb({ services: [], allows }).read(url, { signal });
const html = { "content-type": "text/html" };

test("a page is its text: no script, style, menu or what is hidden, and nothing is run", () => {
  const page = `<html><head><title>The &amp; title</title><style>p{}</style></head><body>
    <nav>Home</nav><h1>Head</h1><script>document.write("bad")</script><p>One <b>two</b>
    three.</p><ul><li>a</li><li>b</li></ul><p hidden>unseen</p><div aria-hidden="true">unseen</div>
    <noscript>off</noscript><p>Last &lt;b&gt;.</p><footer>foot</footer></body></html>`;
  expect(pageText(page)).toEqual({
    title: "The & title",
    text: "Head\nOne two three.\na\nb\nLast <b>.",
  });
  const deep = "<div>".repeat(50_000);
  expect(pageText(`<p>first</p>${deep}deep`).text).toBe("first\ndeep");
});

test("a page is read whatever it is packed or written in", async () => {
  const server = await opened(({ url }, response) => {
    if (url === "/gzip") {
      const packed = gzipSync("<p>packed</p>");
      response.writeHead(200, { ...html, "content-encoding": "gzip" }).end(packed);
    } else if (url === "/latin") {
      const type = { "content-type": "text/html; charset=iso-8859-1" };
      response.writeHead(200, type).end(Buffer.from("<p>caf\xe9</p>", "latin1"));
    } else response.writeHead(200, { "content-type": "text/plain" }).end("plain");
  });
  expect(await fetched(`${server.url}/gzip`)).toMatchObject({ status: "read", text: "packed" });
  expect(await fetched(`${server.url}/latin`)).toMatchObject({ text: "café" });
  expect(await fetched(`${server.url}/plain`)).toMatchObject({ text: "plain" });
});

test.each([
  ["http://127.0.0.1:1/", "private"],
  ["http://2130706433/", "private"],
  ["http://[::1]/", "private"],
  ["http://[::ffff:169.254.169.254]/latest/meta-data", "private"],
  ["http://169.254.169.254/latest/meta-data", "private"],
  ["http://10.0.0.7/", "private"],
  ["http://localhost/", "private"],
  ["file:///etc/passwd", "neither http nor https"],
  ["http://name:word@a.test/", "password"],
  ["gopher://a.test/", "neither http nor https"],
  ["not an address", "no address"],
])("%s is not fetched", async (url, why) => {
  const page = await fetched(url, () => false);
  expect(page.status).toBe("unreachable");
  expect(page.status === "unreachable" && page.why).toContain(why);
});

test("a redirect does not lead to a private address, and is followed to a public one", async () => {
  const inside = await opened((_, response) => response.writeHead(200, html).end("secret"));
  const door = await opened(({ url }, response) => {
    const location = url === "/in" ? inside.url : "/here";
    if (url === "/here") response.writeHead(200, html).end("<p>public</p>");
    else response.writeHead(302, { location }).end();
  });
  const onlyDoor = allowing([door.host]);
  const page = await fetched(`${door.url}/in`, (host) => host === door.host);
  expect(page).toMatchObject({ status: "unreachable", why: expect.stringContaining("private") });
  expect(inside.asked).toEqual([]);
  expect(await fetched(`${door.url}/out`, onlyDoor)).toMatchObject({ text: "public" });
});

test("a name that leads to a private address is not connected to, whenever it is looked up", async () => {
  const server = await opened((_, response) => response.writeHead(200, html).end("secret"));
  const port = new URL(server.url).port;
  const page = await fetched(`http://localhost:${port}/`, () => false);
  expect(page).toMatchObject({ status: "unreachable" });
  expect(server.asked).toEqual([]);
});

test("what is too large, endless, packed to burst or no text is not read", async () => {
  const server = await opened(({ url }, response) => {
    if (url === "/told") response.writeHead(200, { ...html, "content-length": 1e9 }).flushHeaders();
    else if (url === "/bomb") {
      const packed = gzipSync(Buffer.alloc(BODY_BYTES_MAX * 8));
      response.writeHead(200, { ...html, "content-encoding": "gzip" }).end(packed);
    } else if (url === "/round") response.writeHead(302, { location: "/round" }).end();
    else if (url === "/pdf")
      response.writeHead(200, { "content-type": "application/pdf" }).end("x");
    else response.writeHead(404).end();
  });
  const why = async (path: string) => {
    const page = await fetched(`${server.url}${path}`);
    return page.status === "unreachable" ? page.why : "read";
  };
  expect(await why("/told")).toContain("larger than 3 MB");
  expect(await why("/bomb")).toContain("larger than 3 MB");
  expect(await why("/round")).toBe("more than 5 redirects");
  expect(await why("/pdf")).toBe("application/pdf is not read");
  expect(await why("/gone")).toBe("it answers 404");
  await server.close();
  expect(await why("/closed")).toBe("it takes no connection");
});

test("a caller who gives up waits no longer, and a page that was read is not fetched twice", async () => {
  const server = await opened(({ url }, response) => {
    if (url === "/page") response.writeHead(200, html).end("<p>page</p>");
  });
  const web = createWeb({ services: [], allows: local });
  const given = new AbortController();
  const waiting = web.read(`${server.url}/never`, { signal: given.signal });
  given.abort();
  expect(await waiting).toMatchObject({ status: "unreachable" });
  await web.read(`${server.url}/page`, { signal });
  await web.read(`${server.url}/page`, { signal });
  expect(server.asked.filter(({ url }) => url === "/page")).toHaveLength(1);
});
