#!/usr/bin/env node
// `nightshift` on any host: sets up what is missing, and goes on under the Node that was set up where
// the host's is older than 24 or brings a SQLite older than 3.51, which takes the log's question how
// much is to be copied for the order to copy it. Plain JavaScript, as an older Node reads nothing else.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const infra = dirname(fileURLToPath(import.meta.url));
await import("./setup.mjs");

const [major] = process.versions.node.split(".").map(Number);
const [sqlite, sqliteMinor] = (process.versions.sqlite ?? "0.0").split(".").map(Number);
const isNew = major >= 24 && (sqlite > 3 || (sqlite === 3 && sqliteMinor >= 51));
if (isNew) await import("./cli/main.ts");
else {
  const node = join(dirname(infra), "node_modules", ".bin", "node");
  const main = join(infra, "cli", "main.ts");
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  // A Ctrl-C reaches both of us; what it means is the child's to say.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code) => process.exit(code ?? 1));
}
