import { inFile, type Tooth } from "../tooth.ts";

const backlog = inFile(
  "projections/backlog.ts",
  "projections/folds.test.ts",
  "projections/backlog.test.ts",
);
const budgets = inFile(
  "projections/budgets.ts",
  "projections/budgets.test.ts",
  "projections/folds.test.ts",
);
const runner = inFile("projections/runner.ts", "projections/runner.test.ts");
const replay = inFile("projections/replay.ts", "projections/replay.test.ts");
const markdown = inFile("projections/words/markdown.ts", "projections/words/markdown.test.ts");
const plain = inFile(
  "projections/words/plain.ts",
  "projections/words/markdown.test.ts",
  "projections/digest/text.test.ts",
);
const headline = inFile("projections/digest/headline.ts", "projections/digest/digest.test.ts");
const text = inFile("projections/digest/text.ts", "projections/digest/text.test.ts");

/** What is seen is what was written: rebuilt alike, resting on events, and harmless to show. */
export const viewTeeth: readonly Tooth[] = [
  backlog(
    "I1: no fold asks a clock",
    "row.claimedAtMs = atMs;",
    "row.claimedAtMs = performance.now();",
  ),
  backlog(
    "I1: no fold keeps what another view saw",
    "initial: () => ({ tasks: new Map(), closed: new Map() }),",
    "initial: ((view) => () => view)({ tasks: new Map(), closed: new Map() }),",
  ),
  backlog(
    "I7: a limit is no try in the backlog either",
    'if (event.reason === "failed") row.tries',
    "row.tries",
  ),
  budgets(
    "I3: what is settled is no longer promised",
    "week.reservations.delete(event.reservation);\n  addTo",
    "addTo",
  ),
  runner(
    "I1: views see each event once, however many ask at once",
    "const next = this.#running.then(work);",
    "const next = work();",
  ),
  runner("I1: a view that failed once is not trusted", "this.#broken = { cause };", ""),
  replay(
    "I1: live is held against rebuilt, part by part",
    "if (parts.has(key) && others.has(key)) visit(",
    "if (parts.has(key) && others.has(key)) void (",
  ),
  replay(
    "I1: what one side lacks is a difference",
    "else if (found.list.length < found.most) {",
    "else if (false) {",
  ),
  headline(
    "I9: the first line of a digest rests on events",
    'return { text: parts.join("; "), events: [...new Set(events)] };',
    'return { text: parts.join("; "), events: [] };',
  ),
  headline(
    "I9: a notice of a pause rests on its event",
    "return { text, events: [paused.id] };",
    "return { text, events: [] };",
  ),
  headline(
    "I9: a night where all failed says so",
    "if (n.failed + n.rejected === total) {",
    "if (false) {",
  ),
  text(
    "I9: each line of a digest names its events",
    "${markdown(text)} ${references.cite(events)}",
    "${markdown(text)}",
  ),
  text(
    "I11: what agents wrote is escaped in a digest",
    "${markdown(text)} ${references",
    "${text} ${references",
  ),
  markdown("I11: no HTML from an agent", '.replaceAll("<", "&lt;")', ""),
  markdown("I11: no markup from an agent", "/[\\\\`*_[\\]#|~]|\\$(?!\\d)/g", "/never/g"),
  markdown("I11: no bare address becomes a link", "/:(?=\\/\\/)|@/g", "/never/g"),
  plain("I11: no terminal command from an agent", '.replaceAll(ESCAPE_SEQUENCE, "")', ""),
  plain("I11: no control character from an agent", "[\\s\\p{Cc}\\p{Zl}\\p{Zp}]+", "[\\s]+"),
  plain("I11: no character that hides or reorders text", '.replaceAll(/\\p{Cf}/gu, "")', ""),
  plain(
    "I8: no line is longer than its maximum",
    "if (characters.length <= charsMax) return line;",
    "return line;",
  ),
];
