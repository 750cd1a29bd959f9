import { expect, test } from "vitest";
import { openRecord } from "./record.ts";

const asked = (command: string) => ({
  type: "assistant",
  message: { content: [{ type: "tool_use", id: command, name: "Bash", input: { command } }] },
});

function open() {
  const notes: string[] = [];
  const read: (() => string)[] = [];
  const record = openRecord({
    request: { prompt: "Write add.", clone: "/clone" },
    options: {
      onProgress: (note) => void notes.push(note),
      onRecord: (now) => void read.push(now),
    },
    secrets: ["sk-of-the-director"],
  });
  const commands = () =>
    (read[0]?.() ?? "").split("\n").filter((line) => line.includes('"nightshift.command"'));
  return { record, notes, commands };
}

test("each command is a line of its own, and can be read while the run goes on (E6)", () => {
  const { record, commands } = open();
  record.keep(asked("npm test"));
  expect(commands()).toEqual(['{"type":"nightshift.command","command":"npm test"}']);
  record.keep({ type: "user", text: "it passed" });
  record.keep(asked("curl -H sk-of-the-director http://x"));
  expect(commands()[1]).toContain("curl -H [key] http://x");
});

test("a flood of output drops no command", () => {
  const { record, commands } = open();
  for (let line = 0; line < 5_000; line += 1) record.keep({ type: "user", text: "y".repeat(1e3) });
  for (let step = 0; step < 20; step += 1) record.keep(asked(`test ${step} ${"x".repeat(200)}`));
  expect(commands()).toHaveLength(20);
  expect(record.transcript()).toMatch(/"dropped":\d+/);
});

test("what cannot be taken back is marked and told at once; what can is not", () => {
  const { record, notes, commands } = open();
  record.keep(asked("git commit -qam Change"));
  expect(notes).toEqual([]);
  record.keep(asked("git push --force origin main"));
  expect(commands()[1]).toContain('"denied"');
  expect(notes.join()).toContain("git push --force");
});
