import { inFile, type Tooth } from "../tooth.ts";

const task = inFile("blackboard/task.ts", "blackboard/task.test.ts", "blackboard/task-end.test.ts");
const state = inFile(
  "blackboard/task-state.ts",
  "blackboard/task.test.ts",
  "blackboard/task-end.test.ts",
);

/** The life of a backlog entry: who may take it, and how often (I2, I7, I8). */
export const taskTeeth: readonly Tooth[] = [
  task(
    "I2: an older generation neither completes, returns nor releases a task",
    'if (state.status === "claimed" && state.generation === generation) return;',
    "return;",
  ),
  task(
    "I2: a task is completed under its claim alone",
    "if (!ofChildren) needsClaim(generation, state);",
    "if (!ofChildren) void generation;",
  ),
  task(
    "I2: an older epoch claims nothing",
    "fence(state.epoch, epoch);\n  const { status, spec",
    "const { status, spec",
  ),
  task(
    "I2: an older epoch gives nothing back",
    "fence(state.epoch, epoch);\n  // A claim that is over",
    "// A claim that is over",
  ),
  task(
    "I2: an older epoch completes nothing",
    "fence(state.epoch, epoch);\n  const ofChildren",
    "const ofChildren",
  ),
  task(
    "I2: an older epoch splits nothing",
    "fence(state.epoch, epoch);\n  const again",
    "const again",
  ),
  task("I2: each claim is a new generation", "generation: state.generation + 1", "generation: 1"),
  task(
    "row 4: a refused task is never claimed",
    'status !== "open" && status !== "returned"',
    'status !== "open" && status !== "returned" && status !== "refused"',
  ),
  task(
    "row 5: a parked task is not claimed",
    'status !== "open" && status !== "returned"',
    'status !== "open" && status !== "returned" && status !== "parked"',
  ),
  task(
    "row 11: a task that waits for a limit is not claimed before its time",
    "notBeforeMs !== null && notBeforeMs > nowMs",
    "false",
  ),
  task("I8: a task is tried three times", "counts && tries + 1 >= triesMax", "false"),
  task(
    "I8: a task is given back without a try 50 times in a row",
    "!counts && freeReleases + 1 >= FREE_RELEASES_MAX",
    "false",
  ),
  task(
    "row 11: a limit, a conflict and a lost worker cost no try",
    'command.type === "task.return" || command.reason === "failed"',
    "true",
  ),
  task("I8: follow-ups end at depth 1", "spec.depth > followUpDepthMax", "false"),
  task(
    "I2: what is completed is not abandoned",
    'if (state.status === "completed") {',
    "if (false) {",
  ),
  state("row 11: a limit does not count as a try", 'event.reason === "failed"', "true"),
  state(
    "row 11: a release tells until when",
    "const notBeforeMs = event.untilMs;",
    "const notBeforeMs = null;",
  ),
  state(
    "row 7: a returned task keeps its critique",
    "freeReleases: 0, critique };",
    "freeReleases: 0 };",
  ),
];
