import { inFile, type Tooth } from "../tooth.ts";

const CLI = "infra/workers/coding-agents/run.test.ts";
const run = inFile("infra/workers/coding-agents/run.ts", CLI);
const record = inFile("infra/workers/coding-agents/record.ts", CLI);
const claude = inFile(
  "infra/workers/coding-agents/claude-stream.ts",
  "infra/workers/coding-agents/claude-stream.test.ts",
);
const diff = inFile("infra/cli/diff.ts", "infra/cli/diff.test.ts");

/** Where agents' CLIs come in and what they wrote goes out to a terminal (I8, I11, I12). */
export const edgeTeeth: readonly Tooth[] = [
  record(
    "I12: no key enters the transcript of a CLI",
    'return mask([...lines, ...more].map((line) => `${line}\\n`).join(""), secrets);',
    'return [...lines, ...more].map((line) => `${line}\\n`).join("");',
  ),
  record(
    "I12: no key enters a note of progress",
    "const short = mask(note, secrets)",
    "const short = note",
  ),
  run(
    "row 12: a CLI that falls silent is a hang",
    "if (result.silent) return",
    "if (false) return",
  ),
  record(
    "I8: a transcript has a maximum",
    "if (size + line.length > most) dropped += 1;",
    "if (false) dropped += 1;",
  ),
  record(
    "I11: a note is one line without commands to a terminal",
    "[\\p{Cc}\\p{Cf}\\s]+",
    "[\\n]+",
  ),
  inFile("infra/workers/coding-agents/home.ts", "infra/workers/coding-agents/home.test.ts")(
    "I12: a copied login is readable by its owner alone",
    "await chmod(to, 0o600);",
    "await chmod(to, 0o644);",
  ),
  claude(
    "row 10: a CLI whose output was cut off is stopped, never continued",
    "tale.cut = true;\n  return { stop: true };",
    "tale.cut = true;\n  return {};",
  ),
  claude(
    "row 11: a window that is used up is told with its reset",
    "tale.limit = { resetsAtMs: told.resetsAt === undefined ? null : told.resetsAt * 1_000 };",
    "",
  ),
  diff(
    "I11: a diff commands no terminal and hides nothing",
    ".replaceAll(/[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]/gu, codeOf)",
    "",
  ),
  diff("I8: a diff is shown up to its maximum", "lines.slice(0, DIFF_LINES_MAX)", "lines"),
];
