import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedCli, cliNames } from "@nightshift/infra/sim/install-cli";
import type { CliName } from "@nightshift/infra/sim/install-cli";
import { startModelServer } from "@nightshift/infra/sim/model-server";
import type { Script } from "@nightshift/infra/sim/wire/script";
import { codingAgents } from "@nightshift/infra/workers/coding-agents/registry";
import { detectSandbox } from "@nightshift/infra/workers/sandbox/detect";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { clis } from "./agents.ts";
import { openDirector } from "./director.ts";
import { readied } from "./needed.ts";
import { cachedPackage } from "./package.ts";

/**
 * `nightshift doctor` as typed, with a real CLI in the settings and a scripted model behind it:
 * what it says comes from what stands on the disk.
 */
const contained = "sandbox" in (await detectSandbox());
const archive = await cachedPackage();
const KEY = "sk-dummy-0123456789abcdefghij";
const WALL_MS = 240_000;

const writes: Script = ({ prompt }) => {
  const line = /^probe [0-9a-f-]{36}$/m.exec(prompt)?.[0] ?? "";
  const files = [{ path: "nightshift-probe.txt", content: `${line}\n` }];
  return { kind: "edits", files, summary: "Written." };
};
const claims: Script = () => ({ kind: "text", text: "I wrote the file, and all is well." });
const refuses: Script = () => ({ kind: "unauthorised" });

describe.each(cliNames)("doctor tries %s", { timeout: WALL_MS }, async (name) => {
  const cli = await cachedCli(name);

  test.runIf(cli !== null && archive !== null && contained)(
    `and says whether it can edit, is signed in, and what mends it (${readied(name)})`,
    async () => {
      const works = await examined(name, cli ?? "", writes);
      expect(works.finding).toMatchObject({ mend: null, blocks: "none" });
      expect(works.finding?.detail).toMatch(/edited a file in [\d.]+ s, \d+\.\d+\.\d+/);
      expect(works.exitCode).toBe(0);

      const idle = await examined(name, cli ?? "", claims);
      expect(idle.finding?.detail).toContain("it ended well and wrote nothing");
      expect(idle.finding?.mend).toContain("npm install --global");
      expect(idle.exitCode).toBe(4);

      const out = await examined(name, cli ?? "", refuses);
      expect(out.finding?.detail).toContain("not signed in, or its key is refused");
      expect(out.finding?.mend).toContain("export OWN_KEY=");
      expect(out.exitCode).toBe(4);
    },
  );
});

const Told = z.object({
  exitCode: z.number(),
  findings: z.array(
    z.object({
      name: z.string(),
      detail: z.string(),
      mend: z.string().nullable(),
      blocks: z.string(),
    }),
  ),
});

/** What `doctor --json` tells of this one worker. */
async function examined(name: CliName, binary: string, script: Script) {
  const server = await startModelServer({ script });
  const director = await openDirector({ archive: archive ?? "", cli: binary }, { OWN_KEY: KEY });
  onTestFinished(async () => {
    await director.close();
    await server.close();
  });
  const { kind, model, path } = clis[name];
  const worker = { name: "own", kind, model, binary, apiKeyEnv: "OWN_KEY" };
  const settings = { workers: [{ ...worker, baseUrl: `${server.url}${path}` }] };
  const folder = join(director.root, "config", "nightshift");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "config.yaml"), JSON.stringify(settings));
  await writeFile(join(director.repo, "nightshift.config.yaml"), "test: npm test\n");
  const ran = await director.nightshift("doctor", "--repo", director.repo, "--json");
  expect(ran.stdout, ran.stderr).toContain("findings");
  expect(ran.stdout).not.toContain(KEY);
  expect(codingAgents[kind].program).toBe(name);
  const { exitCode, findings } = Told.parse(JSON.parse(ran.stdout));
  return { exitCode, finding: findings.find((found) => found.name === "worker own") };
}
