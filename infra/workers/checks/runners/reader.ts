/** Counts are null where the runner does not tell them, names empty. */
export type Results = {
  passed: number | null;
  failed: number | null;
  failures: string[];
  successes: string[];
};

/** Reads what one kind of test runner printed; null where it was not that kind. */
export type Reader = (lines: readonly string[]) => Results | null;

export function noNames(): { failures: string[]; successes: string[] } {
  return { failures: [], successes: [] };
}

/** The sum of a pattern's first group over all lines; null where no line matches. */
export function sumOf(lines: readonly string[], pattern: RegExp): number | null {
  const counts = lines.map((line) => pattern.exec(line)?.[1]).filter((text) => text !== undefined);
  return counts.length === 0 ? null : counts.reduce((sum, text) => sum + Number(text), 0);
}

/** The sum, over summary lines, of the number that stands before a word. */
export function countOf(summaries: readonly string[], word: string): number {
  return sumOf(summaries, new RegExp(`(\\d+) ${word}`)) ?? 0;
}

/** Names of nested tests, from how far their lines are indented. */
export class Outline {
  readonly #open: { indent: number; name: string }[] = [];

  enter(indent: number, name: string): void {
    this.#leave(indent);
    this.#open.push({ indent, name });
  }

  /** The full name of a test at an indent: `group > inner > test`. */
  name(indent: number, name: string): string {
    this.#leave(indent);
    return [...this.#open.map((group) => group.name), name].join(" > ");
  }

  #leave(indent: number): void {
    while ((this.#open.at(-1)?.indent ?? -1) >= indent) this.#open.pop();
  }
}
