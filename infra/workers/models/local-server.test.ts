import { createServer, type Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { loadOf, loadWords, localAddresses } from "./local-server.ts";

const signal = new AbortController().signal;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server on loopback that answers some paths. */
async function serving(pages: Record<string, string>): Promise<string> {
  const server = createServer((request, response) => {
    const page = pages[request.url ?? ""];
    response.writeHead(page === undefined ? 404 : 200).end(page ?? "");
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  return `http://127.0.0.1:${address.port}`;
}

test("Ollama tells how much of its models lies on the GPU", async () => {
  const models = [
    { name: "qwen2.5-coder:32b", size: 20_000, size_vram: 15_000 },
    { name: "tiny", size: 4_000 },
  ];
  const url = await serving({ "/api/ps": JSON.stringify({ models }) });
  const load = await loadOf(url, signal);
  expect(load).toEqual({ by: "ollama", running: null, waiting: null, gpuPercent: 62.5 });
  expect(load && loadWords(load)).toBe("ollama: GPU 63 %");
  const idle = await serving({ "/api/ps": '{"models":[]}' });
  expect(await loadOf(idle, signal)).toMatchObject({ gpuPercent: null });
});

test("vLLM and llama.cpp tell their queues", async () => {
  const vllm = `# HELP vllm:num_requests_running x
vllm:num_requests_running{model_name="q"} 2.0
vllm:num_requests_waiting{model_name="q"} 1.0
vllm:gpu_cache_usage_perc{model_name="q"} 0.4
`;
  const url = await serving({ "/metrics": vllm });
  const load = await loadOf(url, signal);
  expect(load).toEqual({ by: "vllm", running: 2, waiting: 1, gpuPercent: 40 });
  expect(load && loadWords(load)).toBe("vllm: 2 running, 1 waiting, GPU 40 %");
  const llama = "llamacpp:requests_processing 1\nllamacpp:requests_deferred 3\n";
  expect(await loadOf(await serving({ "/metrics": llama }), signal)).toMatchObject({
    by: "llama.cpp",
    running: 1,
    waiting: 3,
  });
});

test("who tells nothing, or something else, is told as nothing", async () => {
  expect(await loadOf(await serving({}), signal)).toBeNull();
  expect(
    await loadOf(await serving({ "/metrics": "up 1\n", "/api/ps": "<html>" }), signal),
  ).toBeNull();
  expect(await loadOf("http://127.0.0.1:9", signal)).toBeNull();
});

test("the server that the environment names comes first, the usual places after it", () => {
  expect(localAddresses("10.0.0.5:11434")[0]).toEqual({
    url: "http://10.0.0.5:11434",
    isNamed: true,
  });
  expect(
    localAddresses("127.0.0.1:11434").filter(({ url }) => url.endsWith(":11434")),
  ).toHaveLength(1);
  expect(localAddresses(undefined).every(({ isNamed }) => !isNamed)).toBe(true);
});
