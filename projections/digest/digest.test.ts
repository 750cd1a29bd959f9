import { expect, test } from "vitest";
import type { Recorded } from "@nightshift/protocol/envelope";
import { digest, digestOfShift, factsOf, readDigest, type Digest } from "./digest.ts";
import {
  begun,
  COMMIT,
  deferred,
  failed,
  inReview,
  merged,
  OTHER_COMMIT,
  proposed,
  returned,
  shiftEnded,
  shiftStarted,
  worked,
} from "../example-night.ts";
import { wholeNight } from "../whole-night.ts";
import { viewOf, writeLog, type Entry } from "../written-log.ts";

const read = (log: readonly Recorded[], shift: number | null = null): Digest => {
  const made = readDigest(viewOf(shift === null ? digest : digestOfShift(shift), log));
  if (!made) throw new Error("no such shift");
  return made;
};
const tell = (...entries: Entry[]): Digest => read(writeLog(entries));
const section = ({ sections }: Digest, name: string): string[] =>
  sections.find((known) => known.name === name)?.facts.map(({ text }) => text) ?? [];

test("every claim of a digest rests on events of the log, whose place it knows (I9)", () => {
  const log = writeLog(wholeNight);
  const made = read(log);
  const positions = new Map(log.map(({ id, position }) => [id, position]));
  expect(factsOf(made).length).toBeGreaterThan(25);
  for (const fact of factsOf(made)) {
    expect(fact).not.toMatchObject({ events: [] });
    expect(new Set(fact.events).size).toBe(fact.events.length);
    for (const id of fact.events) {
      expect(positions.has(id)).toBe(true);
      expect(made.references.get(id)?.position).toBe(positions.get(id));
    }
  }
});

test("a claim about a task rests on events of that task", () => {
  const log = writeLog(wholeNight);
  const byId = new Map(log.map((recorded) => [recorded.id, recorded]));
  const ofTasks = /^(merged|returned|failed|deferred|refused|split|safety)$/;
  const made = read(log);
  for (const { name, facts } of made.sections.filter((one) => ofTasks.test(one.name))) {
    for (const { text, events } of facts) {
      const task = text.split(" ", 1)[0] ?? "";
      const about = events.map((id) => byId.get(id)?.stream ?? "");
      const others = about.filter(
        (stream) => stream !== "repo-lib-1" && !stream.includes(`-${task}`),
      );
      expect({ name, text, others }).toMatchObject({ others: [] });
    }
  }
});

test("the first line of a mixed night tells the good and the bad", () => {
  expect(tell(...wholeNight).headline.text).toBe(
    [
      "3 merged, 1 in review, 1 report filed",
      "of 9 attempts 1 failed, 2 rejected, 1 put off by limits",
      "1 safety event",
    ].join("; "),
  );
});

test("each section of a night tells its own", () => {
  const made = tell(...wholeNight);
  expect(section(made, "merged")).toHaveLength(3);
  expect(section(made, "merged")[0]).toBe(
    [
      "good Title of good: merged into nightshift/main as dddddddddd",
      "score 8.2 (heuristic 7.0, judge 9.0), by sonnet, $0.04 billed",
    ].join(", "),
  );
  expect(section(made, "returned")[0]).toContain("rejected by the gate: score 3.0");
  expect(section(made, "returned")[0]).toContain("; done later (merged)");
  expect(section(made, "failed")).toEqual([
    "silent Title of silent: failed (hang): silent for 5 minutes, by sonnet",
  ]);
  expect(section(made, "deferred")[0]).toContain("claude is at its limit until 21 Nov 03:00");
  expect(section(made, "refused")[0]).toContain("refused (already-done): src/a.ts has it");
  expect(section(made, "split")[0]).toContain("split into 2 parts");
  expect(section(made, "filed")[0]).toContain("filed as report/report-g1.md");
  expect(section(made, "safety")[0]).toContain("safety event (sealed): test/a.test.ts is gone");
  expect(section(made, "in-review")[0]).toContain("waits for you, on nightshift/review");
  expect(section(made, "ceilings")[0]).toContain("The ceiling of the day, $5.00,");
  expect(section(made, "evolution")[0]).toContain("outputTokensMax from 8000 to 9000, proposed");
});

test("kinds of money stand apart", () => {
  expect(section(tell(...wholeNight), "spend")).toEqual([
    "Billed: $0.29, 94500 tokens in 7 steps",
    "Unknown, charged in full as reserved: $0.0070, 90 tokens in 1 step",
    "1 step used more than was reserved: $0.0010 and 20 tokens over",
  ]);
});

test("completed, passed, in review, accepted and merged are five measures", () => {
  expect(section(tell(...wholeNight), "metrics")).toEqual([
    "Completed: 5",
    "Passed the gate: 4 of 7 attempts gated",
    "In review now: 1",
    "Accepted by a human: 0",
    "Merged and standing: 3",
  ]);
});

test("both scores are told side by side", () => {
  expect(section(tell(...wholeNight), "scores")[0]).toMatch(
    /^On average heuristic 6\.\d+, judge 8\.\d+, blend 7\.\d+, over 7 attempts$/,
  );
});

test("each decision names one command, by ids that cannot carry a shell's words", () => {
  const hostile = '"; rm -rf ~ #`$(x)`';
  const made = tell(
    ...proposed("vague", { name: hostile, title: hostile }),
    ["task-vague", { type: "task.parked", reason: "vague", question: hostile }],
    ...proposed("review"),
    ...shiftStarted(),
    ...begun("review"),
    ...worked("review", 1, { decision: "escalated" }),
    ...inReview("review"),
    ["account-claude-1", { type: "account.held", untilMs: 9, reason: "sign-in", epoch: 1 }],
    ["brake-all-1", { type: "brake.engaged", scope: hostile, mean: 2, scores: [2] }],
    ["brake-all-1", { type: "brake.canary-started", size: 2, untilMs: 9 }],
    ["brake-all-1", { type: "brake.latched", mean: 2 }],
  );
  expect(made.decisions.map(({ command }) => command)).toEqual([
    "nightshift doctor",
    "nightshift release all-1",
    "nightshift approve review-g1",
    'nightshift add --task vague --text "…"',
  ]);
  expect(made.decisions[2]?.otherwise).toBe('nightshift reject review-g1 --why "…"');
});

test("what the director has settled asks for nothing any more", () => {
  const spoken = tell(
    ...wholeNight,
    ["review-review-g1", { type: "review.approved", by: "director" }],
    [
      "repo-lib-1",
      {
        type: "repo.merged",
        attempt: "review-g1",
        target: "main",
        old: COMMIT,
        new: OTHER_COMMIT,
      },
    ],
    ["review-review-g1", { type: "review.merged", commit: OTHER_COMMIT }],
    ["task-vague", { type: "task.admitted", by: "planner", evidence: [] }],
  );
  expect(spoken.decisions).toEqual([]);
  expect(section(spoken, "merged").at(-1)).toContain("approved by director");
  expect(section(spoken, "in-review")).toEqual([]);
  expect(section(spoken, "metrics")).toContain("Accepted by a human: 1");
});

test("a night where all failed says so in its first line", () => {
  const bad = [
    ...proposed("a"),
    ...proposed("b"),
    ...shiftStarted(),
    ...begun("a"),
    ...failed("a"),
    ...begun("b"),
    ...worked("b", 1, { decision: "rejected" }),
    ...returned("b"),
    ...shiftEnded(),
  ];
  expect(tell(...bad).headline.text).toBe(
    "Nothing merged: all 2 attempts failed (1 failed, 1 rejected)",
  );
  const one = [...proposed("a"), ...shiftStarted(), ...begun("a"), ...failed("a"), ...shiftEnded()];
  expect(tell(...one).headline.text).toBe("Nothing merged: the only attempt failed");
});

test("limits are not told as failures, nor a review as a merge", () => {
  const begin = [...proposed("a"), ...shiftStarted(), ...begun("a")];
  expect(tell(...begin, ...deferred("a", 1, 9), ...shiftEnded()).headline.text).toBe(
    "Nothing merged: the only attempt was put off by usage limits",
  );
  const waits = [...worked("a", 1, { decision: "escalated" }), ...inReview("a")];
  expect(tell(...begin, ...waits, ...shiftEnded()).headline.text).toBe(
    "Nothing merged: 1 in review",
  );
});

test("a merge that was taken back is no success", () => {
  const made = tell(
    ...proposed("a"),
    ...shiftStarted(),
    ...begun("a"),
    ...worked("a"),
    ...merged("a").slice(0, 1),
    [
      "repo-lib-1",
      {
        type: "repo.reverted",
        attempt: "a-g1",
        target: "nightshift/main",
        commit: OTHER_COMMIT,
        revert: COMMIT,
        reason: "npm run smoke failed",
      },
    ],
    ...shiftEnded(),
  );
  expect(made.headline.text).toBe("Nothing merged: the only attempt failed; 1 merge taken back");
  expect(section(made, "merged")).toEqual([]);
  expect(section(made, "taken-back")[0]).toContain("npm run smoke failed");
  expect(section(made, "metrics")).toContain("Merged and standing: 0");
});

test("a night without work says why, and one without an end says that", () => {
  const idle = tell(...shiftStarted(), ...shiftEnded("nothing in the backlog is admitted"));
  expect(idle.headline.text).toBe("Nothing was attempted: nothing in the backlog is admitted");
  const cut = tell(...proposed("a"), ...shiftStarted(), ...begun("a"));
  expect(cut.headline.text).toContain("1 unfinished; the night has no end yet");
});

test("a judge of the author's family and a missing sandbox are told up front", () => {
  const made = tell(...wholeNight);
  const texts = made.notices.map(({ text }) => text);
  expect(texts).toContainEqual(
    expect.stringContaining("again Title of again: judged by its author"),
  );
  expect(texts.some((text) => text.includes("sandbox"))).toBe(false);
  const bare = tell(...shiftStarted(1, "off"), ...shiftEnded());
  expect(bare.notices.map(({ text }) => text)).toContain("The sandbox was off");
});

test("a digest tells its own shift: the evening before it, and what was said of it after", () => {
  const log = writeLog([
    ...proposed("a"),
    ...shiftStarted(1),
    ...begun("a"),
    ...worked("a", 1, { decision: "escalated" }),
    ...inReview("a"),
    ...shiftEnded(),
    ...proposed("b"),
    ["task-b", { type: "task.refused", reason: "duplicate", evidence: ["a"] }],
    ...shiftStarted(2),
    ["review-a-g1", { type: "review.approved", by: "director" }],
    ...merged("a").slice(0, 1),
    ["review-a-g1", { type: "review.merged", commit: OTHER_COMMIT }],
    ...shiftEnded(),
  ]);
  const first = read(log, 1);
  expect(first.headline.text).toBe("Nothing merged: 1 in review");
  expect(section(first, "refused")).toEqual([]);
  expect(first.decisions).toHaveLength(1);
  const second = read(log, 2);
  expect(section(second, "refused")).toHaveLength(1);
  expect(second.headline.text).toBe("1 merged");
  expect(section(second, "merged")[0]).toContain("a Title of a: merged into");
  expect(read(log)).toEqual(second);
  expect(readDigest(viewOf(digestOfShift(3), log))).toBeNull();
});

test("what a digest remembers does not grow with the nights before it", () => {
  const night = (number: number): Entry[] => [
    ...proposed(`t${number}`),
    ...proposed(`r${number}`),
    [`task-r${number}`, { type: "task.refused", reason: "duplicate", evidence: ["t"] }],
    ...shiftStarted(number),
    ...begun(`t${number}`),
    ...worked(`t${number}`),
    ...inReview(`t${number}`),
    ...shiftEnded(),
    [`review-t${number}-g1`, { type: "review.rejected", by: "director", why: "no" }],
  ];
  const nights = (n: number) =>
    writeLog(Array.from({ length: n }, (_, index) => night(index + 1)).flat());
  const sizeOf = (n: number) => {
    const { night: kept, carried, names, closed, evening } = viewOf(digest, nights(n));
    return [kept.length, carried.length, names.size, closed.size, evening.length];
  };
  expect(sizeOf(30)).toEqual(sizeOf(3));
});
