import { inFile, type Tooth } from "../tooth.ts";

const TESTS = "agents/verifier/entangled.test.ts";
const reader = inFile(
  "infra/workers/rules/rule-reader.ts",
  "infra/workers/rules/rule-reader.test.ts",
);

/** Nothing passes because it was not seen (row 6, I8). */
export const unreadableTeeth: readonly Tooth[] = [
  inFile("agents/verifier/breaks.ts", TESTS)(
    "row 6: what cannot be read is a break",
    "return [unreadable(error instanceof Error ? error.message : String(error))];",
    "return [];",
  ),
  inFile("agents/verifier/added-breaks.ts", TESTS)(
    "row 6: what could not be read before excuses nothing",
    "finding.rule === UNREADABLE || ",
    "",
  ),
  reader(
    "I8: a file that is not read in its time is a break",
    "if (told.isLate) return [unreadable(`it could not be read in ${fileWallMs / 1_000} s`)];",
    "if (told.isLate) return [];",
  ),
  reader(
    "I8: a file that ends its reader is a break",
    "return [unreadable(`it ended its reader: ${told.ended}`)];",
    "return [];",
  ),
  reader(
    "I8: what a change took too long for is a break",
    "change.signal.throwIfAborted();\n      return [unreadable(CHANGE_LATE)];",
    "change.signal.throwIfAborted();\n      return [];",
  ),
  reader(
    "I8: a change that takes too long during a file is a break",
    "      if (late.aborted) return [unreadable(CHANGE_LATE)];\n      if (told",
    "      if (late.aborted) return [];\n      if (told",
  ),
  reader(
    "a reader that was ended while it was idle is no file's fault",
    "const TRIES_MAX = 2;",
    "const TRIES_MAX = 1;",
  ),
  reader(
    "who gives up waits for no file that is read",
    "{ wallMs: fileWallMs, signal: until }",
    "{ wallMs: fileWallMs, signal: late }",
  ),
  inFile("infra/workers/rules/turns.ts", "infra/workers/rules/rule-reader.test.ts")(
    "who gives up waits for no turn",
    'until.addEventListener("abort", giveUp, { once: true });',
    "",
  ),
];
