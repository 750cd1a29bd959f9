// Gets a fresh clone ready: pnpm and Node 24 come from the npm registry when the host has none or an
// older one. Runs under any Node from 20 on, before anything is installed, so it is plain JavaScript.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".nightshift-ready");
const say = (text) => process.stderr.write(`${text}\n`);

/** What the installed packages follow from; when none of it changed there is nothing to do. */
function fingerprint() {
  const hash = createHash("sha256");
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const manifests = folders.map(({ name }) => join(name, "package.json"));
  for (const file of [
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "package.json",
    ...manifests.sort(),
  ]) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(file).update(readFileSync(path));
  }
  return hash.digest("hex");
}

const wanted = fingerprint();
const ready = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
if (!ready) {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) {
    say(
      `Node ${process.versions.node} is too old to set up Night Shift: install Node 20 or newer.`,
    );
    process.exit(1);
  }
  say(
    "Setting up, once: fetching pnpm, Node 24 and the packages of pnpm-lock.yaml from the npm registry …",
  );
  const install = ["pnpm@12", "install", "--frozen-lockfile", "--reporter=append-only"];
  const npx = process.platform === "win32" ? "npx.cmd" : "npx";
  const { status, stdout, stderr } = spawnSync(npx, ["--yes", ...install], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, CI: "true" },
  });
  if (status !== 0) {
    say(`${stdout ?? ""}${stderr ?? ""}`.trim().split("\n").slice(-15).join("\n"));
    say("Set-up failed. Check the network and the disk, then run the same command again.");
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
  say("Ready.");
}
