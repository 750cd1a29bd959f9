import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { createFixture } from "@nightshift/infra/workers/workspace/fixture";
import { z } from "zod";
import { contextRepository } from "./context-repository.ts";
import { estimateErrors } from "./context-tokens.ts";
import { median, type Benchmark } from "./ratio.ts";

const REPOSITORY_BYTES = Number(process.env["CONTEXT_BENCH_BYTES"] ?? 10_000_000);
const CHANGES = 7;
const COLD_MS_MAX = 5_000;
const CHANGE_MS_MAX = 50;
const PEAK_MB_MAX = 400;
const ERROR_SHARE_MAX = 0.03;

const taken = z.object({ ms: z.number(), cpuMs: z.number(), files: z.number() });
const Work = z.object({
  cold: taken,
  warm: z.array(taken),
  tokens: z.number(),
  peakMb: z.number(),
});

/**
 * The context engine on a repository of 10 MB in six languages: mapped cold, mapped again after one
 * file's change, and the memory of the process that does it; and the error of token estimates.
 */
export async function context(): Promise<Benchmark> {
  const files = contextRepository(REPOSITORY_BYTES);
  const fixture = createFixture(files);
  try {
    const base = fixture.git("rev-parse", "HEAD");
    const paths = Object.keys(files).filter((path) => path.endsWith(".ts"));
    const commits = Array.from({ length: CHANGES }, (_, at) => {
      const path = paths[at * 5] ?? "";
      return fixture.commit({ [path]: `${files[path]}\nexport function added${at}() {}\n` });
    });
    const main = join(import.meta.dirname, "context-work.ts");
    const args = ["--expose-gc", main, fixture.repo, fixture.root, base, ...commits];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { cold, warm, peakMb, tokens } = Work.parse(JSON.parse(stdout));
    const bytes = Object.values(files).reduce((sum, text) => sum + text.length, 0);
    const errors = await estimateErrors();
    return [
      { what: "repository", value: bytes / 1e6, unit: "MB", limit: null },
      { what: "source files mapped", value: cold.files, unit: "files", limit: null, digits: 0 },
      { what: "mapped cold", value: cold.ms, unit: "ms", limit: COLD_MS_MAX, digits: 0 },
      { what: "  of it on the processor", value: cold.cpuMs, unit: "ms", limit: null, digits: 0 },
      change(warm, "ms", CHANGE_MS_MAX),
      { ...change(warm, "cpuMs", null), what: "  of it on the processor" },
      { what: "peak memory", value: peakMb, unit: "MB", limit: PEAK_MB_MAX, digits: 0 },
      { what: "a prompt under 40,000", value: tokens, unit: "tokens", limit: 40_000, digits: 0 },
      ...errors.flatMap(({ model, typical, of9in10 }) => [
        error(`estimate after 20 calls, ${model}`, typical, ERROR_SHARE_MAX),
        error("  9 calls of 10 are within", of9in10, null),
      ]),
    ];
  } finally {
    fixture.remove();
  }
}

function error(what: string, value: number, limit: number | null) {
  return { what, value: 100 * value, unit: "%", limit: limit && 100 * limit };
}

function change(warm: z.infer<typeof taken>[], key: "ms" | "cpuMs", limit: number | null) {
  const value = median(warm.map((one) => one[key]));
  return { what: "mapped after one file's change", value, unit: "ms", limit, digits: 1 };
}
