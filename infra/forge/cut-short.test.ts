import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { Unreachable } from "@nightshift/agents/forge";
import { afterEach, expect, test } from "vitest";
import { createFixture } from "../workers/workspace/fixture.ts";
import { openForge } from "./open-forge.ts";

const open: (() => unknown)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A forge that takes every question and answers none; `asked` is done once one came. */
async function silent() {
  const asked = Promise.withResolvers<void>();
  const http = createServer(() => asked.resolve());
  await new Promise<void>((resolve) => void http.listen(0, "127.0.0.1", resolve));
  const fixture = createFixture({ "a.txt": "a\n" });
  open.push(
    () => fixture.remove(),
    () => http.closeAllConnections(),
    () => http.close(),
  );
  const address = http.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  fixture.git("remote", "add", "origin", `${url}/it.git`);
  const config = { url, repository: "me/it", base: "main", remote: "origin" };
  return { asked: asked.promise, config, fixture };
}

test("what waits for an answer of a forge ends with the night", async () => {
  const { asked, config, fixture } = await silent();
  const night = new AbortController();
  const of = { ...config, kind: "gitea", tokenEnv: "TOKEN" } as const;
  const forge = openForge(fixture.repo, of, { TOKEN: "x" }, night.signal);
  const finding = expect(forge.find("nightshift/one")).rejects.toBeInstanceOf(Unreachable);
  await asked;
  night.abort();
  await finding;
  await expect(forge.find("nightshift/one")).rejects.toBeInstanceOf(Unreachable);
});

test("a push that nobody takes ends with the night", async () => {
  const { asked, config, fixture } = await silent();
  const night = new AbortController();
  const of = { ...config, kind: "gitea", tokenEnv: "TOKEN" } as const;
  const forge = openForge(fixture.repo, of, { TOKEN: "x" }, night.signal);
  const commit = fixture.git("rev-parse", "main");
  const pushing = expect(forge.push("nightshift/one", commit, [])).rejects.toBeInstanceOf(
    Unreachable,
  );
  await asked;
  night.abort();
  await pushing;
});

test("a CLI that gives no answer ends with the night", async () => {
  const { asked, config, fixture } = await silent();
  const folder = join(fixture.folder, "bin");
  mkdirSync(folder);
  const script = `#!${process.execPath}\nvoid fetch("${config.url}");\n`;
  writeFileSync(join(folder, "gh"), script, { mode: 0o755 });
  const night = new AbortController();
  const env = { PATH: `${folder}:${process.env["PATH"]}` };
  const forge = openForge(fixture.repo, { ...config, kind: "github" }, env, night.signal);
  const finding = expect(forge.find("nightshift/one")).rejects.toBeInstanceOf(Unreachable);
  await asked;
  night.abort();
  await finding;
});
