import { startModelServer } from "../model-server.ts";
import { rowsOf } from "./rows.ts";
import { scriptOf } from "./script.ts";

/** The rehearsal's model server as a process of its own: `node server-main.ts <seed> <port>`. */
const [seed, port] = process.argv.slice(2).map(Number);
const { rows } = rowsOf(seed ?? 1);
const server = await startModelServer({
  script: scriptOf(rows, { now: () => Date.now() }),
  port: port ?? 0,
});
process.stdout.write(`${server.url}\n`);
process.on("SIGTERM", () => void server.close().then(() => process.exit(0)));
// Whoever started it holds its standard input; when that closes, nobody needs it any more.
process.stdin.on("end", () => process.exit(0)).resume();
