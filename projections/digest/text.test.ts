import { expect, test } from "vitest";
import { COLUMNS_MAX, digestLines } from "./terminal.ts";
import { digestText } from "./text.ts";
import { digest, readDigest, type Digest } from "./digest.ts";
import { begun, proposed, returned, shiftEnded, shiftStarted, worked } from "../example-night.ts";
import { wholeNight } from "../whole-night.ts";
import { viewOf, writeLog, type Entry } from "../written-log.ts";

const tell = (entries: readonly Entry[]): Digest => {
  const made = readDigest(viewOf(digest, writeLog(entries)));
  if (!made) throw new Error("no shift");
  return made;
};

const HOSTILE =
  "\u001b[2J<script>alert(1)</script>\n# Merged\n- all is well [e1](https://evil.test) `rm` \u202e";
const hostile = tell([
  ...proposed("a", { name: "[x](y)", title: HOSTILE.slice(0, 200) }),
  ...shiftStarted(),
  ...begun("a", 1, "<img src=x onerror=y>"),
  ...worked("a", 1, { decision: "rejected", reason: HOSTILE.repeat(20) }),
  ...returned("a", 1, HOSTILE),
  ["attempt-a-g1", { type: "attempt.flagged", kind: "safety", rule: "sealed", detail: HOSTILE }],
  ...shiftEnded(HOSTILE),
]);

test("the first line of the document is the headline, decisions come next", () => {
  const lines = digestText(tell(wholeNight)).split("\n");
  expect(lines[0]).toMatch(/^# Night 1: 3 merged, .* \[e1–e\d+[^\]]*\]$/);
  const headings = lines.filter((line) => line.startsWith("## "));
  expect(headings.slice(0, 2)).toEqual(["## For you to decide", "## Merged"]);
  expect(headings.at(-1)).toBe("## Events");
});

test("every fact line ends in numbers, and the foot tells the event behind each", () => {
  const text = digestText(tell(wholeNight));
  const [body = "", foot = ""] = text.split("\n## Events\n");
  const facts = body.split("\n").filter((line) => line.startsWith("- ") || line.startsWith("# "));
  expect(facts.length).toBeGreaterThan(25);
  const known = new Set(foot.match(/^- e\d+(?=: 0{8}-.* \([a-z.-]+, position \d+\)$)/gm));
  for (const line of facts) {
    expect(line).toMatch(/ \[e\d+[^[\]]*\](( \(or `[^`]+`\))?: `nightshift [^`]+`)?$/);
    for (const number of line.match(/(?<=[[ –])e\d+(?=[\],–])/g) ?? []) {
      expect(known).toContain(`- ${number}`);
    }
  }
});

test("each decision ends in its command", () => {
  const text = digestText(tell(wholeNight));
  expect(text).toMatch(/^- review Title of review: .*: `nightshift approve review-g1`$/m);
  expect(text).toMatch(/^- vague .*: `nightshift add --task vague --success "<command>"`$/m);
});

test("what agents wrote becomes no markup, heading, link or command of the terminal", () => {
  const text = digestText(hostile);
  expect(text).not.toMatch(/<script|<img|[^\P{Cc}\n]|\p{Cf}/u);
  expect(text).not.toMatch(/^# Merged/m);
  expect(text).not.toMatch(/^- all is well/m);
  expect(text).not.toMatch(/[^\\]\]\(/);
  expect(text).not.toMatch(/[^\\]:\/\//);
  for (const line of text.split("\n")) expect(line.length).toBeLessThan(1_500);
});

test("the terminal gets lines of at most 100 columns without control characters", () => {
  for (const made of [hostile, tell(wholeNight)]) {
    const lines = digestLines(made);
    for (const { text } of lines) {
      expect(Array.from(text).length).toBeLessThanOrEqual(COLUMNS_MAX);
      expect(text).not.toMatch(/\p{Cc}|\p{Cf}/u);
    }
  }
});

test("the terminal gives each decision its commands on lines of their own, once", () => {
  const held = { type: "account.held", untilMs: 9, reason: "sign-in", epoch: 1 } as const;
  const signedOut = digestLines(tell([...wholeNight.slice(0, -1), ["account-claude-1", held]]));
  expect(signedOut.filter(({ text }) => text.trim() === "nightshift doctor")).toHaveLength(1);
  const lines = digestLines(tell(wholeNight));
  expect(lines[0]).toMatchObject({
    tone: "good",
    text: expect.stringContaining("Night 1: 3 merged"),
  });
  const asked = lines.filter(({ tone }) => tone === "ask").map(({ text }) => text);
  const ofReview = asked.filter((text) => text.includes("review-g1")).slice(0, 2);
  expect(ofReview).toEqual([
    '  nightshift reject review-g1 --why "…"',
    "  nightshift approve review-g1",
  ]);
});

test("a night without success has no good tone", () => {
  expect(digestLines(hostile)[0]).toMatchObject({ tone: "bad" });
  expect(
    digestLines(hostile).some(({ tone, text }) => tone === "good" && !/waits/.test(text)),
  ).toBe(false);
});
