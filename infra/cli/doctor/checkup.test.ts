import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { DirectorConfig } from "../../config/director.ts";
import { pathsOf } from "../../config/paths.ts";
import { testFolder } from "../../log/test-log.ts";
import { loadFindings, workerFindings } from "./checkup.ts";

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** A model server that tells its metrics, and nothing else. */
async function metricsServer(text: string): Promise<string> {
  const server = createServer(({ url }, answer) => {
    answer.statusCode = url === "/metrics" ? 200 : 404;
    answer.end(url === "/metrics" ? text : "");
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  return `http://127.0.0.1:${address.port}`;
}

const local = (url: string) =>
  DirectorConfig.parse({
    workers: [
      { name: "own", kind: "openai", model: "qwen3-coder", tier: "local", baseUrl: `${url}/v1` },
    ],
  });

test("doctor tells the queue and the use of a model server where it tells them (C2)", async () => {
  const url = await metricsServer(
    "vllm:num_requests_running 3\nvllm:num_requests_waiting 5\nvllm:gpu_cache_usage_perc 0.25\n",
  );
  const [told] = await loadFindings(local(url));
  expect(told?.detail).toBe(`${url}, vllm: 3 running, 5 waiting, GPU 25 %`);
  const silent = await metricsServer("nothing that anybody knows 1\n");
  expect(await loadFindings(local(silent))).toEqual([]);
});

test("doctor tells what was measured of a model, and where its line cannot be read (D37)", async () => {
  const folder = await testFolder();
  const paths = { ...pathsOf(process.env), config: join(folder, "config.yaml") };
  const [plain] = workerFindings(local("http://127.0.0.1:9"), paths);
  expect(plain?.detail).toBe("qwen3-coder, http://127.0.0.1:9/v1");
  const rest = "family: qwen, tier: small, usd: { in: 0, out: 0 }, context: 9000, output: 900";
  const lines = `models:\n  - { model: qwen3, ${rest}, truncated: 0.125 }\n`;
  writeFileSync(join(folder, "models.yaml"), lines);
  const [measured] = workerFindings(local("http://127.0.0.1:9"), paths);
  expect(measured?.detail).toContain("13 % of its answers cut off");
  writeFileSync(join(folder, "models.yaml"), "models: 3\n");
  const [broken] = workerFindings(local("http://127.0.0.1:9"), paths);
  expect(broken).toMatchObject({ name: "models", blocks: "night" });
  expect(broken?.mend).toContain("models.yaml");
});
