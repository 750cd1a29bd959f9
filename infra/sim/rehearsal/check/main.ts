import { parseArgs } from "node:util";
import { gather, type Evidence } from "./evidence.ts";
import { looks, type Finding } from "./expectations.ts";
import { storiesOf } from "./tasks.ts";

/**
 * Holds what happened against what was expected, from git and the raw log alone: it imports nothing
 * of the system that made them. Exit code 1 when any row is not as expected.
 */
const { values } = parseArgs({
  options: {
    log: { type: "string" },
    repo: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
if (values.log === undefined || values.repo === undefined) {
  process.stderr.write("usage: check --log FILE --repo FOLDER [--json]\n");
  process.exit(64);
}
const evidence = gather(values.log, values.repo);
const stories = storiesOf(evidence);
const findings = [...looks.map((look) => look(evidence, stories)), wholeNight(evidence)];
const ok = findings.every((finding) => finding.ok);
if (values.json) process.stdout.write(`${JSON.stringify({ ok, rows: findings })}\n`);
else for (const finding of findings) process.stdout.write(`${lineOf(finding)}\n`);
process.exit(ok ? 0 : 1);

/** Row 0: the director's branch and files stand as they did, and no merge came in by the side. */
function wholeNight({ events, git }: Evidence): Finding {
  // What landed together landed in one move of the target.
  const merged = events.filter(({ type }) => type === "repo.merged");
  const told = new Set(merged.map(({ body }) => body["new"])).size;
  const there = Number(git("rev-list", "--count", "--first-parent", "main..nightshift/main"));
  const clean =
    git("status", "--porcelain") === "" && git("rev-parse", "--abbrev-ref", "HEAD") === "main";
  const happened = `${there} merges in git, ${told} in the log; working copy ${clean ? "clean" : "changed"}`;
  return {
    row: 0,
    expected: "every merge is in the log; your files are as they were",
    happened,
    ok: clean && told === there && there > 0,
  };
}

function lineOf({ row, expected, happened, ok }: Finding): string {
  const mark = ok ? "as expected" : "NOT AS EXPECTED";
  return `${String(row).padStart(2)}  ${mark.padEnd(15)}  ${expected}\n${" ".repeat(21)}${happened.slice(0, 300)}`;
}
