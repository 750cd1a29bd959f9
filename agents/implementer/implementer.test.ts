import { skills } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import { LimitReached, WorkerFailure } from "../ports.ts";
import { ask, edit, files, genes, type Change } from "../testing/asked.ts";
import { memoryBlobs } from "../testing/memory-blobs.ts";
import { memoryRecorder, testCall, tickingClock } from "../testing/memory-recorder.ts";
import { memoryWorkspace, type MemoryWorkspace } from "../testing/memory-workspace.ts";
import { scriptedCodingAgent, scriptedModel } from "../testing/scripted-model.ts";
import { implementer } from "./implementer.ts";
import type { Worker } from "./worker.ts";

async function run(
  worker: Worker | ((workspace: MemoryWorkspace) => Worker),
  change: Change = {},
  mask?: (text: string) => string,
) {
  const workspace = memoryWorkspace(files);
  const made = typeof worker === "function" ? worker(workspace) : worker;
  const blobs = memoryBlobs(mask);
  const recorder = memoryRecorder();
  const call = testCall();
  const peer = implementer({
    workers: [made],
    workspace,
    blobs,
    sandboxed: true,
    recorder,
    clock: tickingClock(),
  });
  const input = ask(workspace.base, { model: made.name, ...change });
  const output = skills.implement.output.parse(await peer.handle("implement", input, call));
  return { output, workspace, blobs, recorder, call };
}

function executed(output: Awaited<ReturnType<typeof run>>["output"]) {
  if (output.status !== "executed") throw new Error(JSON.stringify(output));
  return output;
}

test("a model's edits become one commit on the base, with its diff, usage and time", async () => {
  const { output, workspace, blobs } = await run(scriptedModel([`Sure.\n${edit}`]));
  const { executed: done } = executed(output);
  expect(done).toMatchObject({
    by: "implementer",
    model: "scripted-model",
    family: "scripted",
    stopReason: "finished",
    costMicroUsd: 100,
    report: null,
    durationMs: 10,
    sandboxed: true,
    files: [{ path: "src/slugify.ts", status: "modified", addedLines: 1, removedLines: 1 }],
  });
  expect(workspace.files(done.commit ?? "")["src/slugify.ts"]).toContain("toLowerCase");
  expect(await blobs.get(done.diff ?? "")).toContain("+  return text.toLowerCase();");
  expect(workspace.openClones.size).toBe(0);
});

test("the prompt is recorded before anything is spent, and is what was sent", async () => {
  const recorder = memoryRecorder();
  const workspace = memoryWorkspace(files);
  const blobs = memoryBlobs();
  let before = 0;
  const model = scriptedModel(() => {
    before = recorder.commands.length;
    return edit;
  });
  const ports = { workers: [model], workspace, blobs, recorder, clock: tickingClock() };
  const peer = implementer({ ...ports, sandboxed: true }, "implementer-two");
  const input = ask(workspace.base);
  await peer.handle("implement", input, testCall());
  expect(before).toBe(1);
  const [first] = recorder.commands;
  if (first?.command.type !== "attempt.prompt") throw new Error("no prompt was recorded");
  expect(first).toMatchObject({
    attempt: "t-g1",
    command: { generation: 1, by: "implementer-two" },
  });
  expect(await blobs.get(first.command.blob)).toBe(model.asked[0]?.prompt);
  expect(first.command.contextTokens).toBeLessThanOrEqual(first.command.capTokens);
});

test("a guest's implementer has no recorder and works all the same", async () => {
  const workspace = memoryWorkspace(files);
  const ports = { workers: [scriptedModel([edit])], workspace, blobs: memoryBlobs() };
  const peer = implementer({ ...ports, recorder: null, sandboxed: false, clock: tickingClock() });
  const output = await peer.handle("implement", ask(workspace.base), testCall());
  expect(output).toMatchObject({ status: "executed", executed: { sandboxed: false } });
});

test("secrets that the blob store masks do not reach the model", async () => {
  const model = scriptedModel([edit]);
  await run(model, { spec: { text: "The key is sk-123." } }, (text) =>
    text.replaceAll("sk-123", "[a masked secret that is longer]"),
  );
  expect(model.asked[0]?.prompt).toContain("masked");
  expect(model.asked[0]?.prompt).not.toContain("sk-123");
});

test("masks that are longer than the secrets do not push a prompt over its cap", async () => {
  const text = "sk-1 ".repeat(1_500);
  const capped = { wallMs: 60_000, silenceMs: 5_000, contextTokens: 6_000, outputTokens: 2_000 };
  const longer = (said: string) => said.replaceAll("sk-1", "[a masked secret of the director]");
  const { output } = await run(scriptedModel([edit]), { spec: { text }, limits: capped }, longer);
  expect(output).toMatchObject({ status: "failed", kind: "unusable-answer" });
});

test("a SEARCH that does not match once fails as an unusable answer, and is paid for", async () => {
  const { output, workspace } = await run(scriptedModel([edit.replace("return text;", "nope")]));
  expect(output).toMatchObject({
    status: "failed",
    kind: "unusable-answer",
    detail: '"src/slugify.ts" SEARCH 1 matches 0 times, not once',
    spend: { model: "scripted-model", costMicroUsd: 100 },
  });
  expect(workspace.openClones.size).toBe(0);
});

test("an answer that names a path outside the clone writes nothing", async () => {
  const { output, workspace } = await run(
    scriptedModel([`${edit}\n<file path="../../etc/cron.d/x">\nx\n</file>`]),
  );
  expect(output).toMatchObject({ status: "failed", kind: "unusable-answer" });
  expect([...workspace.refs.keys()]).toEqual(["refs/heads/main"]);
});

test("a truncated answer keeps its complete blocks, drops the cut one, and is not continued", async () => {
  const model = scriptedModel([
    { text: `${edit}\n<file path="src/half.ts">\nconst x =`, stopReason: "truncated" },
  ]);
  const { output } = await run(model, { genes: genes({ continuationsMax: 2 }) });
  const { executed: done } = executed(output);
  expect(done.stopReason).toBe("truncated");
  expect(done.files.map(({ path }) => path)).toEqual(["src/slugify.ts"]);
  expect(model.asked).toHaveLength(1);
});

test("an answer that was cut off before its first block ended is not asked for again (C27)", async () => {
  const cut = { text: '<file path="src/half.ts">\nconst x =', stopReason: "truncated" } as const;
  const model = scriptedModel([cut, edit]);
  const { output } = await run(model, { genes: genes({ continuationsMax: 2 }) });
  expect(output).toMatchObject({ status: "failed", kind: "unusable-answer" });
  expect(model.asked).toHaveLength(1);
});

test("a block left open is truncation even where the API says finished", async () => {
  const { output } = await run(scriptedModel([`${edit}\n<file path="src/half.ts">\nconst x =`]));
  expect(executed(output).executed.stopReason).toBe("truncated");
});

test("an answer without blocks is unusable; one that changes nothing is no change", async () => {
  const { output: talk } = await run(scriptedModel(["It is already done!"]));
  expect(talk).toMatchObject({ status: "failed", kind: "unusable-answer" });
  const same = `<file path="README.md">\n${files["README.md"]}</file>`;
  const { output: nothing } = await run(scriptedModel([same]));
  expect(nothing).toMatchObject({ status: "failed", kind: "no-change" });
});

test("the genome may allow one more try of an answer that did not apply", async () => {
  const model = scriptedModel(["no blocks", edit]);
  const { output } = await run(model, { genes: genes({ continuationsMax: 1 }) });
  expect(executed(output).executed.costMicroUsd).toBe(200);
  expect(model.asked[1]?.prompt).toContain("the answer holds no block");
  expect(model.asked[1]?.outputTokensMax).toBeLessThanOrEqual(4_000);
  const none = scriptedModel(["no blocks", edit]);
  expect((await run(none)).output.status).toBe("failed");
  expect(none.asked).toHaveLength(1);
});

test("a report becomes a blob and leaves the repository alone", async () => {
  const spec = { output: "report", success: [] } as const;
  const change = { spec: { ...spec, success: [] } };
  const { output, blobs } = await run(scriptedModel([`${edit}\n<report>\n# R\n</report>`]), change);
  const { executed: done } = executed(output);
  expect(done).toMatchObject({ commit: null, diff: null, files: [] });
  expect(await blobs.get(done.report ?? "")).toBe("# R\n");
  const { output: bare } = await run(scriptedModel(["# R without tags"]), change);
  expect(bare).toMatchObject({ status: "failed", kind: "unusable-answer" });
  const { output: cut } = await run(
    scriptedModel([{ text: "<report>\n# R\nhalf", stopReason: "truncated" }]),
    change,
  );
  expect(executed(cut).executed.stopReason).toBe("truncated");
});

test("a limit defers and names the account; a worker's failure keeps its name", async () => {
  const { output: limit } = await run(scriptedModel([new LimitReached("key-1", 5_000)]));
  expect(limit).toEqual({ status: "limit", account: "key-1", resetsAtMs: 5_000, spend: null });
  const { output: hang } = await run(scriptedModel([new WorkerFailure("hang", "no byte for 5 s")]));
  expect(hang).toEqual({ status: "failed", kind: "hang", detail: "no byte for 5 s", spend: null });
});

test("what a coding agent did before it failed or met a limit is named (E6)", async () => {
  const transcripts = ["a".repeat(64)];
  for (const error of [new WorkerFailure("loop", "stuck"), new LimitReached("key-1", 5_000)]) {
    error.transcripts = transcripts;
    const agent = scriptedCodingAgent(() => {
      throw error;
    });
    expect((await run(agent)).output).toMatchObject({ transcripts });
  }
});

test("a coding agent that was begun anew names its earlier runs too", async () => {
  const earlier = ["b".repeat(64)];
  const agent = (workspace: MemoryWorkspace) =>
    scriptedCodingAgent(async () => {
      await [...workspace.openClones][0]?.write("src/slugify.ts", "export const slugify = 1;\n");
      return { earlier };
    });
  expect(executed((await run(agent)).output).executed.earlier).toEqual(earlier);
});

test("a bug is not dressed up as a failure, and the clone is closed all the same", async () => {
  const workspace = memoryWorkspace(files);
  const bug = scriptedModel([new TypeError("bug")]);
  const ports = { workers: [bug], workspace, blobs: memoryBlobs(), recorder: null };
  const peer = implementer({ ...ports, sandboxed: true, clock: tickingClock() });
  await expect(peer.handle("implement", ask(workspace.base), testCall())).rejects.toThrow("bug");
  expect(workspace.openClones.size).toBe(0);
});

test("a caller who gave up gets `cancelled`", async () => {
  const workspace = memoryWorkspace(files);
  const ports = { workers: [scriptedModel([edit])], workspace, blobs: memoryBlobs() };
  const peer = implementer({ ...ports, recorder: null, sandboxed: true, clock: tickingClock() });
  const call = testCall({ signal: AbortSignal.abort() });
  const output = await peer.handle("implement", ask(workspace.base), call);
  expect(output).toMatchObject({ status: "failed", kind: "cancelled" });
});

test("a coding agent's work is what it left on disk", async () => {
  const agent = (workspace: MemoryWorkspace) =>
    scriptedCodingAgent(async ({ clone }) => {
      const mine = [...workspace.openClones].find(({ path }) => path === clone);
      await mine?.write("src/slugify.ts", "export const slugify = 1;\n");
      return { usage: null };
    });
  const { output, call } = await run(agent);
  const { executed: done } = executed(output);
  expect(done.files).toHaveLength(1);
  expect(done.costKind).toBe("unknown");
  expect(done.usage.inputTokens).toBeGreaterThan(100);
  expect(call.notes).toContain("at work");
});

test("a coding agent that claims success and changed nothing has failed", async () => {
  const agent = scriptedCodingAgent(() => ({ summary: "All done, tests pass!" }));
  const { output } = await run(agent);
  expect(output).toMatchObject({
    status: "failed",
    kind: "no-change",
    spend: { costMicroUsd: 200 },
  });
  expect(agent.asked[0]?.prompt).toContain("edit its files directly");
  expect(agent.asked[0]?.prompt).not.toContain("SEARCH");
});

test("a coding agent's report is taken from its file and never committed", async () => {
  const change = { spec: { output: "report" as const, success: [] } };
  const agent = (workspace: MemoryWorkspace) =>
    scriptedCodingAgent(async () => {
      const [mine] = workspace.openClones;
      await mine?.write("NIGHTSHIFT-REPORT.md", "# R\n");
      return {};
    });
  const { output, blobs } = await run(agent, change);
  expect(await blobs.get(executed(output).executed.report ?? "")).toBe("# R\n");
  expect(executed(output).executed.commit).toBeNull();
  const { output: none } = await run(
    scriptedCodingAgent(() => ({})),
    change,
  );
  expect(none).toMatchObject({ status: "failed", kind: "no-change" });
});

test("a worker that is not here fails as lost", async () => {
  const { output } = await run(scriptedModel([edit]), { model: "somebody-else" });
  expect(output).toMatchObject({ status: "failed", kind: "lost" });
});
