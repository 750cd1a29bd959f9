import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedCli, cliNames } from "@nightshift/infra/sim/install-cli";
import type { CliName } from "@nightshift/infra/sim/install-cli";
import { startModelServer } from "@nightshift/infra/sim/model-server";
import type { Answer } from "@nightshift/infra/sim/wire/script";
import { detectSandbox } from "@nightshift/infra/workers/sandbox/detect";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { clis } from "./agents.ts";
import { openDirector } from "./director.ts";
import { readied } from "./needed.ts";
import { cachedPackage } from "./package.ts";

/**
 * Nights by one real CLI whose model refuses, as typed: what its driver told of the refusal holds
 * the whole account, the other task is not tried against it, and neither loses an attempt. A night
 * with good answers is `published-package.test.ts`.
 */
const contained = "sandbox" in (await detectSandbox());
const archive = await cachedPackage();
const KEY = "sk-dummy-0123456789abcdefghij";
const NIGHT_WALL_MS = 240_000;
/** The margin after a reset, and seconds that a delay is rounded to. */
const SKEW_MS = 5 * 60_000;
/** Of one run of a CLI: some ask for a title beside the work itself. */
const REQUESTS_MAX = 2;

describe.each(cliNames)("a night by %s alone", { timeout: NIGHT_WALL_MS }, async (name) => {
  const cli = await cachedCli(name);
  const isThere = cli !== null && archive !== null && contained;

  test.runIf(isThere)(
    `a limit holds the account until its reset, in the next night too (${readied(name)})`,
    async () => {
      const resetsAtMs = (Math.floor(Date.now() / 1_000) + 3_600) * 1_000;
      const evening = await openEvening(name, cli ?? "", { kind: "limit", resetsAtMs });
      const { code, words } = await evening.night();
      expect(words).toContain("put off: own-key is at its limit until");
      expect(code).toBe(5);
      const [held, ...others] = await evening.held();
      expect(others).toEqual([]);
      expect(held?.reason).toBe("limit");
      expect(held?.untilMs).toBeGreaterThan(resetsAtMs - SKEW_MS);
      expect(held?.untilMs).toBeLessThan(resetsAtMs + SKEW_MS);
      const asked = evening.asked();
      await evening.night();
      expect(evening.asked()).toBe(asked);
      await evening.nothingIsLeft();
    },
  );

  test.runIf(isThere)(`a refused key holds it for its director (${readied(name)})`, async () => {
    const evening = await openEvening(name, cli ?? "", { kind: "unauthorised" });
    const { code, words } = await evening.night();
    expect(words).toContain("own-key needs you to sign in again nightshift doctor");
    expect(code).toBe(4);
    expect(await evening.held()).toMatchObject([{ reason: "sign-in" }]);
    await evening.nothingIsLeft();
  });
});

/** Two tasks, and one worker for them whose model answers like this. */
async function openEvening(name: CliName, binary: string, answer: Answer) {
  const server = await startModelServer({ script: () => answer });
  const director = await openDirector({ archive: archive ?? "", cli: binary }, { OWN_KEY: KEY });
  onTestFinished(async () => {
    await director.close();
    await server.close();
  });
  const { kind, model, path } = clis[name];
  const worker = { name: "own", kind, model, binary, apiKeyEnv: "OWN_KEY", account: "own-key" };
  const settings = { workers: [{ ...worker, baseUrl: `${server.url}${path}` }] };
  const folder = join(director.root, "config", "nightshift");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "config.yaml"), JSON.stringify(settings));
  const { repo } = director;
  await writeFile(join(repo, "nightshift.config.yaml"), "test: npm test\n");
  for (const file of ["one.js", "two.js"])
    await director.nightshift("add", `Write ${file}`, "--repo", repo, "--file", file);
  const query = async (sql: string): Promise<unknown> => {
    const { stdout, stderr } = await director.nightshift("log", "query", sql, "--json");
    expect(stdout, stderr).not.toBe("");
    return JSON.parse(stdout);
  };
  return {
    asked: () => server.requests.length,
    async night() {
      const { code, stdout } = await director.nightshift("run", "--repo", repo);
      return { code, words: stdout.replaceAll(/\s+/g, " ").replaceAll(/\[[^\]]*\] /g, "") };
    },
    held: async () => Held.parse(await query(HELD)),
    /** No attempt failed, the second task was not tried, and no process or key is anywhere. */
    async nothingIsLeft() {
      expect(await query(ENDED)).toEqual([{ type: "attempt.deferred" }]);
      expect(server.requests.length).toBeLessThanOrEqual(REQUESTS_MAX);
      expect(await director.processes()).toEqual([]);
      expect(await director.keeps(KEY)).toBe(false);
    },
  };
}

const HELD = `SELECT data ->> 'reason' AS reason, data ->> 'untilMs' AS untilMs FROM events
  WHERE type = 'account.held'`;
const ENDED = "SELECT type FROM events WHERE type IN ('attempt.deferred', 'attempt.failed')";
const Held = z.array(z.object({ reason: z.string(), untilMs: z.number() }));
