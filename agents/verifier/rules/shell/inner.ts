import { Tangled } from "../../../source/source-tree.ts";
import { lineIn } from "../../line-at.ts";

/** A program of another language that a step of a shell runs. */
export type Inner = {
  path: string;
  text: string;
  /** Where a line of it stands in the script. */
  lineOf: (line: number) => number;
};

const ENDINGS: Readonly<Record<string, string>> = {
  python: "py",
  node: "js",
  deno: "ts",
  bun: "ts",
  ruby: "rb",
  perl: "pl",
  php: "php",
};
const NAMES = Object.keys(ENDINGS).join("|");
/** `python3 -c '…'`, `node --eval "…"` */
const ON_LINE = new RegExp(
  String.raw`\b(${NAMES})[\d.]*\s+(?:eval\s+|(?:-(?!-?e|c)[\w=:-]+\s+)*(?:-\w{0,3}[ceprn]|--eval|--print)[=\s]\s*)(?:'([^']{0,20000})'|"((?:[^"\\]|\\[^]){0,20000})")`,
  "g",
);
/** `python3 - <<'END'` */
const BELOW = new RegExp(
  String.raw`\b(${NAMES})[\d.]*\b[^\n|;&<]{0,60}<<-?\s*["']?(\w+)["']?[^\n]*\n([^]{0,8000}?)\n[ \t]*\2\b`,
  "g",
);
const MAYBE = new RegExp(String.raw`\b(?:${NAMES})`);
const PROGRAMS_MAX = 200;

/**
 * The programs that a script hands to interpreters, as files of their own languages.
 * @throws Tangled for more than anybody writes.
 */
export function innerPrograms(text: string): Inner[] {
  if (!MAYBE.test(text)) return [];
  const lineAt = lineIn(text);
  const onLine = [...text.matchAll(ON_LINE)].map((match): Inner => {
    const [all, name = "", plain, quoted = ""] = match;
    const said = plain ?? quoted.replaceAll(/\\(["$`\\])/g, "$1");
    const at = match.index + all.length - (plain ?? quoted).length;
    return innerOf(name, said, lineAt(at));
  });
  const below = [...text.matchAll(BELOW)].map(({ index, 1: name = "", 3: said = "" }): Inner =>
    innerOf(name, said, lineAt(index) + 1),
  );
  const found = [...onLine, ...below];
  if (found.length > PROGRAMS_MAX) throw new Tangled("it hands over too many programs to be read");
  return found;
}

function innerOf(name: string, said: string, from: number): Inner {
  const isLine = !said.includes("\n");
  // What stands on one line is read as most people would write it.
  const text = isLine ? said.replaceAll(/;\s*/g, ";\n") : said;
  const path = `step.${ENDINGS[name] ?? "txt"}`;
  return { path, text, lineOf: (line) => (isLine ? from : from + line - 1) };
}
