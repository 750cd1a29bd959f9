import type { SyntaxNode } from "../../source/syntax-node.ts";
import { Tangled } from "../../source/source-tree.ts";
import type { ChangedSource } from "./changed-lines.ts";

/** A file with one small fault in it. */
export type Mutant = {
  path: string;
  line: number;
  /** The whole file. */
  text: string;
  /** What was done, in words: "`<` to `<=`". */
  what: string;
};

type Fault = { at: SyntaxNode; by: string; what?: string };

/** Mutants thought of before some are chosen. */
const FOUND_MAX = 500;
const WHAT_CHARS_MAX = 80;

/**
 * Classic small faults on changed lines: a condition negated, a comparison or a sign swapped,
 * another constant returned, a call left out. At most one a line before a line has a second.
 * @param isWanted Whether a line should have any.
 */
export function mutantsOf(
  sources: readonly ChangedSource[],
  max: number,
  isWanted: (path: string, line: number) => boolean,
): Mutant[] {
  const rounds = new Map<string, number>();
  const found: { mutant: Mutant; round: number }[] = [];
  for (const source of sources) {
    for (const mutant of faultsIn(source)) {
      if (!isWanted(mutant.path, mutant.line) || found.length >= FOUND_MAX) continue;
      const place = `${mutant.path}:${mutant.line}`;
      const round = rounds.get(place) ?? 0;
      rounds.set(place, round + 1);
      found.push({ mutant, round });
    }
  }
  const chosen = found.toSorted((one, other) => one.round - other.round).slice(0, max);
  return chosen.map(({ mutant }) => mutant);
}

function faultsIn(source: ChangedSource): Mutant[] {
  const { path, text, tree, lines, language } = source;
  if (language === "go") return [];
  const wanted = new Set(lines);
  const mutants: Mutant[] = [];
  try {
    for (const [kind, fault] of FAULTS[language]) {
      for (const node of tree.root.findAll({ rule: { kind } })) {
        for (const { at, by, what } of fault(node, tree.textOf)) {
          const { start, end } = at.range();
          const line = start.line + 1;
          if (!wanted.has(line) || mutants.length >= FOUND_MAX) continue;
          const old = text.slice(start.index, end.index);
          mutants.push({
            path,
            line,
            text: text.slice(0, start.index) + by + text.slice(end.index),
            what: what ?? `${quoted(old)} to ${quoted(by)}`,
          });
        }
      }
    }
  } catch (error) {
    if (!(error instanceof Tangled)) throw error;
  }
  return mutants;
}

function quoted(code: string): string {
  const line = code.replaceAll(/\s+/g, " ").replaceAll("`", "'");
  return `\`${line.slice(0, WHAT_CHARS_MAX)}\``;
}

type Making = (node: SyntaxNode, textOf: (node: SyntaxNode) => string) => Fault[];

const SWAPPED: ReadonlyMap<string, string> = new Map([
  ["<", "<="],
  ["<=", "<"],
  [">", ">="],
  [">=", ">"],
  ["===", "!=="],
  ["!==", "==="],
  ["==", "!="],
  ["!=", "=="],
  ["+", "-"],
  ["-", "+"],
  ["*", "/"],
  ["/", "*"],
  ["&&", "||"],
  ["||", "&&"],
  ["and", "or"],
  ["or", "and"],
]);

/** Texts are joined, not added: the other sign would be another kind of fault. */
function swapped(node: SyntaxNode): Fault[] {
  const parts = node.children();
  if (parts.some((part) => /string/.test(part.kind()))) return [];
  return parts.flatMap((at) => {
    const by = SWAPPED.get(at.kind());
    return by === undefined ? [] : [{ at, by }];
  });
}

/** A condition that is one comparison is swapped there. */
function negated(by: (text: string) => string): Making {
  return (node, textOf) => {
    const condition = node.field("condition");
    if (!condition) return [];
    const inner = condition.namedChildren();
    const [only] = condition.kind() === "parenthesized_expression" ? inner : [];
    if (/binary_expression|comparison_operator/.test((only ?? condition).kind())) return [];
    return [{ at: condition, by: by(textOf(condition)) }];
  };
}

function otherConstant(words: ReadonlyMap<string, string>): Making {
  return (node, textOf) => {
    const value = node.namedChildren()[0];
    if (!value) return [];
    const kind = value.kind();
    const text = textOf(value);
    const word = words.get(kind);
    if (word !== undefined) return [{ at: value, by: word }];
    if (/^(?:number|integer)$/.test(kind)) return [{ at: value, by: `(${text} + 1)` }];
    if (kind !== "string") return [];
    return [{ at: value, by: /^(""|'')$/.test(text) ? '"other"' : '""' }];
  };
}

const TALKS = /^(?:console|logger|log|logging|print|super|debug)\b/;

/** What only tells somebody something may be left out without a test to notice. */
function leftOut(by: string): Making {
  return (node, textOf) => {
    const [call] = node.namedChildren();
    const asked = call?.kind() === "await_expression" ? call.namedChildren()[0] : call;
    if (!asked || !/^call(?:_expression)?$/.test(asked.kind())) return [];
    const text = textOf(node);
    if (TALKS.test(text.replace(/^await\s+/, ""))) return [];
    return [{ at: node, by, what: `without ${quoted(text)}` }];
  };
}

const FAULTS: Readonly<Record<"javascript" | "python", readonly [string, Making][]>> = {
  javascript: [
    ["binary_expression", swapped],
    ["if_statement", negated((text) => `(!${text})`)],
    ["while_statement", negated((text) => `(!${text})`)],
    ["ternary_expression", negated((text) => `!(${text})`)],
    [
      "return_statement",
      otherConstant(
        new Map([
          ["true", "false"],
          ["false", "true"],
          ["null", "0"],
          ["undefined", "null"],
        ]),
      ),
    ],
    ["expression_statement", leftOut(";")],
  ],
  python: [
    ["comparison_operator", swapped],
    ["binary_operator", swapped],
    ["boolean_operator", swapped],
    ["if_statement", negated((text) => `not (${text})`)],
    ["while_statement", negated((text) => `not (${text})`)],
    [
      "return_statement",
      otherConstant(
        new Map([
          ["true", "False"],
          ["false", "True"],
          ["none", "0"],
        ]),
      ),
    ],
    ["expression_statement", leftOut("pass")],
  ],
};
