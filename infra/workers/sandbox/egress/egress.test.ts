import { createServer } from "node:http";
import type { Server } from "node:http";
import { connect } from "node:net";
import { hostname } from "node:os";
import type { Duplex } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { allowList, hostOf, modelHosts } from "./allow-list.ts";
import { dial } from "./dial.ts";
import { openEgress } from "./proxy.ts";
import { registriesOf } from "./registries.ts";
import { upstreamFor } from "./upstream.ts";

const verdict = (hosts: string[], host: string, port = 443) =>
  allowList(hosts).rule(host, port).verdict;

test("a host is reached at the ports of the web, or at the one that is named", () => {
  expect(verdict(["api.example.com"], "API.example.com.")).toBe("named");
  expect(verdict(["api.example.com"], "api.example.com", 80)).toBe("named");
  expect(verdict(["api.example.com"], "api.example.com", 22)).toBe("refused");
  expect(verdict(["llm.lan:8080"], "llm.lan", 8080)).toBe("named");
  expect(verdict(["llm.lan:8080"], "llm.lan", 443)).toBe("refused");
});

test("a star stands for names below, never for the name itself, another ending or a number", () => {
  expect(verdict(["*.example.com"], "a.b.example.com")).toBe("covered");
  expect(verdict(["*.example.com"], "example.com")).toBe("refused");
  expect(verdict(["*.example.com"], "evilexample.com")).toBe("refused");
  expect(verdict(["*.0.0.1"], "127.0.0.1")).toBe("refused");
});

test("loopback has many names, and only its named ports are open", () => {
  const list = allowList(["localhost:11434", "api.example.com"]);
  for (const host of ["127.0.0.1", "localhost", "::1", "[::1]"])
    expect(list.rule(host, 11434).verdict).toBe("named");
  expect(list.rule("127.0.0.1", 443).verdict).toBe("refused");
  expect(list.loopbackPorts).toEqual([11434]);
});

test("a model's server of the settings takes the place of its maker's hosts", () => {
  expect(modelHosts(["api.example.com"], undefined)).toEqual(["api.example.com"]);
  expect(modelHosts(["api.example.com"], "http://127.0.0.1:4000/v1")).toEqual(["127.0.0.1:4000"]);
  expect(hostOf("https://llm.example.com/v1")).toBe("llm.example.com:443");
});

test("a company's registry is reached while an environment is prepared, with all others", () => {
  const hosts = registriesOf({
    NPM_CONFIG_REGISTRY: "http://npm.lan:4873/",
    GOPROXY: "https://go.lan,direct",
    HTTPS_PROXY: "http://proxy.lan:3128",
  });
  expect(hosts).toContain("npm.lan:4873");
  expect(hosts).toContain("go.lan:443");
  expect(hosts).toContain("registry.npmjs.org");
  expect(hosts.join(" ")).not.toMatch(/proxy\.lan|direct/);
});

test.each([
  ["a cloud's keys, though named", { host: "169.254.169.254", mayBePrivate: true }],
  ["a private address under a star", { host: "10.1.2.3", mayBePrivate: false }],
  ["any address of this machine", { host: "0.0.0.0", mayBePrivate: true }],
])("%s is not connected to", async (_, target) => {
  await expect(dial({ ...target, port: 80 }, null)).rejects.toThrow(/not for programs/);
});

test("a name that leads to this machine's loopback is not connected to (DNS rebinding)", async () => {
  // `localhost` under another name: every machine has some, and where it has none nothing answers.
  for (const host of ["ip6-localhost", "localhost.localdomain", hostname()]) {
    const { port } = await listening(createServer((_, response) => response.end("reached")));
    const socket = await dial({ host, port, mayBePrivate: true }, null).catch(() => null);
    if (socket) expect(socket.remoteAddress).not.toMatch(/^(?:127\.|::1$|::ffff:127)/);
    socket?.destroy();
  }
});

test("the director's proxy is used, its password stays outside, and NO_PROXY is kept", () => {
  const environment = { https_proxy: "http://me:secret@proxy.lan:3128", NO_PROXY: ".corp.lan,x:8" };
  const proxyOf = (host: string, port = 443) =>
    upstreamFor({ host, port, mayBePrivate: true }, environment)?.host ?? null;
  expect(proxyOf("api.example.com")).toBe("proxy.lan:3128");
  expect(proxyOf("git.corp.lan")).toBeNull();
  expect([proxyOf("x", 8), proxyOf("x")]).toEqual([null, "proxy.lan:3128"]);
  expect(proxyOf("127.0.0.1")).toBeNull();
});

test("through the director's proxy a host is reached by its name", async () => {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on("connect", (request, socket) => {
    asked.push(`${request.url} ${request.headers["proxy-authorization"]}`);
    socket.end("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nfar");
  });
  const { port } = await listening(proxy);
  const environment = { HTTPS_PROXY: `http://me:pass@127.0.0.1:${port}` };
  const egress = await openEgress(["api.example.com"], environment);
  onTestFinished(() => egress.close());
  const heard = await ask(egress.socket, "CONNECT api.example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n");
  expect(heard).toMatch(/^HTTP\/1\.1 200 [^]*far$/);
  expect(asked).toEqual([`api.example.com:443 Basic ${btoa("me:pass")}`]);
});

/** A director's proxy that answers when it is told to, and what is connected to it. */
async function slowProxy() {
  const held: Duplex[] = [];
  const proxy = createServer();
  proxy.on("connect", (_, socket: Duplex) => {
    held.push(socket.on("error", () => {}).on("end", () => socket.end()));
    socket.once("close", () => held.splice(held.indexOf(socket), 1)).resume();
  });
  const { port } = await listening(proxy);
  onTestFinished(() => held.forEach((socket) => void socket.destroy()));
  const environment = { https_proxy: `http://127.0.0.1:${port}`, http_proxy: "" };
  const egress = await openEgress(["api.example.com"], {
    ...environment,
    http_proxy: environment.https_proxy,
  });
  onTestFinished(() => egress.close());
  const answers = () => held.forEach((socket) => void socket.write("HTTP/1.1 200 OK\r\n\r\n"));
  return { egress, held, answers };
}

const CONNECT = "CONNECT api.example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n";
const GET = "GET http://api.example.com/ HTTP/1.1\r\nHost: api.example.com\r\n\r\n";
const WAIT = { timeout: 20_000 };

test.each([
  ["a tunnel", CONNECT],
  ["plain HTTP", GET],
])("%s for which nobody waits any more is not kept", async (_, asks) => {
  const { egress, held, answers } = await slowProxy();
  const gone = connect(egress.socket, () => gone.write(asks));
  const stays = connect(egress.socket, () => stays.write(asks));
  stays.on("error", () => {});
  onTestFinished(() => void stays.destroy());
  await vi.waitFor(() => expect(held).toHaveLength(2), WAIT);
  gone.destroy();
  await new Promise((resolve) => gone.once("close", resolve));
  // The other side has seen it when it has answered somebody who came later.
  await ask(egress.socket, "CONNECT refused:1 HTTP/1.1\r\nHost: x\r\n\r\n");
  answers();
  await vi.waitFor(() => expect(held).toHaveLength(1), WAIT);
  expect(stays.destroyed).toBe(false);
});

test("one client asks for no more ways out at once than there may be", async () => {
  const { egress, held } = await slowProxy();
  const asks = connect(egress.socket, () => asks.write(GET.repeat(400)));
  asks.on("error", () => {});
  onTestFinished(() => void asks.destroy());
  await vi.waitFor(() => expect(held.length).toBeGreaterThanOrEqual(128), WAIT);
  const over = await ask(egress.socket, CONNECT);
  expect(over).toMatch(/^HTTP\/1\.1 502 /);
  expect(held).toHaveLength(128);
});

test("what was refused is told once each, in printable words", async () => {
  const egress = await openEgress([], {});
  onTestFinished(() => egress.close());
  for (const host of ["a.example:443", "a.example:443", "b.example:22"])
    await ask(egress.socket, `CONNECT ${host} HTTP/1.1\r\nHost: x\r\n\r\n`);
  expect(egress.refused()).toEqual(["a.example:443", "b.example:22"]);
});

async function listening(server: Server): Promise<{ port: number }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === "object" && address ? address.port : 0 };
}

function ask(socketPath: string, request: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(socketPath, () => socket.write(request));
    socket.on("data", (chunk) => (heard += chunk.toString()));
    socket.on("close", () => resolve(heard));
  });
}
