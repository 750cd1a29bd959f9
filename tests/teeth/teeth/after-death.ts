import { inFile, type Tooth } from "../tooth.ts";

const after = (file: string) =>
  inFile(`agents/dispatcher/${file}.ts`, "agents/dispatcher/after-death.test.ts");
const followUp = inFile(
  "agents/dispatcher/learning/follow-up.ts",
  "agents/dispatcher/learning/learn.test.ts",
);

/** What a new leader makes of what a dead one left, and what comes of good work (I2, I3, I10). */
export const afterDeathTeeth: readonly Tooth[] = [
  after("merging/intended")(
    "I10: a merge that has happened is not done again",
    "await workspace.contains(path, head, next)",
    "head === null",
  ),
  after("merging/intended")(
    "I10: a merge that was intended and not done is done",
    "(await tryMove(workspace, path, ref, old, next)) === true",
    "false",
  ),
  after("recover")(
    "I10: what a worker may still be at is over",
    "if (isAtWork || !isLocked) {",
    "if (!isLocked) {",
  ),
  after("recover")(
    "I10: what was claimed and not begun is begun",
    "await (isLocked ? begin(night, attempt) : giveBack(night, attempt));",
    "await giveBack(night, attempt);",
  ),
  after("recover")(
    "I2: a new leader fences every repository before it looks around",
    "await fenceRepos(night);",
    "",
  ),
  followUp(
    "D22: a parent below 7 earns no follow-up",
    "gated.score < settings.followUpScoreMin ||",
    "",
  ),
  followUp(
    "D22: what was cut off earns no follow-up",
    '|| executed.stopReason === "truncated") return;',
    ") return;",
  ),
  followUp(
    "D22: a follow-up earns no follow-up",
    "if (spec.depth >= settings.followUpDepthMax || spec.parent !== null) return;",
    "if (spec.depth > 9) return;",
  ),
];
