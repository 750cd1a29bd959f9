import type { SyntaxNode } from "../../../source/syntax-node.ts";
import type { Reader } from "./reader.ts";
import { numberOf, type Value } from "./value.ts";

/** What a function gives back on its way; `open` where a condition is not known, null where it goes on. */
type Way = { node: SyntaxNode } | "open" | null;

const CHILDREN_MAX = 40;
const HOLDERS =
  /^(?:block|statement_list|expression_statement|statement_block|switch_rule|else_clause|constructor_body)$/;
const STATEMENTS = /_(?:statement|declaration|item)$|^(?:comment|break|continue)/;

/** The expression that a body with branches gives back where all its conditions are known. */
export function givenOnItsWay(body: SyntaxNode, reader: Reader, depth: number): SyntaxNode | null {
  const way = through(body, { reader, depth });
  return way === null || way === "open" ? null : way.node;
}

type Going = { reader: Reader; depth: number };

function through(node: SyntaxNode, going: Going): Way {
  const kind = node.kind();
  if (HOLDERS.test(kind)) return throughAll(node.namedChildren(), node, going);
  if (kind === going.reader.grammar.returns) return givenBy(node.namedChildren()[0], going);
  if (kind.startsWith("if_")) return throughIf(node, going);
  if (/^(?:expression_switch_statement|switch_expression|switch_statement)$/.test(kind)) {
    return throughCases(node, going);
  }
  if (kind === "match_expression") return throughArms(node, going);
  return /\breturn\b/.test(going.reader.textOf(node)) && /^for|^while|^loop/.test(kind)
    ? "open"
    : null;
}

function givenBy(node: SyntaxNode | undefined, going: Going): Way {
  const first = node?.kind() === "expression_list" ? node.namedChildren()[0] : node;
  if (!first) return "open";
  return /^(?:match_expression|switch_expression|if_expression)$/.test(first.kind())
    ? through(first, going)
    : { node: first };
}

function throughAll(children: readonly SyntaxNode[], holder: SyntaxNode, going: Going): Way {
  for (const [at, child] of children.slice(0, CHILDREN_MAX).entries()) {
    const way = through(child, going);
    if (way !== null) return way;
    const isLast = at === children.length - 1;
    const isRust = going.reader.language === "rust";
    // In Rust the last thing that is no statement is what a block comes to.
    const isGiven = isRust ? holder.kind() === "block" : holder.kind() === "switch_rule";
    if (isLast && isGiven && !STATEMENTS.test(child.kind())) return { node: child };
    if (isLast && holder.kind() === "switch_rule") return givenBy(child.namedChildren()[0], going);
  }
  return null;
}

function throughIf(node: SyntaxNode, going: Going): Way {
  const condition = node.field("condition");
  const holds = condition ? known(condition, going) : null;
  if (holds === null) return "open";
  const branch = holds !== 0 ? node.field("consequence") : node.field("alternative");
  if (!branch) return null;
  return branch.kind() === "else_clause"
    ? throughAll(branch.namedChildren(), branch, going)
    : through(branch, going);
}

function known(node: SyntaxNode, { reader, depth }: Going): number | null {
  const inner = node.kind() === "parenthesized_expression" ? node.namedChildren()[0] : node;
  return inner ? numberOf(reader.evaluate(inner, depth + 1)) : null;
}

function throughCases(node: SyntaxNode, going: Going): Way {
  const given = node.field("value") ?? node.field("condition");
  const value = given ? valueOf(given, going) : null;
  if (given && value === null) return "open";
  const cases = (node.field("body") ?? node).namedChildren();
  for (const each of cases) {
    const kind = each.kind();
    if (!/case|switch_rule|switch_block_statement_group/.test(kind)) continue;
    const [label, ...rest] = each.namedChildren();
    const isDefault =
      kind === "default_case" ||
      (label?.kind() === "switch_label" && label.namedChildren().length === 0);
    if (isDefault)
      return throughAll(kind === "default_case" ? each.namedChildren() : rest, each, going);
    const tests = label ? label.namedChildren().map((test) => valueOf(test, going)) : [];
    if (tests.some((test) => test === null)) return "open";
    const isMet = tests.some((test) => (given ? test === value : numberOf(test) !== 0));
    if (isMet) return throughAll(rest, each, going);
  }
  return null;
}

function valueOf(node: SyntaxNode, { reader, depth }: Going): Value | null {
  return reader.evaluate(node, depth + 1);
}

function throughArms(node: SyntaxNode, going: Going): Way {
  const given = node.field("value");
  const value = given ? numberOf(valueOf(given, going)) : null;
  if (value === null) return "open";
  for (const arm of node.field("body")?.namedChildren() ?? []) {
    const pattern = arm.field("pattern");
    const result = arm.field("value");
    if (!pattern || !result) continue;
    const isMet = meets(pattern, value, going);
    if (isMet === null) return "open";
    // `other => other`
    if (isMet && given && going.reader.textOf(pattern) === going.reader.textOf(result)) {
      return { node: given };
    }
    if (isMet)
      return /block|match|if_/.test(result.kind()) ? through(result, going) : { node: result };
  }
  return null;
}

/** Whether a number is what a pattern says; null where that is not known. */
function meets(pattern: SyntaxNode, value: number, going: Going): boolean | null {
  const kind = pattern.kind();
  const written = going.reader.textOf(pattern);
  if (kind === "match_pattern" || kind === "or_pattern") {
    if (written === "_") return true;
    if (/\sif\s/.test(written)) return null;
    const parts = new Set(pattern.namedChildren().map((part) => meets(part, value, going)));
    return parts.has(true) ? true : parts.has(null) ? null : false;
  }
  if (kind === "range_pattern") {
    const [from, to] = pattern.namedChildren().map((end) => numberOf(valueOf(end, going)));
    if (typeof from !== "number" || typeof to !== "number") return null;
    return value >= from && (written.includes("=") ? value <= to : value < to);
  }
  // A name takes whatever there is.
  if (kind === "identifier" || written === "_") return true;
  const said = numberOf(valueOf(pattern, going));
  return said === null ? null : said === value;
}
