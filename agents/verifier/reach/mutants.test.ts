import { expect, test } from "vitest";
import { faultsIn as faultsOfText, grownTree, sourceTree } from "../../source/source-tree.ts";
import type { ChangedSource } from "./changed-lines.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

const source = (path: string, text: string, lines?: number[]): ChangedSource => {
  const language = path.endsWith(".py") ? "python" : "javascript";
  const tree = language === "python" ? grownTree(language, path, text) : sourceTree(path, text);
  const all = text.split("\n").map((_, at) => at + 1);
  return { path, text, tree, language, lines: lines ?? all };
};
const every = () => true;
const linesOf = (mutants: readonly Mutant[]) =>
  mutants.map(({ line }) => line).toSorted((a, b) => a - b);
const told = (path: string, text: string, max = 20) =>
  mutantsOf([source(path, text)], max, every).map(({ line, what }) => `${line} ${what}`);

const SCRIPT = `export function fee(amount: number, free: boolean) {
  if (free) return 0;
  if (amount < 100 && amount >= 0) {
    console.log("small");
    note(amount);
    return "none";
  }
  const name = "a" + amount;
  return amount + 2;
}
`;

test("conditions, comparisons, signs, constants and calls get their classic faults", () => {
  expect(told("fee.ts", SCRIPT).toSorted()).toEqual([
    "2 `(free)` to `(!(free))`",
    "2 `0` to `(0 + 1)`",
    "3 `&&` to `||`",
    "3 `<` to `<=`",
    "3 `>=` to `>`",
    "5 without `note(amount);`",
    '6 `"none"` to `""`',
    "9 `+` to `-`",
  ]);
});

test("Python gets them too", () => {
  const text = `def fee(amount, free):
    if free:
        return True
    if not amount < 100 and amount != 3:
        note(amount)
        print(amount)
    return amount * 2
`;
  expect(told("fee.py", text).toSorted()).toEqual([
    "2 `free` to `not (free)`",
    "3 `True` to `False`",
    "4 `!=` to `==`",
    "4 `<` to `<=`",
    "4 `and` to `or`",
    "4 `not amount < 100 and amount != 3` to `not (not amount < 100 and amount != 3)`",
    "5 without `note(amount)`",
    "7 `*` to `/`",
  ]);
});

test("every mutant differs from its file and parses", () => {
  const mutants = mutantsOf([source("fee.ts", SCRIPT)], 20, every);
  for (const { text, path } of mutants) {
    expect(text).not.toBe(SCRIPT);
    expect(faultsOfText(path, text)).toEqual([]);
  }
});

test("only lines that changed and are wanted have mutants", () => {
  const changed = source("fee.ts", SCRIPT, [3, 9]);
  expect(linesOf(mutantsOf([changed], 20, every))).toEqual([3, 3, 3, 9]);
  expect(mutantsOf([changed], 20, (_, line) => line === 9)).toHaveLength(1);
});

test("every line has one mutant before any has two, and no more than asked are made", () => {
  const mutants = mutantsOf([source("fee.ts", SCRIPT)], 5, every);
  expect(linesOf(mutants)).toEqual([2, 3, 5, 6, 9]);
  expect(told("fee.ts", SCRIPT, 0)).toEqual([]);
});
