import { eventsOf, ofType } from "../../night/kept.ts";
import type { Answer } from "@nightshift/infra/sim/wire/script";
import { afterEach, expect, test } from "vitest";
import { answerOf, type Wanted } from "./backlog.ts";
import { openEvening, TONIGHT, type Asked, type Evening } from "./evening.ts";

const RUN_MS = 300_000;
const TEST_MS = 400_000;
const BRAKE = 3;
const KEY = { SMALL_KEY: "sk-nobody" };

const open: Evening[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
}, RUN_MS);

async function night(script: (asked: Asked) => Answer) {
  const evening = await openEvening(script);
  open.push(evening);
  const { who } = evening;
  const before = await who.git("rev-parse", "main");
  const ran = await who.nightshift(["run"], { env: KEY, wallMs: RUN_MS });
  return { ...evening, ...ran, before, events: eventsOf(who.paths.state) };
}

const text = (said: string): Answer => ({ kind: "text", text: said });
const judgement = (score: number, critique: string) =>
  text(
    JSON.stringify({
      criteria: [{ name: "does what the task asks", score, quote: "export" }],
      score,
      critique,
    }),
  );

/** Words of a generator: the same ones every time. */
function words(turn: number): string {
  const some = [
    "lattice",
    "quiet",
    "seven",
    "under",
    "the",
    "moss",
    "return",
    "of",
    "bright",
    "=>",
  ];
  return Array.from({ length: 40 }, (_, i) => some[(turn * 7 + i * i * 3) % some.length]).join(" ");
}

/** Every way to be of no use that a model was seen to have. */
const USELESS: readonly ((turn: number, task: Wanted | null) => string)[] = [
  (turn) => words(turn),
  () => " ",
  () => "Done! I implemented the function, added tests, and everything passes. Great work, team.",
  (_, task) => `<file path="src/${task?.name}.js">\nexport const ${task?.name} = (;\n</file>\n`,
  (_, task) =>
    `<file path="src/${task?.name}.js">\nexport const ${task?.name} = () => null;\n</file>`,
  (_, task) => `<file path="pending/${task?.name}.test.js">\n// nothing to see\n</file>\n`,
  () =>
    '<edit path="index.js">\n<<<<<<< SEARCH\nexport const nine = 9;\n=======\n// gone\n>>>>>>> REPLACE\n</edit>\n',
  () => '<file path="../../etc/cron.d/x">\n* * * * * root true\n</file>\n',
  (turn) => `\`\`\`diff\n--- a/x\n+++ b/x\n@@ -1,${turn} +1 @@\n-${words(turn)}\n\`\`\`\n`,
];

/** Of no use and full of praise: as a judge it finds everything perfect. */
function worthless({ role, task, turn }: Asked): Answer {
  if (role === "judge") return judgement(10, "Flawless.");
  return text(USELESS[turn % USELESS.length]?.(turn, task) ?? "");
}

function competent({ role, task }: Asked): Answer {
  if (role === "judge") return judgement(8.5, "Say what it returns for an empty list.");
  if (task === null || role === "planner") return text("What?");
  const content = answerOf(task);
  return { kind: "edits", files: [{ path: `src/${task.name}.js`, content }], summary: "There." };
}

test(
  "a worthless model merges nothing, touches nothing, and the brake ends the night within ten tasks",
  { timeout: TEST_MS },
  async () => {
    const { who, server, code, stdout, stderr, before, events } = await night(worthless);
    expect(code, stderr).toBe(BRAKE);
    expect(stdout.split("\n")[0]).toMatch(/^Night 1: Stopped by the quality brake: nothing merged/);
    expect(ofType(events, "repo.merge-intended")).toEqual([]);
    expect(ofType(events, "repo.merged")).toEqual([]);
    expect(await who.git("rev-parse", "main")).toBe(before);
    expect(await who.git("status", "--porcelain")).toBe("");
    expect(await who.git("branch", "--format=%(refname:short)")).toBe("main");
    // Whatever was taken up when the brake came on had been taken up before it was known.
    const [engaged] = ofType(events, "brake.engaged");
    const ended = ["attempt.gated", "attempt.failed"].flatMap((type) => ofType(events, type));
    const judged = ended.filter(({ position }) => position < (engaged?.position ?? 0));
    expect(new Set(judged.map(({ stream }) => stream)).size).toBeLessThanOrEqual(10);
    // Two canaries, and those that were running beside; then not one more call, not one more cent.
    const [latched] = ofType(events, "brake.latched");
    expect(latched).toBeDefined();
    const after = events.filter(({ position }) => position > (latched?.position ?? 0));
    expect(ofType(after, "budget.reserved")).toEqual([]);
    expect(server.requests.filter(({ atMs }) => atMs > (latched?.atMs ?? 0))).toEqual([]);
    expect(ofType(events, "attempt.started").length).toBeLessThanOrEqual(14);
    // The next night does not begin where this one was stopped.
    const again = await who.nightshift(["run"], { env: KEY, wallMs: RUN_MS });
    expect(again.code, again.stderr).toBe(BRAKE);
    expect(ofType(eventsOf(who.paths.state), "attempt.started")).toHaveLength(
      ofType(events, "attempt.started").length,
    );
  },
);

test(
  "the same backlog with a competent model: nine tenths and more are merged",
  { timeout: TEST_MS },
  async () => {
    const { who, code, stderr, stdout, before, events } = await night(competent);
    expect(code, stderr).toBe(0);
    const merged = ofType(events, "repo.merged").length;
    expect(merged, stdout).toBeGreaterThanOrEqual(Math.ceil(TONIGHT.length * 0.9));
    expect(ofType(events, "brake.engaged")).toEqual([]);
    const there = await who.git("ls-tree", "--name-only", "nightshift/main", "src/");
    expect(there.split("\n").length).toBe(merged);
    expect(await who.git("rev-parse", "main")).toBe(before);
  },
);

test(
  "a model that is at its limit is no bad model: the brake stays off",
  { timeout: TEST_MS },
  async () => {
    const resetsAtMs = Date.now() + 20 * 3_600_000;
    const { events } = await night(() => ({ kind: "limit", resetsAtMs }));
    expect(ofType(events, "attempt.deferred").length).toBeGreaterThan(0);
    expect(ofType(events, "brake.engaged")).toEqual([]);
    expect(ofType(events, "attempt.failed")).toEqual([]);
  },
);
