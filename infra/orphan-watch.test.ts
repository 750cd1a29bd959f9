import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";

const PARENT = `
  import { spawn } from "node:child_process";
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", process.argv[1]], {
    cwd: process.argv[2], stdio: ["ignore", "ignore", "inherit"],
  });
  console.log(child.pid);
  setInterval(() => {}, 1000);
`;
const BUSY = `
  import { endWithParent } from "./orphan-watch.ts";
  endWithParent();
  setTimeout(() => { for (;;); }, 300);
`;
const PATIENCE_LOOKS = 200;

test.runIf(process.platform === "linux")(
  "a process that computes without end ends with who started it, however killed (on Linux)",
  async () => {
    const command = ["--input-type=module", "--eval", PARENT, BUSY, import.meta.dirname];
    const parent = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
    const [told] = await once(parent.stdout, "data");
    const place = join("/proc", String(told).trim());
    await sleep(1_500);
    expect(existsSync(place)).toBe(true);
    parent.kill("SIGKILL");
    for (let looks = 0; existsSync(place) && looks < PATIENCE_LOOKS; looks += 1) await sleep(50);
    expect(existsSync(place)).toBe(false);
  },
  30_000,
);
