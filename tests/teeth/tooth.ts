/** One rule, how to take it away, and the tests that must notice. */
export type Tooth = {
  /** The rule in words, and the invariant or row it belongs to. */
  rule: string;
  file: string;
  /** Text that stands exactly once in the file. */
  find: string;
  replace: string;
  /** Test files of which at least one must go red. */
  tests: readonly string[];
};
