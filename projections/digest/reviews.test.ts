import { expect, test } from "vitest";
import { digest, readDigest, type Digest } from "./digest.ts";
import { COMMIT, OTHER_COMMIT, shiftEnded } from "../example-night.ts";
import { wholeNight } from "../whole-night.ts";
import { viewOf, writeLog, type Entry } from "../written-log.ts";

function tell(...entries: Entry[]): Digest {
  const made = readDigest(viewOf(digest, writeLog(entries)));
  if (!made) throw new Error("no night");
  return made;
}
const section = ({ sections }: Digest, name: string): string[] =>
  sections.find((known) => known.name === name)?.facts.map(({ text }) => text) ?? [];

test("every line but the figures offers one command that acts on it", () => {
  const made = tell(...wholeNight);
  const figures = new Set(["spend", "ceilings", "scores", "metrics"]);
  const lines = made.sections
    .filter(({ name }) => !figures.has(name))
    .flatMap(({ facts }) => facts);
  expect(lines.length).toBeGreaterThan(8);
  // Names are people's and agents' words: a command is made of ids alone.
  for (const { command } of lines)
    expect(command).toMatch(/^nightshift [a-z]+[ a-z0-9-]*( --note "…")?$/);
  const [first] = made.sections.find(({ name }) => name === "merged")?.facts ?? [];
  expect(first?.command).toBe("nightshift undo merge good-g1");
  const [review] = made.sections.find(({ name }) => name === "in-review")?.facts ?? [];
  expect(review?.command).toBe("nightshift approve review-g1");
  const [back] = made.sections.find(({ name }) => name === "failed")?.facts ?? [];
  expect(back?.command).toBe('nightshift redo silent --note "…"');
});

test("what the forge made of a review is told where it waited", () => {
  const published: Entry = [
    "review-review-g1",
    {
      type: "review.published",
      forge: "gitea",
      number: 7,
      url: "https://forge.example/7",
      commit: COMMIT,
    },
  ];
  const at = (...more: Entry[]) => section(tell(...wholeNight, published, ...more), "in-review")[0];
  expect(at()).toContain("waits for you, on nightshift/review, https://forge.example/7");
  const merge: Entry = ["review-review-g1", { type: "review.merged", commit: OTHER_COMMIT }];
  expect(at(merge)).toContain("merged by others as dddddddddd");
  const undone: Entry = ["review-review-g1", { type: "review.reverted", commit: COMMIT }];
  expect(at(merge, undone)).toContain("merged, and taken back by cccccccccc");
  const back: Entry = ["review-review-g1", { type: "review.sent-back", round: 1, why: "lint" }];
  expect(at(back)).toContain("sent back, round 1");
});

test("what reviewers say later, of what an earlier night left them, is told by the night that hears it", () => {
  const heard = tell(
    ...wholeNight,
    [
      "shift-director",
      { type: "shift.started", number: 2, untilMs: null, timeZone: "UTC", sandbox: "off" },
    ],
    ["review-review-g1", { type: "review.merged", commit: OTHER_COMMIT }],
    ...shiftEnded(),
  );
  expect(section(heard, "answered")).toMatchObject([
    expect.stringContaining("merged by others as dddddddddd"),
  ]);
  expect(section(tell(...wholeNight), "answered")).toEqual([]);
});

test("a report is filed with what its reviewer did not see, for the director to weigh", () => {
  const filedWith = (code: "review" | "green", text: string) => {
    const night = wholeNight.map(([stream, event]): Entry => {
      const isHere = stream === "attempt-report-g1" && event.type === "attempt.gated";
      return [stream, isHere ? { ...event, reasons: [{ code, text }] } : event];
    });
    return section(tell(...night), "filed")[0];
  };
  const doubt = 'a reviewer: "It names the version" not met: no version';
  const told = `filed as report/report-g1.md, for you to weigh: ${doubt}, score 8.2`;
  expect(filedWith("review", doubt)).toContain(told);
  expect(filedWith("green", "nothing fails")).toContain("report-g1.md, score 8.2");
});
