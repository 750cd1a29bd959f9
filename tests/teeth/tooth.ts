/** One rule, how to take it away, and the tests that must notice. */
export type Tooth = {
  /** The rule in words, after the invariant or row it belongs to. */
  rule: string;
  file: string;
  /** Text that stands exactly once in the file. */
  find: string;
  replace: string;
  /** Test files of which at least one must go red. */
  tests: readonly string[];
};

/** Teeth of one source file whose rules the same tests hold. */
export function inFile(file: string, ...tests: readonly string[]) {
  return (rule: string, find: string, replace: string): Tooth => {
    return { rule, file, find, replace, tests };
  };
}
