import { inFile, type Tooth } from "../tooth.ts";

const snapshots = inFile("projections/snapshots.ts", "projections/snapshots.test.ts");
const anchor = inFile("projections/anchor.ts", "projections/snapshots.test.ts");
const legs = inFile("projections/legs.ts", "projections/snapshots.test.ts");
const runner = inFile(
  "projections/runner.ts",
  "projections/snapshots.test.ts",
  "projections/runner.test.ts",
);
const file = inFile("infra/log/views/snapshots.ts", "infra/log/views/snapshots.test.ts");
const builds = inFile("infra/log/views/builds.ts", "infra/log/views/builds.test.ts");
const catchUp = inFile(
  "infra/log/views/catch-up.ts",
  "infra/log/views/builds.test.ts",
  "infra/log/views/tables.test.ts",
);
const check = inFile("infra/cli/replay/check.ts", "infra/cli/replay/check.test.ts");
const upcasters = inFile("protocol/upcasters.ts", "protocol/events.test.ts");
const events = inFile("protocol/events.ts", "protocol/events.test.ts");
const backlog = inFile("projections/backlog.ts", "projections/backlog.test.ts");
const brakes = inFile("projections/brakes.ts", "projections/brakes.test.ts");
const calls = inFile("projections/open-calls.ts", "projections/open-calls.test.ts");
const waitedFor = inFile("agents/dispatcher/waited-for.ts", "agents/dispatcher/waited-for.test.ts");

/** What is kept of views is never more than a short cut: rebuilt from the log they are the same. */
export const keptViewTeeth: readonly Tooth[] = [
  snapshots(
    "I1: a snapshot of another fold is not gone on from",
    "versions.get(name) === version && ",
    "versions.has(name) && ",
  ),
  snapshots(
    "I1: a snapshot is not gone back from",
    "anchor.position <= upTo",
    "anchor.position > 0n",
  ),
  snapshots(
    "I1: a snapshot of another log is not gone on from",
    "return fitting.filter(({ anchor }) => found.get(anchor.id));",
    "return fitting;",
  ),
  anchor("I1: a log is known again by its event, not by a place", "found.id === anchor.id && ", ""),
  legs(
    "I1: no view is shown again what it has seen",
    "least(places.filter((place) => place > from)) ?? end",
    "end",
  ),
  runner("I1: a view that failed is not kept", "if (isWorthIt && !this.#broken)", "if (isWorthIt)"),
  runner(
    "an event that nobody knows is told",
    "if (readers.length === 0) this.#meetStranger(recorded);",
    "",
  ),
  file(
    "I1: bytes that were changed are never read",
    '!== cells["checksum"]) return undefined;',
    '=== "") return undefined;',
  ),
  file("a file that is no database is taken away", "rmSync(path, { force: true });", ""),
  builds(
    "the old tables serve until the new ones are whole",
    "return serving ? table : `${table}_in_the_making`;",
    "return table;",
  ),
  builds(
    "an older Night Shift does not undo what a newer one made",
    "if (serving && serving.version > view.version) return undefined;",
    "",
  ),
  builds(
    "I1: tables of another log serve nobody",
    "if (build.anchor && !isOurs(build.anchor)) drop(db, build);",
    "",
  ),
  catchUp(
    "I1: of several processes one writes a block, and only once",
    "if (!group.every(({ build }) => isWhereItWas(db, build))) return false;",
    "",
  ),
  catchUp(
    "I1: where tables stand is written with their rows",
    "stand(db, build, anchor, events);",
    "",
  ),
  check(
    "I1: views from snapshots are held against rebuilt ones",
    "createRunner(store, workingViews, { snapshots })",
    "createRunner(store, workingViews, { snapshots: { ...snapshots, load: async () => [] } })",
  ),
  upcasters(
    "a missing step is told at start",
    "if (!upcasters.has(step)) throw",
    "if (step < 0) throw",
  ),
  upcasters("a step keeps the type of its event", "if (typeOf(lifted) !== type)", "if (false)"),
  events(
    "an event that nobody knows fails nobody",
    "if (!eventTypes.has(stored?.type)) return stored;",
    "",
  ),
  {
    rule: "a schema does not change within its version",
    file: "protocol/shift.ts",
    find: "cycle: z.int().positive(),",
    replace: "cycle: z.int(),",
    tests: ["tests/golden/golden.test.ts"],
  },
  {
    rule: "a fold does not change within its version",
    file: "projections/outcomes.ts",
    find: "row.outputTokens = event.usage.outputTokens;",
    replace: "row.outputTokens = event.usage.inputTokens;",
    tests: ["tests/golden/golden.test.ts"],
  },
  backlog(
    "what is open does not grow with the age of the log",
    "if (view.closed.size >= 2 * CLOSED_KEPT) forget(view);",
    "",
  ),
  backlog(
    "what an open task waits for is not forgotten",
    "if (!wanted.has(task)) closed.delete(task);",
    "closed.delete(task);",
  ),
  brakes(
    "no attempt that was split is kept for ever",
    "if (event.parts > 0) view.open.delete(attempt);",
    "",
  ),
  calls(
    "nothing is kept for an attempt that has ended",
    "if (attempt === null || !unanswered.has(attempt)) return;",
    "if (attempt === null) return;",
  ),
  waitedFor(
    "a task that was done long ago lets others go on",
    "(tasks.has(task) ? undefined : await told(board, task))",
    "undefined",
  ),
];
