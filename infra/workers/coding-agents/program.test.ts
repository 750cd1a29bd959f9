import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startModelServer } from "../../sim/model-server.ts";
import { profileOf } from "../models/profiles.ts";
import { unscannedBlobs } from "../models/unscanned-blobs.ts";
import { createOff } from "../sandbox/off.ts";
import type { SignIn } from "./options.ts";
import { createProgram } from "./program.ts";
import { filled } from "./template.ts";

const KEY = "sk-secret-of-the-director";

/** Runs a shell script as the program of a template, without containment, so it runs anywhere. */
async function run(script: string, given: { args?: string[]; env?: SignIn } = {}) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "program-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [binary, clone, homes] = [join(folder, "p"), join(folder, "clone"), join(folder, "homes")];
  for (const path of [clone, homes]) await mkdir(path);
  await writeFile(binary, `#!/bin/sh\n${script}\n`);
  await chmod(binary, 0o755);
  const { blobs, texts } = unscannedBlobs();
  const agent = createProgram({
    ...profileOf("m"),
    name: "mine",
    account: "a",
    model: "m-1",
    binary,
    command: [binary, ...(given.args ?? [])],
    sandbox: createOff(),
    blobs,
    homes,
    env: given.env ?? {},
  });
  const { signal } = new AbortController();
  const work = { prompt: "Write add.", clone, silenceMs: 5_000, wallMs: 10_000 };
  const ended = await agent.work(work, { signal, onProgress: () => {} }).then(
    (result) => ({ result, failure: null }),
    (failure: unknown) => ({ result: null, failure }),
  );
  const transcript = texts.get(ended.result?.transcript ?? "") ?? "";
  return { ...ended, clone, transcript, left: await readdir(homes) };
}

test("a program gets the prompt on its standard input and in a file, and its blanks filled", async () => {
  const args = ["--model={model}", "{prompt}", "{clone}"];
  const script = `cat >input.txt; cat "$2" >file.txt; echo "$1 $3"; echo Done.`;
  const { result, clone, left } = await run(script, { args });
  expect(await readFile(join(clone, "input.txt"), "utf8")).toBe("Write add.");
  expect(await readFile(join(clone, "file.txt"), "utf8")).toBe("Write add.");
  expect(result?.summary).toBe(`--model=m-1 ${clone}\nDone.`);
  expect(left).toEqual([]);
});

test("what it does not tell is unknown, not guessed", async () => {
  const { result } = await run("echo 'used 5000 tokens, finished'");
  expect(result).toMatchObject({ stopReason: "unknown", usage: null, costKind: "unknown" });
});

test("a code that is not 0 is a crash with the end of its complaint, and without the key", async () => {
  const env = { apiKey: KEY, keyVariable: "MY_KEY" };
  const { failure } = await run(`echo "no: $MY_KEY" >&2; exit 3`, { env });
  expect(failure).toMatchObject({ kind: "crash" });
  expect(String(failure)).toContain("mine ended with code 3: no: [key]");
  // Only the end of a complaint is kept: a key that it would cut in two is masked before.
  const long = await run(`echo "$MY_KEY"${"x".repeat(190)} >&2; exit 3`, { env });
  expect(String(long.failure)).not.toContain(KEY.slice(-8));
});

/** A program that asks its model once and gives up at anything but an answer. */
const ASKS = `node -e 'const { MY_KEY, MY_URL } = process.env;
fetch(MY_URL + "/chat/completions", { method: "POST", body: "{\\"model\\":\\"m\\",\\"messages\\":[]}",
  headers: { authorization: "Bearer " + MY_KEY } }).then((r) => process.exit(r.ok ? 0 : 3),
  () => process.exit(3));'`;
const TOLD = { apiKey: KEY, keyVariable: "MY_KEY", addressVariable: "MY_URL" };

test("why a program gave up is the wire's word before its own code", async () => {
  const server = await startModelServer({ script: () => ({ kind: "error", status: 503 }) });
  onTestFinished(() => server.close());
  const refused = await run(ASKS, { env: { ...TOLD, baseUrl: `${server.url}/v1` } });
  expect(String(refused.failure)).toContain("its model's server answered 503");
  const offline = await run(ASKS, { env: { ...TOLD, baseUrl: "http://127.0.0.1:1/v1" } });
  expect(offline.failure).toMatchObject({ name: "LimitReached", why: "network" });
});

test("a code of its own after answers that were good is a crash", async () => {
  const server = await startModelServer({ script: () => ({ kind: "text", text: "Hello." }) });
  onTestFinished(() => server.close());
  const { failure } = await run(`${ASKS} && exit 4`, {
    env: { ...TOLD, baseUrl: `${server.url}/v1` },
  });
  expect(failure).toMatchObject({ kind: "crash" });
  expect(String(failure)).toContain("mine ended with code 4");
});

test("with the address of its model a tap counts for it, and it never holds the key", async () => {
  const server = await startModelServer({ script: () => ({ kind: "text", text: "12345678" }) });
  onTestFinished(() => server.close());
  const body = `{"model":"m","messages":[{"role":"user","content":"Hello."}]}`;
  const call = `const { MY_KEY, MY_URL } = process.env;
fetch(MY_URL + "/chat/completions", { method: "POST", body: process.argv[1],
  headers: { authorization: "Bearer " + MY_KEY } }).then((r) => r.text()).then(console.log);`;
  const env = { apiKey: KEY, keyVariable: "MY_KEY", addressVariable: "MY_URL" };
  const script = `echo "$MY_KEY" >key.txt; node -e '${call}' '${body}'`;
  const { result, clone } = await run(script, { env: { ...env, baseUrl: `${server.url}/v1` } });
  expect(result).toMatchObject({ stopReason: "finished", costKind: "estimated" });
  expect(result?.usage?.outputTokens).toBe(2);
  expect(await readFile(join(clone, "key.txt"), "utf8")).not.toContain(KEY);
  expect(server.requests[0]?.hasKey).toBe(true);
});

test("a blank is filled once, and what fills it is never read as another", () => {
  const blanks = { model: "{clone}", clone: "/c", home: "/h", prompt: "/p" };
  expect(filled(["{model}", "{clone}{home}", "{else}", "$HOME; rm"], blanks)).toEqual([
    "{clone}",
    "/c/h",
    "{else}",
    "$HOME; rm",
  ]);
});
