import { test } from "vitest";
import { simulate } from "./night.ts";

test("dbg", async () => {
  const seed = Number(process.env["SIMULATION_SEED"] ?? 1);
  const lines: string[] = [];
  const { failures, world } = await simulate(seed, (world) => {
    console.log(JSON.stringify({ ...world.plan, repos: [...world.plan.repos.values()], settings: undefined }));
    world.store.watch(({ stream, event, atMs, revision, position }, writer) => {
      const { type, ...rest } = event as any;
      lines.push(`${position} ${new Date(atMs).toISOString().slice(8, 19)} ${writer} ${stream}#${revision} ${type} ${JSON.stringify(rest).slice(0, 180)}`);
    });
  });
  const grep = new RegExp(process.env["GREP"] ?? ".");
  console.log(lines.filter((line) => grep.test(line)).slice(-Number(process.env["TAIL"] ?? 60)).join("\n"));
  console.log(failures.join("\n"), world.moves.length);
}, 600_000);
