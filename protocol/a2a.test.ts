import { expect, test } from "vitest";
import { isEnded, Message, Method, methods, Part, StreamResponse, Task, TaskState } from "./a2a.ts";

const message = { messageId: "m", role: "ROLE_USER", parts: [{ text: "hello" }] };
const task = { id: "t", contextId: "c", status: { state: "TASK_STATE_WORKING" } };

function accepts(schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) {
  return schema.safeParse(value).success;
}

test("a part is exactly one of text, raw, url and data", () => {
  const right = [
    { text: "" },
    { raw: "aGVsbG8=" },
    { url: "https://example.org/" },
    { data: { skill: "bid" } },
    { data: false },
    { text: "x", mediaType: "text/plain", filename: "x.txt", metadata: { a: 1 } },
  ];
  const wrong = [
    {},
    { text: 42 },
    { text: null },
    { data: null },
    { text: "a", data: {} },
    { raw: "not base64!" },
    { url: "no url" },
    { text: "x", kind: "text" },
    "x",
  ];
  expect(right.filter((part) => !accepts(Part, part))).toEqual([]);
  expect(wrong.filter((part) => accepts(Part, part))).toEqual([]);
});

test("a message has an id, a role and at least one part", () => {
  expect(accepts(Message, message)).toBe(true);
  const wrong = [
    { ...message, messageId: "" },
    { ...message, messageId: "x".repeat(201) },
    { ...message, role: undefined },
    { ...message, role: "user" },
    { ...message, role: "ROLE_UNSPECIFIED" },
    { ...message, parts: [] },
    { ...message, parts: Array.from({ length: 17 }, () => ({ text: "x" })) },
    { ...message, kind: "message" },
  ];
  expect(wrong.filter((given) => accepts(Message, given))).toEqual([]);
});

test("a state that A2A 1.0 does not know is refused, the eight that it knows are not", () => {
  for (const state of TaskState.options)
    expect(accepts(Task, { ...task, status: { state } })).toBe(true);
  for (const state of ["TASK_STATE_UNSPECIFIED", "completed", "TASK_STATE_DREAMING", 3, null])
    expect(accepts(Task, { ...task, status: { state } })).toBe(false);
});

test("four states are the end of a task", () => {
  expect(TaskState.options.filter(isEnded)).toEqual([
    "TASK_STATE_COMPLETED",
    "TASK_STATE_FAILED",
    "TASK_STATE_CANCELED",
    "TASK_STATE_REJECTED",
  ]);
});

test("an event of a stream is exactly one of its four kinds", () => {
  const statusUpdate = { taskId: "t", contextId: "c", status: task.status };
  expect(accepts(StreamResponse, { task })).toBe(true);
  expect(accepts(StreamResponse, { statusUpdate })).toBe(true);
  expect(accepts(StreamResponse, { task, statusUpdate })).toBe(false);
  expect(accepts(StreamResponse, { statusUpdate: { ...statusUpdate, final: true } })).toBe(false);
  expect(accepts(StreamResponse, {})).toBe(false);
});

test("only a user's message is sent", () => {
  expect(accepts(methods.SendMessage, { message })).toBe(true);
  const agents = { ...message, role: "ROLE_AGENT" };
  expect(accepts(methods.SendMessage, { message: agents })).toBe(false);
});

test("the methods of 0.3, and what every object has, are no methods", () => {
  for (const name of ["message/send", "tasks/get", "toString", "__proto__", "append", ""])
    expect(accepts(Method, name)).toBe(false);
  expect(Method.options).toHaveLength(11);
});
