import { parseArgs } from "node:util";
import { isWithin, type Benchmark } from "./ratio.ts";

/** `pnpm bench <name> [--json]`: figures as ratios measured in one run; quiet machines only. */
const benchmarks: Record<string, () => Promise<Benchmark>> = {
  night: async () => (await import("./night.ts")).night(),
  attempt: async () => (await import("./attempt.ts")).attempt(),
  brake: async () => (await import("./brake.ts")).brake(),
  bus: async () => (await import("./bus.ts")).bus(),
  cli: async () => (await import("./cli.ts")).cli(),
  context: async () => (await import("./context.ts")).context(),
  evolve: async () => (await import("./evolve.ts")).evolve(),
  guard: async () => (await import("./guard.ts")).guard(),
  judge: async () => (await import("./judge.ts")).judge(),
  log: async () => (await import("./log.ts")).log(),
  windows: async () => (await import("./windows.ts")).windows(),
};

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false } },
  allowPositionals: true,
});
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
let within = true;
for (const name of names) {
  const benchmark = benchmarks[name];
  if (!benchmark) {
    process.stderr.write(`no benchmark ${name}; there are ${Object.keys(benchmarks).join(", ")}\n`);
    process.exit(64);
  }
  const figures = await benchmark();
  if (values.json) process.stdout.write(`${JSON.stringify({ name, figures })}\n`);
  const wide = Math.max(...figures.map(({ what }) => what.length));
  if (!values.json) process.stdout.write(`${name}\n`);
  for (const figure of figures) {
    const { what, value, unit, limit, atLeast, digits = 2 } = figure;
    const ok = isWithin(figure);
    within &&= ok;
    const bound = `${atLeast ? "at least" : "at most"} ${limit}`;
    const against = limit === null ? "" : `  ${bound}${ok ? "" : "  MISSED"}`;
    const shown = `${value.toFixed(digits).padStart(12)} ${unit.padEnd(11)}`;
    const line = `  ${what.padEnd(wide)} ${shown}${against}`.trimEnd();
    if (!values.json) process.stdout.write(`${line}\n`);
  }
}
process.exit(within ? 0 : 1);
