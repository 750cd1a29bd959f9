import {
  begun,
  inReview,
  proposed,
  shiftEnded,
  shiftStarted,
  worked,
} from "@nightshift/projections/example-night";
import type { Entry } from "@nightshift/projections/written-log";
import type { Reviewed } from "@nightshift/protocol/claim";
import { afterEach, expect, test } from "vitest";
import { openDirector, writeHistory, type Director } from "./fixture.ts";

const TEST_MS = 60_000;
const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

const REVIEWED: Reviewed = {
  model: "reader",
  family: "gpt",
  checks: [
    {
      text: "The error names the unit",
      source: "task",
      outcome: "fail",
      quote: 'throw new Error("bad")',
      detail: "not met: it names nothing",
    },
  ],
};

const withReview = ([stream, event]: Entry): Entry =>
  event.type === "attempt.assessed" ? [stream, { ...event, reviewed: REVIEWED }] : [stream, event];

async function director(entries: readonly Entry[]): Promise<Director> {
  const made = await openDirector();
  open.push(made);
  await writeHistory(made, entries);
  return made;
}

test(
  "what a reviewer read is shown with its words, in review, why and digest",
  { timeout: TEST_MS },
  async () => {
    const who = await director([
      ...proposed("a"),
      ...shiftStarted(),
      ...begun("a"),
      ...worked("a").map(withReview),
      ...inReview("a"),
      ...shiftEnded(),
    ]);
    const shown = async (...verb: string[]) => {
      const { stdout, stderr, code } = await who.nightshift(verb);
      expect(code, stderr).toBe(0);
      return stdout.replace(/\s+/g, " ");
    };
    const review = await shown("review", "a-g1");
    expect(review).toContain("Claims without a command, read by reader (gpt)");
    expect(review).toContain("- fail: The error names the unit, not met: it names nothing");
    expect(review).toContain('it quotes: throw new Error("bad")');
    expect(await shown("why", "a")).toContain("review, fail: The error names the unit, not met");
    expect(await shown("digest")).toContain("A reviewer sees 0 of 1 claim met");
  },
);

test(
  "a claim is given with a task, or comes on top as an answer",
  { timeout: TEST_MS },
  async () => {
    const who = await director([]);
    const add = ["add", "Name the unit", "--name", "FIX-1", "--success", "npm test"];
    const added = await who.nightshift([...add, "--claim", "It names the unit"]);
    expect(added.code, added.stderr).toBe(0);
    const amended = await who.nightshift(["add", "--task", "FIX-1", "--claim", "It is short"]);
    expect(amended.code, amended.stderr).toBe(0);
    const { stdout } = await who.nightshift(["log", "export"]);
    expect(stdout).toContain('"claims":["It names the unit","It is short"]');
  },
);
