import { glob, readFile, writeFile } from "node:fs/promises";
import { join as path } from "node:path";
import { join, type Specialist } from "@nightshift/infra/specialist/specialist";

const evalOfJson = /\beval\(\s*(["'`])\(\1\s*\+\s*([\w.]+)\s*\+\s*\1\)\1\s*\)/g;

/** Makes `eval("(" + text + ")")` what it was meant to be: data, not a program. */
export const securityAuditor: Specialist = {
  name: "security-auditor",
  description: "Finds JSON that is read by eval, and has it parsed",
  takes: ({ tags }) => tags.includes("security"),
  bid: { model: "rules", priceMicroUsd: 0, etaMs: 2_000 },
  async work(folder, { progress }) {
    for await (const file of glob("**/*.{js,mjs,cjs,ts}", { cwd: folder })) {
      const text = await readFile(path(folder, file), "utf8");
      const safe = text.replaceAll(evalOfJson, "JSON.parse($2)");
      if (safe !== text) progress(`${file} runs what it should read`);
      if (safe !== text) await writeFile(path(folder, file), safe);
    }
  },
};

if (import.meta.main) await join(securityAuditor);
