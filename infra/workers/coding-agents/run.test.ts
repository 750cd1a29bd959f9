import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Surroundings } from "@nightshift/agents/ports";
import { expect, onTestFinished, test } from "vitest";
import { startModelServer } from "../../sim/model-server.ts";
import { unscannedBlobs } from "../models/unscanned-blobs.ts";
import { profileOf } from "../models/profiles.ts";
import { createOff } from "../sandbox/off.ts";
import { createClaudeCode } from "./claude-code.ts";
import type { SignIn } from "./options.ts";

const KEY = "sk-secret-of-the-director";
const RESULT = `'{"type":"result","is_error":false,"result":"'"$said"'","total_cost_usd":0.5}'`;

type Given = {
  env: SignIn;
  login: string;
  wallMs: number;
  silenceMs: number;
  signal: AbortSignal;
  model: string;
  surroundings: Surroundings;
};

/** Runs a shell script in the place of the CLI, without containment, so that it runs anywhere. */
async function run(script: string, given: Partial<Given> = {}) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "run-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [binary, clone, homes] = ["cli", "clone", "homes"].map((name) => join(folder, name));
  if (!binary || !clone || !homes) throw new Error("no folders");
  await mkdir(clone);
  await mkdir(homes);
  await writeFile(binary, `#!/bin/sh\n${script}\n`);
  await chmod(binary, 0o755);
  const loginHome = join(folder, "director");
  if (given.login !== undefined) {
    await mkdir(join(loginHome, ".claude"), { recursive: true });
    await writeFile(join(loginHome, ".claude/.credentials.json"), given.login);
  }
  const { blobs, texts } = unscannedBlobs();
  const model = given.model ?? "claude-sonnet-4-6";
  const agent = createClaudeCode({
    ...profileOf(model),
    name: "n",
    account: "a",
    model,
    binary,
    blobs,
    homes,
    sandbox: createOff(),
    env: given.login === undefined ? (given.env ?? { apiKey: KEY }) : { loginHome },
  });
  const notes: string[] = [];
  const { wallMs = 10_000, silenceMs = 5_000, signal = new AbortController().signal } = given;
  const { surroundings } = given;
  const done = agent.work(
    { prompt: "Write add.", clone, silenceMs, wallMs, ...(surroundings && { surroundings }) },
    { signal, onProgress: (note) => void notes.push(note) },
  );
  const ended = await done.then(
    (result) => ({ result, failure: null }),
    (failure: unknown) => ({ result: null, failure }),
  );
  const transcript = texts.get(ended.result?.transcript ?? "") ?? "";
  return { ...ended, notes, transcript, clone, left: await readdir(homes) };
}

test("the prompt comes by standard input, which then ends", async () => {
  const { result } = await run(`said=$(cat); printf '%s\\n' ${RESULT}`);
  expect(result).toMatchObject({ summary: "Write add.", costMicroUsd: 500_000 });
});

test("it sees the variables that it needs and a home of its own, and none of the director's", async () => {
  process.env["DIRECTORS_SECRET"] = "x";
  onTestFinished(() => void delete process.env["DIRECTORS_SECRET"]);
  const names = `said=$(env | cut -d= -f1 | sort | tr '\\n' ' '; printf %s "$HOME")`;
  const { result, left } = await run(`${names}; printf '%s\\n' ${RESULT}`);
  expect(result?.summary).toContain("ANTHROPIC_API_KEY");
  expect(result?.summary).toContain("DISABLE_TELEMETRY");
  expect(result?.summary).not.toContain("DIRECTORS_SECRET");
  expect(result?.summary).toMatch(/\/homes\/nightshift-home-\w+$/);
  expect(left).toEqual([]);
});

test("programs of the repository come before all others, and its variables are there", async () => {
  const given = { surroundings: { programs: ["/venv/bin"], env: { VIRTUAL_ENV: "/venv" } } };
  const { result } = await run(`said="$VIRTUAL_ENV $PATH"; echo ${RESULT}`, given);
  expect(result?.summary).toMatch(/^\/venv \/venv\/bin:\//);
});

test("a login is copied in, is worth a subscription, and nothing of it stays", async () => {
  const said = `said=$(wc -c < "$HOME/.claude/.credentials.json")`;
  const { result, left } = await run(`${said}; printf '%s\\n' ${RESULT}`, { login: "{}" });
  expect(result).toMatchObject({ summary: "2", costKind: "subscription" });
  expect(left).toEqual([]);
});

test("a login that is not there is told with the command that mends it", async () => {
  const { failure, left } = await run("exit 0", { env: { loginHome: "/nobody" } });
  expect(failure).toMatchObject({ name: "BadInput" });
  expect(left).toEqual([]);
});

test("an exit code of 0 without a result is a crash", async () => {
  const { failure } = await run("echo all done");
  expect(failure).toMatchObject({ kind: "crash" });
});

test("a key that it complains about is in no error, note or transcript", async () => {
  const complained = await run(`echo "bad key $ANTHROPIC_API_KEY" >&2; exit 1`);
  expect(String(complained.failure)).toContain("bad key [key]");
  const use = `{"type":"tool_use","name":"Bash","input":{"command":"echo $ANTHROPIC_API_KEY"}}`;
  const event = `{"type":"assistant","message":{"content":[${use}]}}`;
  const told = await run(`said=$ANTHROPIC_API_KEY; echo "${quoted(event)}"; echo ${RESULT}`);
  expect(told.notes).toEqual(["Bash echo [key]"]);
  expect(told.result?.summary).toBe("[key]");
  expect(told.transcript).toContain("[key]");
  expect(told.transcript).not.toContain(KEY);
});

test("a note is one line of bounded length", async () => {
  const command = `a\\\\nb\\\\u001b[31m${"x".repeat(500)}`;
  const use = `{"type":"tool_use","name":"Bash","input":{"command":"${command}"}}`;
  const event = `{"type":"assistant","message":{"content":[${use}]}}`;
  const { notes } = await run(`printf '%s\\n' "$(printf '%b' '${event}')"; printf x`);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toMatch(/^Bash a b \[31mx+$/);
  expect(notes[0]).toHaveLength(160);
});

test("silence is a hang, the wall a timeout, and a cancelled run is cancelled", async () => {
  const silent = await run("sleep 20", { silenceMs: 300 });
  expect(silent.failure).toMatchObject({ kind: "hang" });
  const busy = await run("while :; do echo x; sleep 0.1; done", { wallMs: 500 });
  expect(busy.failure).toMatchObject({ kind: "timeout" });
  const cancelled = await run("sleep 20", { signal: AbortSignal.timeout(200) });
  expect(cancelled.failure).toMatchObject({ kind: "cancelled" });
  expect([silent, busy, cancelled].map(({ left }) => left)).toEqual([[], [], []]);
});

test("a result counts though the CLI does not end after it", async () => {
  const { result } = await run(`said=Done; echo ${RESULT}; sleep 20`, { silenceMs: 300 });
  expect(result).toMatchObject({ summary: "Done", stopReason: "finished" });
});

test("once it was stopped nobody of it is answered, though a process lives on a while", async () => {
  const server = await startModelServer({ script: () => ({ kind: "text", text: "More." }) });
  onTestFinished(() => server.close());
  // It leaves the group that is killed, holds the pipes, and asks as soon as its parent is gone.
  const straggler = `require("fs").writeFileSync("ready", "");
const parent = process.ppid;
const timer = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(timer);
  const { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key } = process.env;
  const body = JSON.stringify({ model: "m", max_tokens: 9, messages: [{ role: "user", content: "p" }] });
  fetch(url + "/v1/messages", { method: "POST", headers: { "x-api-key": key }, body }).catch(() => {});
}, 5);
setTimeout(() => process.exit(), 5_000);`;
  const starts = `perl -e 'setpgrp; exec @ARGV' node -e '${straggler}' &`;
  const waits = "while [ ! -e ready ]; do sleep 0.02; done";
  const cut = `{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}`;
  const event = `echo '{"type":"stream_event","event":${cut}}'; sleep 4; said=More; echo ${RESULT}`;
  const env = { apiKey: KEY, baseUrl: server.url };
  const { result } = await run(`${starts}\n${waits}\n${event}`, { env });
  expect(result).toMatchObject({ stopReason: "truncated", summary: "" });
  expect(server.requests).toEqual([]);
});

/** Asks its model as often as it is told to. */
const asks = (times: number) => `node -e '
const { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key } = process.env;
const body = JSON.stringify({ model: "m", max_tokens: 9, messages: [{ role: "user", content: "p" }] });
const ask = () => fetch(url + "/v1/messages", { method: "POST", headers: { "x-api-key": key }, body });
(async () => { for (let i = 0; i < ${times}; i += 1) await (await ask()).text(); })()'`;

test("what passed on the wire is counted, though the CLI tells of half of it (I3)", async () => {
  const server = await startModelServer({ script: () => ({ kind: "text", text: "More." }) });
  onTestFinished(() => server.close());
  const told = `{"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1}}}`;
  const cut = `{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}`;
  const events = [told, cut].map((event) => `echo '{"type":"stream_event","event":${event}}'`);
  const env = { apiKey: KEY, baseUrl: server.url };
  const { result } = await run([asks(2), ...events].join("\n"), { env });
  expect(result?.stopReason).toBe("truncated");
  const output = server.requests.map(({ usage }) => usage?.outputTokens ?? 0);
  expect(output).toHaveLength(2);
  expect(result?.usage?.outputTokens).toBe((output[0] ?? 0) + (output[1] ?? 0));
  expect(result?.costMicroUsd).toBeGreaterThan(0);
});

test("what a CLI heard is counted, though it ends in the middle of an answer (I3)", async () => {
  const usage = '{"usage":{"input_tokens":90,"output_tokens":7}}';
  const server = createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/event-stream" });
    answer.write(`data: {"type":"message_start","message":${usage}}\n\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  // A helper outside the group that is killed holds the line, so that nobody has hung up yet.
  const reads = asks(1).replace(
    ".text()",
    '.body.getReader().read(); fs.writeFileSync("heard", "")',
  );
  const helper = `perl -e 'setpgrp; exec @ARGV' ${reads} >/dev/null 2>&1 &`;
  const waits = "while [ ! -e heard ]; do sleep 0.02; done";
  const env = { apiKey: KEY, baseUrl: `http://127.0.0.1:${port}` };
  const { result } = await run(`${helper}\n${waits}\nsaid=Done; echo ${RESULT}`, { env });
  expect(result).toMatchObject({ summary: "Done", usage: { inputTokens: 90, outputTokens: 7 } });
});

test("a server that fails is the reason of a CLI that gives up without a word", async () => {
  const server = await startModelServer({ script: () => ({ kind: "error", status: 503 }) });
  onTestFinished(() => server.close());
  const env = { apiKey: KEY, baseUrl: server.url };
  const { failure } = await run(`${asks(1)}; exit 1`, { env });
  expect(String(failure)).toContain("its model's server answered 503");
});

test("a flood of output is drained and kept only in part", async () => {
  const line = `{"type":"user","text":"${"y".repeat(1_000)}"}`;
  const flood = `said=Done; i=0; while [ $i -lt 9000 ]; do echo '${line}'; i=$((i+1)); done`;
  const { result, transcript } = await run(`${flood}; echo ${RESULT}`);
  expect(result?.summary).toBe("Done");
  expect(transcript.length).toBeLessThan(5 * 1024 * 1024);
  expect(transcript).toMatch(/"dropped":\d+/);
});

test("a program that is not there is told with the command that installs it", async () => {
  const { blobs } = unscannedBlobs();
  const model = "claude-sonnet-4-6";
  const identity = { ...profileOf(model), name: "n", account: "a", model };
  const sandbox = createOff();
  const agent = createClaudeCode({ ...identity, binary: "no-such-cli", sandbox, blobs, env: {} });
  const work = agent.work(
    { prompt: "p", clone: tmpdir(), silenceMs: 1_000, wallMs: 1_000 },
    { signal: new AbortController().signal, onProgress: () => {} },
  );
  await expect(work).rejects.toMatchObject({
    name: "BadInput",
    mend: "npm install --global @anthropic-ai/claude-code",
  });
});

function quoted(text: string): string {
  return text.replaceAll('"', '\\"');
}
