import { appendFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { startModelServer } from "./model-server.ts";
import type { Script } from "./wire/script.ts";

/**
 * The model server as a process of its own:
 * `node infra/sim/model-server-main.ts --script <module> [--port n] [--requests <file>]`.
 * The module exports `script`. The first line of output is the address; the process ends when its
 * standard input does. Requests are appended to the file, one a line, when they are answered.
 */
const { values } = parseArgs({
  options: {
    script: { type: "string" },
    port: { type: "string", default: "0" },
    requests: { type: "string" },
  },
});
if (values.script === undefined) {
  process.stderr.write("usage: model-server-main.ts --script <module> [--port n] [--requests f]\n");
  process.exit(64);
}
const module: { script?: Script } = await import(pathToFileURL(values.script).href);
const { script } = module;
if (typeof script !== "function") throw new Error(`${values.script} exports no script`);
const server = await startModelServer({
  port: Number(values.port),
  script: async (request) => {
    const answer = await script(request);
    if (values.requests !== undefined)
      appendFileSync(values.requests, `${JSON.stringify({ ...request, answered: answer.kind })}\n`);
    return answer;
  },
});
process.stdout.write(`${server.url}\n`);
const stop = () => void server.close().then(() => process.exit(0));
process.on("SIGTERM", stop);
process.stdin.on("end", stop).resume();
