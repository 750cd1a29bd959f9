import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { startModelServer } from "./model-server.ts";
import { turnOf } from "./wire/edits.ts";
import type { Answer, Asked, ScriptRequest } from "./wire/script.ts";

const KEY = "sk-secret-of-the-director";

/** A server that answers like this, and clients of it as their makers ship them. */
async function serve(script: (request: ScriptRequest) => Answer, models: string[] = []) {
  const server = await startModelServer({ script, models });
  onTestFinished(() => server.close());
  const retries = { maxRetries: 0, apiKey: KEY };
  return {
    ...server,
    anthropic: new Anthropic({ ...retries, baseURL: server.url, authToken: null }),
    openai: new OpenAI({ ...retries, baseURL: `${server.url}/v1` }),
  };
}

const hello = { role: "user" as const, content: "Hello, you." };
const say = (text: string) => () => ({ kind: "text", text }) as const;

test("an Anthropic client reads a whole answer and counts tokens", async () => {
  const { anthropic } = await serve(say("12345678"));
  const body = { model: "claude-x", max_tokens: 100, messages: [hello] };
  const message = await anthropic.messages.create(body);
  expect(message).toMatchObject({ content: [{ text: "12345678" }], stop_reason: "end_turn" });
  expect(message.usage.output_tokens).toBe(2);
  const { input_tokens } = await anthropic.messages.countTokens(body);
  expect(input_tokens).toBe(message.usage.input_tokens);
});

test("an OpenAI client reads whole and streamed answers, and Responses", async () => {
  const { openai } = await serve(say("12345678"));
  const body = { model: "gpt-x", messages: [hello] };
  const whole = await openai.chat.completions.create(body);
  expect(whole.choices[0]).toMatchObject({
    message: { content: "12345678" },
    finish_reason: "stop",
  });
  const streamed = openai.chat.completions.stream({ ...body, stream: true });
  expect((await streamed.finalMessage()).content).toBe("12345678");
  const response = await openai.responses.create({ model: "gpt-x", input: "Hello." });
  expect(response.output_text).toBe("12345678");
});

test("Gemini's wire tells model, usage and cut, whole and streamed, and its reset in the body", async () => {
  const cut = { kind: "text", text: "12345678", stop: "cut" } as const;
  const { url, requests } = await serve(() => cut);
  const contents = [{ role: "user", parts: [{ text: "Hello, you." }] }];
  const ask = async (server: string, method: string) => {
    const path = `${server}/v1beta/models/gemini-x:${method}`;
    const response = await fetch(path, { method: "POST", body: JSON.stringify({ contents }) });
    return response.text();
  };
  const whole = JSON.parse(await ask(url, "generateContent"));
  expect(whole.candidates[0]).toMatchObject({ finishReason: "MAX_TOKENS" });
  expect(whole.usageMetadata).toMatchObject({
    candidatesTokenCount: 2,
    promptTokenCount: whole.usageMetadata.totalTokenCount - 2,
  });
  const frames = (await ask(url, "streamGenerateContent?alt=sse")).trim().split("\n\n");
  const parts = frames.map((frame) => JSON.parse(frame.slice("data: ".length)).candidates[0]);
  expect(parts.map(({ content }) => content.parts[0]?.text ?? "").join("")).toBe("12345678");
  expect(parts.at(-1)).toMatchObject({ finishReason: "MAX_TOKENS" });
  expect(requests[1]).toMatchObject({ api: "gemini", model: "gemini-x", prompt: "Hello, you." });
  expect(requests.map(({ usage }) => usage?.outputTokens)).toEqual([2, 2]);
  const limited = await serve(() => ({ kind: "limit", resetsAtMs: Date.now() + 3_600_000 }));
  expect(await ask(limited.url, "generateContent")).toMatch(/"retryDelay":"3(600|599)s"/);
});

test("tools that come as an item of the input are called by a program that patches", async () => {
  const files = [{ path: "a.txt", content: "one\n" }];
  const { openai, requests } = await serve(() => ({ kind: "edits", files, summary: "Done." }));
  const tools = [
    { type: "namespace", name: "functions", tools: [{ type: "custom", name: "exec" }] },
    { type: "namespace", name: "clock", tools: [{ type: "function", name: "sleep" }] },
  ];
  const body: object = { input: [{ type: "additional_tools", role: "developer", tools }] };
  const response = await openai.responses.create({ model: "gpt-x", stream: false, ...body });
  expect(requests[0]?.tools).toEqual(["exec", "clock"]);
  const [call] = response.output;
  expect(call).toMatchObject({ type: "custom_tool_call", name: "exec" });
  expect(JSON.stringify(call)).toContain("tools.apply_patch");
});

test("models are told to either client", async () => {
  const { anthropic, openai } = await serve(say("x"), ["a", "b"]);
  expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(["a", "b"]);
  expect((await anthropic.models.list()).data.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("a request is recorded with what was asked and never with the key", async () => {
  const { anthropic, requests } = await serve(say("x"));
  const system = "You are kind.";
  await anthropic.messages.create({ model: "m", max_tokens: 9, system, messages: [hello] });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ api: "anthropic", model: "m", system, hasKey: true });
  expect(requests[0]).toMatchObject({ prompt: hello.content, answered: "text" });
  expect(JSON.stringify(requests)).not.toContain(KEY);
});

test("an answer ends at the limit that was asked for", async () => {
  const { anthropic } = await serve(say("x".repeat(1_000)));
  const body = { model: "m", max_tokens: 10, messages: [hello] };
  const message = await anthropic.messages.create(body);
  expect(message).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 10 } });
});

test("a body of no dialect is refused with 400, an unknown path with 404", async () => {
  const { url } = await serve(say("x"));
  const post = (path: string, body: string) => fetch(`${url}${path}`, { method: "POST", body });
  expect((await post("/v1/messages", "no json")).status).toBe(400);
  expect((await post("/v1/chat/completions", "{}")).status).toBe(400);
  expect((await post("/v1/elsewhere", "{}")).status).toBe(404);
});

test("nothing on the wire names the script", async () => {
  const { url } = await serve(() => ({ kind: "limit", resetsAtMs: null }));
  const body = JSON.stringify({ model: "m", max_tokens: 1, messages: [hello] });
  const response = await fetch(`${url}/v1/messages`, { method: "POST", body });
  const told = JSON.stringify([...response.headers]) + (await response.text());
  expect(told).not.toMatch(/night|script|sim|rehears|scenario/i);
});

const asked = (tools: string[], toolTurns = 0): Asked => ({
  api: "chat",
  model: "m",
  system: "",
  prompt: "Working directory: /home/me/it's here\nGo.",
  tools,
  toolResults: 0,
  toolTurns,
  stream: true,
  wantsUsage: true,
  outputTokensMax: null,
  inputCharacters: 0,
});
const edits = { files: [{ path: "a/it's $HOME.txt", content: "a\n'b' $(c)\n" }], summary: "Done." };

test("a shell is told to write exactly what was scripted", async () => {
  const folder = await mkdtemp(join(tmpdir(), "edits-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [call] = turnOf(edits, asked(["exec_command"])).calls;
  const command = call && "input" in call ? String(call.input["cmd"]) : "";
  execFileSync("sh", ["-c", command], { cwd: folder });
  expect(await readFile(join(folder, "a/it's $HOME.txt"), "utf8")).toBe(edits.files[0]?.content);
});

test("Claude Code's tools read first, then write below its working directory, then it says so", () => {
  const file_path = "/home/me/it's here/a/it's $HOME.txt";
  const tools = ["Read", "Write"];
  const call = (name: string, input: object) => ({ text: "", calls: [{ name, input }] });
  const content = edits.files[0]?.content;
  expect(turnOf(edits, asked(tools))).toEqual(call("Read", { file_path }));
  expect(turnOf(edits, asked(tools, 1))).toEqual(call("Write", { file_path, content }));
  expect(turnOf(edits, asked(tools, 2))).toEqual({ text: "Done.", calls: [] });
});

test("a patch adds whole files; without tools the files are told in words", () => {
  const [call] = turnOf(edits, asked(["apply_patch"])).calls;
  expect(call).toEqual({
    name: "apply_patch",
    text: "*** Begin Patch\n*** Add File: a/it's $HOME.txt\n+a\n+'b' $(c)\n*** End Patch\n",
  });
  const { text } = turnOf(edits, asked([]));
  expect(text).toBe(`<file path="a/it's $HOME.txt">\na\n'b' $(c)\n</file>\n\nDone.`);
});

test("it runs as a process of its own, which ends with its standard input", async () => {
  const folder = await mkdtemp(join(tmpdir(), "model-server-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const script = join(folder, "script.ts");
  const requests = join(folder, "requests.jsonl");
  await writeFile(
    script,
    `export const script = ({ prompt }) => ({ kind: "text", text: "You said " + prompt });\n`,
  );
  const main = join(import.meta.dirname, "model-server-main.ts");
  const child = spawn(process.execPath, [main, "--script", script, "--requests", requests]);
  const exit = once(child, "exit");
  const [line] = await once(child.stdout, "data");
  const openai = new OpenAI({ apiKey: KEY, baseURL: `${String(line).trim()}/v1` });
  const { choices } = await openai.chat.completions.create({ model: "m", messages: [hello] });
  expect(choices[0]?.message.content).toBe("You said Hello, you.");
  expect(JSON.parse(await readFile(requests, "utf8"))).toMatchObject({ answered: "text" });
  child.stdin.end();
  expect(await exit).toEqual([0, null]);
});
