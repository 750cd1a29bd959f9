import { afterAll, describe, expect, test } from "vitest";
import { fileEscapes } from "./attempts/files.ts";
import { networkEscapes } from "./attempts/network.ts";
import { processEscapes } from "./attempts/processes.ts";
import { repositoryEscapes } from "./attempts/repository.ts";
import { resourceEscapes } from "./attempts/resources.ts";
import type { Escape, Ran } from "./escape.ts";
import { openWorld } from "./world.ts";

const escapes: readonly Escape[] = [
  ...fileEscapes,
  ...repositoryEscapes,
  ...networkEscapes,
  ...processEscapes,
  ...resourceEscapes,
];
const TEST_MS = 120_000;

const world = await openWorld();
const told: string[] = [];
afterAll(async () => {
  await world?.close();
  process.stdout.write(`${told.join("\n")}\n`);
});

test.runIf(process.env["CI"] === "true")("a machine for CI has a sandbox to escape from", () =>
  expect(world).not.toBeNull(),
);

test("thirty escapes and more are tried, each under a name of its own", () => {
  expect(new Set(escapes.map(({ name }) => name)).size).toBeGreaterThanOrEqual(30);
});

describe.skipIf(world === null)("a worker (needs bwrap; CI fails without)", () => {
  if (world === null) return;
  const run = async (line: string, wallMs?: number): Promise<Ran> => {
    await world.renew();
    const result = await world.worker(line, wallMs === undefined ? {} : { wallMs });
    return { ...result, world };
  };

  test.each(escapes)("cannot $name", { timeout: TEST_MS }, async (escape) => {
    const ran = await run(escape.attempt(world), escape.wallMs);
    const escaped = await escape.escaped(ran);
    told.push(`${escaped ? "ESCAPED  " : "contained"}  ${escape.name}`);
    expect(escaped, `${ran.stdout}\n${ran.stderr}`.slice(-2_000)).toBe(false);
  });

  test.each(escapes)("has instead: $honest.name", { timeout: TEST_MS }, async ({ honest }) => {
    const ran = await run(honest.line(world));
    told.push(`works      ${honest.name}`);
    expect(honest.works(ran), `${ran.exitCode} ${ran.stdout}\n${ran.stderr}`.slice(-2_000)).toBe(
      true,
    );
  });
});
