type Runner = {
  called: RegExp;
  /** Options that choose tests by their title. */
  byTitle: readonly string[];
  /** Options that leave tests out in other ways. */
  byElse: readonly string[];
};

/** Commands that say which tests passed: one that ends well and names none ran none. */
const RUNNERS: readonly Runner[] = [
  {
    called: /\bnode\s+(?:\S+\s+)*--test\b/,
    byTitle: ["--test-name-pattern"],
    byElse: ["--test-skip-pattern", "--test-only", "--test-shard"],
  },
  {
    called: /\b(?:vitest|jest)\b/,
    byTitle: ["-t", "--testNamePattern"],
    byElse: ["--shard", "--changed", "-o", "--onlyChanged", "--onlyFailures", "--changedSince"],
  },
  { called: /\bmocha\b/, byTitle: ["-g", "--grep", "-f", "--fgrep"], byElse: ["-i", "--invert"] },
  { called: /\bava\b/, byTitle: [], byElse: ["-m", "--match"] },
  {
    called: /\bpytest\b/,
    byTitle: ["-k"],
    byElse: ["-m", "--deselect", "--lf", "--last-failed", "--sw", "--stepwise"],
  },
  { called: /-m\s+unittest\b/, byTitle: ["-k"], byElse: [] },
  { called: /\bgo\s+test\b/, byTitle: ["-run", "--run"], byElse: ["-skip", "--skip", "-short"] },
  { called: /\b(?:cargo\s+test|rspec|phpunit)\b/, byTitle: [], byElse: [] },
];
/** Words that mean something to `pytest -k`, and no part of a title. */
const OPERATORS = /^(?:not|and|or)$/;

/** Whether a command runs tests, as far as its words tell. */
export function runsTests(command: string): boolean {
  return RUNNERS.some(({ called }) => called.test(command));
}

/**
 * Which titles a test command chooses, of those in the files it names: all of them where it has no
 * filter. Where a filter cannot be followed none is known to be chosen, which asks for nothing.
 */
export function chosenBy(command: string): (title: string) => boolean {
  // The `-m` of `python -m pytest` chooses no tests.
  const words = wordsOf(command.replaceAll(/\bpython[\d.]*\s+(?:[^\s;&|]+\s+)*?-m\s+/g, ""));
  const called = RUNNERS.filter((runner) => runner.called.test(command));
  const byElse = new Set(called.flatMap((runner) => runner.byElse));
  const byTitle = called.flatMap((runner) => runner.byTitle);
  const patterns = words.flatMap((word, at) => patternAt(word, words[at + 1] ?? "", byTitle));
  const [pattern] = patterns;
  if (words.some((word) => byElse.has(nameOf(word)))) return () => false;
  if (pattern === undefined) return () => true;
  if (patterns.length > 1 || !/^[\w -]+$/.test(pattern) || OPERATORS.test(pattern)) {
    return () => false;
  }
  return (title) => title.replaceAll(" > ", " ").includes(pattern);
}

/** The pattern that a word gives to an option, with it, behind `=` or as the next word. */
function patternAt(word: string, next: string, options: readonly string[]): string[] {
  if (options.includes(word)) return [next];
  if (options.includes(nameOf(word))) return [word.slice(word.indexOf("=") + 1)];
  // One letter, and the pattern right behind it: `pytest -kadds`.
  const short = options.includes("-k") && /^-k\w/.test(word);
  return short ? [word.slice(2)] : [];
}

function nameOf(word: string): string {
  return word.split("=", 1)[0] ?? word;
}

/** Words as a shell would see them, as far as quotes go. */
export function wordsOf(command: string): string[] {
  const words = command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}
