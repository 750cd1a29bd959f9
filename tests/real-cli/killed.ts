import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { CliName } from "@nightshift/infra/sim/install-cli";
import { startModelServer } from "@nightshift/infra/sim/model-server";
import { onTestFinished } from "vitest";
import { repository, temporary } from "./workshop.ts";

const DRIVER = fileURLToPath(new URL("driver-process.ts", import.meta.url));
const GONE_WALL_MS = 60_000;
const LOOK_EVERY_MS = 100;

/**
 * Starts a driver in a process of its own, kills that by SIGKILL while the model thinks, and looks
 * for whoever still has its folders in the environment or on the command line.
 * @returns Those at work before, and those that are left; a machine without /proc tells nobody.
 */
export async function killedAtWork(name: CliName): Promise<{ before: string[]; left: string[] }> {
  const [homes, clone] = [await temporary("killed-homes-"), await repository()];
  const asked = Promise.withResolvers<void>();
  const server = await startModelServer({
    script() {
      asked.resolve();
      return { kind: "silence" };
    },
  });
  onTestFinished(() => server.close());
  const driver = spawn(process.execPath, [DRIVER, name, server.url, homes, clone], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  driver.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const died = new Promise<void>((resolve) => driver.once("exit", () => resolve()));
  await Promise.race([asked.promise, died]);
  if (driver.exitCode !== null) throw new Error(`the driver ended early: ${complaint}`);
  const at = [homes, clone];
  const before = await peopleOf(at);
  driver.kill("SIGKILL");
  await died;
  const until = performance.now() + GONE_WALL_MS;
  let left = await peopleOf(at);
  while (left.length > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    left = await peopleOf(at);
  }
  return { before, left };
}

async function peopleOf(folders: readonly string[]): Promise<string[]> {
  const ids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const read = (file: string) => readFile(`/proc/${id}/${file}`, "utf8").catch(() => "");
      const [environment, command] = await Promise.all([read("environ"), read("cmdline")]);
      const isTheirs = folders.some((folder) => `${environment}${command}`.includes(folder));
      return isTheirs ? [`${id} ${command.replaceAll("\0", " ").slice(0, 200)}`] : [];
    }),
  );
  return found.flat();
}
