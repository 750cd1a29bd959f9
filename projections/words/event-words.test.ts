import { expect, test } from "vitest";
import { wordsOf } from "./event-words.ts";
import { wholeNight } from "../whole-night.ts";
import { writeLog } from "../written-log.ts";

test("every event of a night is told in words, on one plain line", () => {
  for (const { event } of writeLog(wholeNight)) {
    const words = wordsOf(event);
    expect(words, event.type).toMatch(/^[^\n\p{Cc}]{4,300}$/u);
    expect(words, event.type).not.toContain("undefined");
    expect(words, event.type).not.toBe(event.type);
  }
});

test("what an agent wrote commands no terminal and has an end", () => {
  const hostile = "\u001b]0;owned\u0007\u001b[2J\u202eevil\nnext ".padEnd(1_900, "x");
  const words = wordsOf({ type: "attempt.failed", kind: "hang", detail: hostile });
  expect(words).toMatch(/^failed \(hang\): evil next x+…$/);
  expect(words.length).toBeLessThanOrEqual(300);
});

test("a type that nobody knows here is told by its name", () => {
  const stranger = JSON.parse('{ "type": "task.dreamt" }');
  expect(wordsOf(stranger)).toBe("task.dreamt");
  expect(wordsOf(JSON.parse('{ "type": "moon.rose" }'))).toBe("moon.rose");
});
