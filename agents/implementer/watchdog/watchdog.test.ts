import { defaultSettings } from "@nightshift/protocol/settings";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nudged } from "./nudge.md.ts";
import { essence } from "./step.ts";
import { mayBeginAgain, watchdog, watchLimits } from "./watchdog.ts";
import type { Stuck } from "./watchdog.ts";

const limits = watchLimits(defaultSettings);

type Did = { asked: string; came: string; failed?: boolean; tookMs?: number } | { said: string };

/** Plays what an agent did, a second between two things; tells the first that it is stuck in. */
function play(story: readonly Did[]): { stuck: Stuck | null; atStep: number } {
  const dog = watchdog(limits, 0);
  let atMs = 0;
  for (const [at, did] of story.entries()) {
    atMs += 1_000;
    if ("said" in did) {
      const stuck = dog.hear({ kind: "message", text: did.said }, atMs);
      if (stuck) return { stuck, atStep: at + 1 };
      continue;
    }
    const { asked, came, failed = false, tookMs = 100 } = did;
    const id = String(at);
    dog.hear({ kind: "action", id, name: "Bash", about: asked }, atMs);
    atMs += tookMs;
    const stuck = dog.hear({ kind: "result", id, failed, text: came }, atMs);
    if (stuck) return { stuck, atStep: at + 1 };
  }
  return { stuck: null, atStep: story.length };
}

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

const ok = (asked: string, came: string, tookMs = 100): Did => ({ asked, came, tookMs });
const bad = (asked: string, came: string): Did => ({ asked, came, failed: true });

test("the same action with the same result is a loop the fourth time", () => {
  expect(play(times(9, () => ok("ls src", "a.ts")))).toMatchObject({
    stuck: { pattern: "repeat" },
    atStep: 4,
  });
});

test("the same error is a loop the third time, whatever is tried, if nothing else succeeds", () => {
  const story = times(9, (at) => bad(`build ${at}`, "no such module"));
  expect(play(story)).toMatchObject({ stuck: { pattern: "error" }, atStep: 3 });
});

test("two or three things in turn with the same results are a loop after six", () => {
  const two = times(12, (at) => (at % 2 ? ok("undo", "undone") : ok("do", "done")));
  expect(play(two)).toMatchObject({ stuck: { pattern: "ping-pong" }, atStep: 6 });
  const three = times(12, (at) => ok(`turn ${at % 3}`, `came ${at % 3}`));
  expect(play(three)).toMatchObject({ stuck: { pattern: "ping-pong" }, atStep: 6 });
});

test("five messages without an action are a monologue, three times the same one is too", () => {
  const talks = times(9, (at) => ({ said: `Now I will do part ${"abcdefghi"[at]}.` }));
  expect(play(talks)).toMatchObject({ stuck: { pattern: "monologue" }, atStep: 5 });
  expect(play(times(9, () => ({ said: "I will do it." })))).toMatchObject({ atStep: 3 });
  const explains = times(20, (at) => (at % 2 ? ok(`read ${at}`, "text") : { said: `So ${at}.` }));
  expect(play(explains).stuck).toBeNull();
});

test("a result that differs is progress: fewer failures, another error, another file", () => {
  const fewer = times(12, (at) => bad("npm test", `${12 - at} tests fail`));
  expect(play(fewer).stuck).toBeNull();
  const fixes = times(12, (at) => (at % 2 ? bad("npm test", "1 test fails") : ok(`fix ${at}`, "")));
  expect(play(fixes).stuck).toBeNull();
});

test("looking whether a build is done is no loop, unless it never ends", () => {
  const polls = (count: number) => times(count, () => ok("sleep 20; tail -1 log", "building"));
  expect(play(polls(limits.polls - 1)).stuck).toBeNull();
  expect(play(polls(limits.polls)).stuck).toMatchObject({ pattern: "repeat" });
  const slow = times(20, () => ok("make status", "building", 8_000));
  expect(play(slow).stuck).toBeNull();
});

test("what fails while it waits is no polling", () => {
  const story = times(9, () => ({ ...bad("npm test", "1 test fails"), tookMs: 60_000 }));
  expect(play(story)).toMatchObject({ stuck: { pattern: "error" }, atStep: 3 });
});

test("durations, clock times and temporary names make no other result", () => {
  const one = "2 tests fail in 1.31 s at 12:01:07, log /tmp/npm-1a/x-2026-11-21T12_18_08_603Z.log";
  const other =
    "2 tests fail in 0.94 s at 12:03:55, log /tmp/npm-9z/x-2026-11-21T12_20_44_100Z.log";
  expect(essence(one)).toBe(essence(other));
  expect(essence("3 tests fail")).not.toBe(essence("2 tests fail"));
});

test("nothing changed for half an hour is told; a command at work stops that clock", () => {
  const dog = watchdog(limits, 0);
  expect(dog.tick(limits.noChangeMs - 1)).toBeNull();
  expect(dog.tick(limits.noChangeMs)).toMatchObject({ pattern: "no-change" });
  dog.changed(limits.noChangeMs);
  dog.hear({ kind: "action", id: "1", name: "Bash", about: "npm test" }, limits.noChangeMs);
  expect(dog.isActing()).toBe(true);
  expect(dog.tick(9 * limits.noChangeMs)).toBeNull();
  dog.hear({ kind: "result", id: "1", failed: false, text: "ok" }, 9 * limits.noChangeMs);
  expect(dog.isActing()).toBe(false);
  expect(dog.tick(10 * limits.noChangeMs)).toMatchObject({ pattern: "no-change" });
});

test("more tokens than it may use are told at once", () => {
  const dog = watchdog(limits, 0);
  expect(dog.used(limits.tokensMax)).toBeNull();
  expect(dog.used(limits.tokensMax + 1)).toMatchObject({ pattern: "tokens" });
});

test("whoever does something new each time is never stuck", () =>
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 80 }), (fails) => {
      const story = fails.map((failed, at) => ({ asked: `do ${at}`, came: `came ${at}`, failed }));
      expect(play(story).stuck).toBeNull();
    }),
  ));

test("any circle of one to three is caught within six steps, wherever it begins", () => {
  const word = fc.stringMatching(/^[a-z]{3,8}$/);
  const turn = fc.record({ asked: word, came: word, failed: fc.boolean() });
  const before = fc.array(fc.boolean(), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(turn, { minLength: 1, maxLength: 3 }), before, (circle, start) => {
      const fresh = start.map((_, at) => ok(`new ${at}`, `came ${at}`));
      const round = times(6, (at) => circle[at % circle.length] ?? ok("", ""));
      const { stuck, atStep } = play([...fresh, ...round]);
      expect(stuck).not.toBeNull();
      expect(atStep - fresh.length).toBeLessThanOrEqual(6);
    }),
  );
});

test("the nudge tells what was seen in one line, behind the whole prompt", () => {
  const text = nudged("Write add.", { pattern: "repeat", text: "4 times\nthe same: ls" });
  expect(text).toMatch(/^Write add\.\n/);
  expect(text).toContain("> 4 times the same: ls");
});

test("who is stuck begins again while there is time for it, and never for more tokens", () => {
  const stuck = { pattern: "repeat", text: "" } as const;
  expect(mayBeginAgain(stuck, limits.secondTryMs, limits)).toBe(true);
  expect(mayBeginAgain(stuck, limits.secondTryMs - 1, limits)).toBe(false);
  expect(mayBeginAgain({ ...stuck, pattern: "tokens" }, 3_600_000, limits)).toBe(false);
});
