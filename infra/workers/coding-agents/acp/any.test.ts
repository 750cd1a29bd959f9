import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { CodingAgent } from "@nightshift/agents/ports";
import { profileOf } from "../../models/profiles.ts";
import { unscannedBlobs } from "../../models/unscanned-blobs.ts";
import { detectSandbox } from "../../sandbox/detect.ts";
import { createOff } from "../../sandbox/off.ts";
import type { SignIn } from "../options.ts";
import { createAnyAcp } from "./any.ts";

const SDK = fileURLToPath(import.meta.resolve("@agentclientprotocol/sdk"));
const KEY = "sk-secret-of-the-director";

/** An agent as others write them, by the protocol's own kit: what it does in its one turn. */
function agentThat(does: string): string {
  return `
import { agent, ndJsonStream, methods, RequestError } from ${JSON.stringify(SDK)};
import { writeFileSync } from "node:fs";
import { Readable, Writable } from "node:stream";
const say = (ask, text) => ask.client.notify(methods.client.session.update, {
  sessionId: "s",
  update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text } },
});
const call = (ask, update) =>
  ask.client.notify(methods.client.session.update, { sessionId: "s", update });
const app = agent({ name: "other" })
  .onRequest(methods.agent.initialize, () => ({ protocolVersion: 1, agentCapabilities: {} }))
  .onRequest(methods.agent.session.new, ({ params }) => {
    process.chdir(params.cwd);
    return { sessionId: "s" };
  })
  .onRequest(methods.agent.session.prompt, async (ask) => { ${does} });
app.connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
`;
}

const ASKS = `
  const options = [
    { optionId: "yes", name: "Yes", kind: "allow_once" },
    { optionId: "no", name: "No", kind: "reject_once" },
  ];
  const kind = ask.params.prompt[0].text;
  const toolCall = { toolCallId: "1", title: "It asks", kind };
  const { outcome } = await ask.client.request(methods.client.session.requestPermission, {
    sessionId: "s", toolCall, options,
  });
  await say(ask, outcome.optionId ?? outcome.outcome);
  return { stopReason: "end_turn" };`;

type Given = { prompt: string; env: SignIn; contained: boolean; silenceMs: number };

async function turn(does: string, given: Partial<Given> = {}) {
  const { prompt = "Write add.", env = {}, contained = false, silenceMs = 10_000 } = given;
  const folder = await realpath(await mkdtemp(join(tmpdir(), "any-acp-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [clone, homes] = [join(folder, "clone"), join(folder, "homes")];
  for (const path of [clone, homes]) await mkdir(path);
  const script = join(clone, "agent.mjs");
  await writeFile(script, agentThat(does));
  const { blobs, texts } = unscannedBlobs();
  const detected = contained ? await detectSandbox() : null;
  const agent: CodingAgent = createAnyAcp({
    ...profileOf("m"),
    name: "other",
    account: "a",
    model: "m-1",
    binary: process.execPath,
    command: [process.execPath, script, "{model}"],
    sandbox: detected && "sandbox" in detected ? detected.sandbox : createOff(),
    blobs,
    homes,
    env,
  });
  const notes: string[] = [];
  const work = { prompt, clone, silenceMs, wallMs: 30_000 };
  const { signal } = new AbortController();
  const ended = await agent
    .work(work, { signal, onProgress: (note) => void notes.push(note) })
    .then(
      (result) => ({ result, failure: null }),
      (failure: unknown) => ({ result: null, failure }),
    );
  const transcript = texts.get(ended.result?.transcript ?? "") ?? "";
  return { ...ended, clone, notes, transcript, left: await readdir(homes) };
}

test("any agent is driven by its command line, and tells what it does and says", async () => {
  const { result, failure, clone, notes, transcript, left } = await turn(`
    await say(ask, "First I look. ");
    await call(ask, { sessionUpdate: "tool_call", toolCallId: "1", title: "a.txt", kind: "edit" });
    writeFileSync("a.txt", process.argv[2] + " " + ask.params.prompt[0].text);
    await call(ask, { sessionUpdate: "tool_call_update", toolCallId: "1", status: "completed" });
    await say(ask, "Done.");
    return { stopReason: "end_turn" };`);
  expect(failure).toBeNull();
  expect(await readFile(join(clone, "a.txt"), "utf8")).toBe("m-1 Write add.");
  expect(result).toMatchObject({ summary: "Done.", stopReason: "unknown", usage: null });
  expect(result).toMatchObject({ costKind: "unknown", costMicroUsd: 0 });
  expect(notes).toEqual(["edit a.txt"]);
  expect(transcript).toContain("acp.tool_call");
  expect(left).toEqual([]);
});

test("usage that it tells is recorded, and a cut that it tells is a cut", async () => {
  const { result } = await turn(`
    return {
      stopReason: "max_tokens",
      usage: { inputTokens: 100, outputTokens: 7, totalTokens: 107, cachedReadTokens: 40 },
    };`);
  expect(result).toMatchObject({ stopReason: "truncated", costKind: "subscription" });
  expect(result?.usage).toEqual({ inputTokens: 100, cachedTokens: 40, outputTokens: 7 });
});

test("without a sandbox it may edit, and may run nothing", async () => {
  expect((await turn(ASKS, { prompt: "edit" })).result?.summary).toBe("yes");
  expect((await turn(ASKS, { prompt: "execute" })).result?.summary).toBe("no");
});

const sandboxed = "sandbox" in (await detectSandbox());

test.runIf(process.env["CI"] === "true")("the sandbox that this needs is there", () => {
  expect(sandboxed).toBe(true);
});

test.runIf(sandboxed)("in the sandbox (needs bwrap) it may do all that can be done", async () => {
  const { result } = await turn(ASKS, { prompt: "execute", contained: true });
  expect(result?.summary).toBe("yes");
});

test("a missing sign-in is told with what mends it; a bug of its own is a crash", async () => {
  const signedOut = await turn(`throw RequestError.authRequired();`);
  expect(signedOut.failure).toMatchObject({ kind: "sign-in" });
  expect(String(signedOut.failure)).toContain("mend it: sign in with");
  const broken = await turn(`throw RequestError.internalError({ details: "it broke" });`);
  expect(broken.failure).toMatchObject({ kind: "crash" });
  expect(String(broken.failure)).toContain("it broke");
});

test("an agent that dies, or falls silent, is no end of a turn", async () => {
  expect((await turn(`process.exit(3);`)).failure).toMatchObject({ kind: "crash" });
  const silent = await turn(`await new Promise(() => {});`, { silenceMs: 1_000 });
  expect(silent.failure).toMatchObject({ kind: "hang" });
  expect(silent.left).toEqual([]);
});

test("its key comes under the name that the settings give, and stays in no transcript", async () => {
  const env = { apiKey: KEY, keyVariable: "OTHER_KEY" };
  const { result, transcript } = await turn(
    `await say(ask, process.env.OTHER_KEY); return { stopReason: "end_turn" };`,
    { env },
  );
  expect(result?.summary).toBe("[key]");
  expect(transcript).not.toContain(KEY);
});
