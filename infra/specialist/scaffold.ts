import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BadInput } from "@nightshift/protocol/errors";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/**
 * Writes a specialist that works, and the test that shows it, into a folder: the smallest there is,
 * to be changed into what its builder wants.
 * @returns the paths of both. @throws BadInput where one of them is there already.
 */
export function scaffold(folder: string, name: string): { agent: string; test: string } {
  const paths = { agent: join(folder, `${name}.ts`), test: join(folder, `${name}.test.ts`) };
  for (const path of Object.values(paths)) {
    if (existsSync(path)) throw new BadInput("is there already", path, "give it another name");
  }
  writeFileSync(paths.agent, agentSource(name));
  writeFileSync(paths.test, testSource(name));
  return paths;
}

function agentSource(name: string): string {
  const words = wordsOf(name);
  return `import { glob, readFile, writeFile } from "node:fs/promises";
import { join as path } from "node:path";
import { join, type Specialist } from ${JSON.stringify(join(HERE, "specialist.ts"))};

/** Has every file of JavaScript and TypeScript end with a line break. Make it do what you want. */
export const ${words}: Specialist = {
  name: "${name}",
  description: "Ends files with a line break",
  // Whether it bids for a task: its title, text, tags, category and scope are there to decide by.
  takes: ({ tags }) => tags.includes("${name}"),
  bid: { model: "rules", priceMicroUsd: 0, etaMs: 5_000 },
  // What is changed in this folder is committed and handed in; the house's gates do the rest.
  async work(folder, { progress }) {
    for await (const file of glob("**/*.{js,ts}", { cwd: folder })) {
      const text = await readFile(path(folder, file), "utf8");
      if (text.endsWith("\\n")) continue;
      progress(\`\${file} ends in the middle of a line\`);
      await writeFile(path(folder, file), \`\${text}\\n\`);
    }
  },
};

if (import.meta.main) await join(${words});
`;
}

function testSource(name: string): string {
  const words = wordsOf(name);
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { tryOn } from ${JSON.stringify(join(HERE, "try-on.ts"))};
import { ${words} } from "./${name}.ts";

test("it ends a file with a line break, and leaves alone what does", async () => {
  const { files, notes } = await tryOn(${words}, { "a.js": "let a;", "b.ts": "let b;\\n" });
  assert.deepEqual(files, { "a.js": "let a;\\n", "b.ts": "let b;\\n" });
  assert.equal(notes.length, 1);
});

test("it bids for tasks with its tag alone", () => {
  assert.equal(${words}.takes({ ...tryOn.spec, tags: ["${name}"] }), true);
  assert.equal(${words}.takes({ ...tryOn.spec, tags: [] }), false);
});
`;
}

/** `my-agent` as a variable is called; a digit begins none. */
function wordsOf(name: string): string {
  const joined = name.replaceAll(/-+(\w?)/g, (_, letter: string) => letter.toUpperCase());
  return /^\d/.test(joined) ? `agent${joined}` : joined;
}
