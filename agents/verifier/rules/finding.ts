/** A place where a rule of the constitution is broken. */
export type Finding = {
  rule: string;
  /** From 1. */
  line: number;
  /** The whole construct, by which it is known again at another commit. */
  text: string;
  /** Held against tests too; the other rules leave tests alone. */
  severe: boolean;
};

/** What the rules need to know besides the text. */
export type Surroundings = {
  path: string;
  /** Hosts that the task, the repository or the director name. */
  hosts: ReadonlySet<string>;
  /** Texts of the breaks that are looked for; all, where there are none. */
  sought?: readonly string[] | undefined;
};
