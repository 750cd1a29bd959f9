import type { SyntaxNode } from "../../source/syntax-node.ts";

/** With more beginnings than this all of a file is read. */
const BEGINNINGS_MAX = 100;
const BEGINNING_CHARS = 80;

/**
 * Where a file is asked whether it holds breaks that are known already, by their texts: whether one
 * of them could hang on a node. It begins there, or what it begins with is the name of a function
 * around it: that breaks a rule where it is called. Blanks within a text may be others.
 * @param sought The texts; undefined where all breaks are looked for.
 * @param functions The functions of the file.
 */
export function couldBeSought(
  text: string,
  sought: readonly string[] | undefined,
  functions: readonly SyntaxNode[] = [],
): (node: SyntaxNode) => boolean {
  const beginnings = new Set(sought?.map(beginningOf));
  if (sought === undefined || beginnings.size > BEGINNINGS_MAX) return () => true;
  const places = new Set<number>();
  for (const beginning of beginnings) {
    if (beginning === "") return () => true;
    for (let at = text.indexOf(beginning); at !== -1; at = text.indexOf(beginning, at + 1))
      places.add(at);
  }
  const called = functions.filter((each) => isCalled(each, beginnings)).map((each) => each.range());
  return (node) => {
    const { index } = node.range().start;
    return (
      places.has(index) ||
      called.some(({ start, end }) => start.index <= index && index < end.index)
    );
  };
}

/** The first word. */
function beginningOf(text: string): string {
  return text.slice(0, BEGINNING_CHARS).split(/\s/, 1)[0] ?? "";
}

function isCalled(own: SyntaxNode, beginnings: ReadonlySet<string>): boolean {
  const name = own.field("name")?.text();
  return name !== undefined && beginnings.values().some((each) => each.includes(name));
}
