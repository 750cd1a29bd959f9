import { expect, test } from "vitest";
import { listenToOpencode } from "./opencode-stream.ts";

function heard(...events: { type: string; [key: string]: unknown }[]) {
  const { word, hear } = listenToOpencode();
  const told = events.map(hear);
  return { word, told };
}

const step = (reason: string, tokens: object = {}) => ({
  type: "step_finish",
  part: { reason, tokens: { input: 10, output: 2, reasoning: 1, ...tokens }, cost: 0.1 },
});

test("steps are summed, what came from a cache and what was thought included", () => {
  const cache = { read: 100, write: 5 };
  const { word } = heard(step("tool-calls", { cache }), step("stop"));
  expect(word.usage).toEqual({
    inputTokens: 125,
    cachedTokens: 100,
    outputTokens: 6,
    cacheWriteTokens: 5,
  });
  expect(word.end).toBe("finished");
});

test("a step that was cut off stops it, for it would ask for the rest", () => {
  const { word, told } = heard(step("length"));
  expect(word.end).toBe("truncated");
  expect(told[0]).toEqual({ stop: true });
});

test("a status tells a limit and a refused key, and prose tells neither", () => {
  const error = (data: object, name = "APIError") => ({ type: "error", error: { name, data } });
  expect(heard(error({ statusCode: 401 })).word.failure).toEqual({ kind: "sign-in" });
  expect(heard(error({}, "ProviderAuthError")).word.failure).toEqual({ kind: "sign-in" });
  const limit = { kind: "limit", resetsAtMs: null };
  expect(heard(error({ statusCode: 429 })).word.failure).toEqual(limit);
  const said = heard(error({ message: "usage limit reached (429)" })).word.failure;
  expect(said).toMatchObject({ kind: "crash" });
});

test("a tool is told with the file or command that it is about", () => {
  const use = (tool: string, input: object) => ({
    type: "tool_use",
    part: { tool, state: { input } },
  });
  const { told } = heard(use("write", { filePath: "a.ts" }), use("bash", { command: "npm test" }));
  expect(told.map(({ note }) => note)).toEqual(["write a.ts", "bash npm test"]);
});
