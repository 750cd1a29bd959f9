import type { Rule } from "@ast-grep/napi";
import type { SyntaxNode } from "../../../source/syntax-node.ts";
import type { SourceTree } from "../../../source/source-tree.ts";
import type { Grammar } from "./grammar.ts";

/** A node that the one walk through a tree came by; asking the tree twice would cost as much again. */
export class Met {
  readonly node: SyntaxNode;
  readonly kind: string;
  /** How what is called is written, `axios.get`, where that is one node; else nothing. */
  readonly written: string;
  readonly #field: string | null;

  /** @param field Where what is called stands, if that is one node. */
  constructor(node: SyntaxNode, kind: string, written: string, field: string | null) {
    this.node = node;
    this.kind = kind;
    this.written = written;
    this.#field = field;
  }

  /** What is called, where that is one node. */
  get callee(): SyntaxNode | null {
    return this.#field === null ? null : this.node.field(this.#field);
  }
}

/** A call of names with dots between; what stands before it is not looked at. */
const PLAIN = /(?!(?:async|function|func)\b)[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*(?=\()/y;
const CALLS = /^call(?:_expression)?$/;

/** All nodes that a rule asks for, in the order of the file. */
export function metIn(tree: SourceTree, rule: Rule, { calls }: Grammar): Met[] {
  let callBehind = -1;
  const met = (node: SyntaxNode) => {
    const kind = node.kind();
    const shape = calls[kind];
    if (!shape || !("whole" in shape)) return new Met(node, kind, "", null);
    const from = node.range().start.index;
    // Of calls that begin together, `a(b).c(d)`, the innermost is of the name that stands there.
    const plain = CALLS.test(kind) && from !== callBehind ? plainAt(from, tree.text) : null;
    callBehind = from;
    const callee = plain === null ? node.field(shape.whole) : null;
    const written = plain ?? (callee ? tree.textOf(callee) : "");
    return new Met(node, kind, written, shape.whole);
  };
  // Backwards: what lies within a call comes behind it.
  return tree.root.findAll({ rule }).reverse().map(met).reverse();
}

/** Most calls are of plain names: then nothing has to be asked of the tree. */
function plainAt(from: number, text: string): string | null {
  PLAIN.lastIndex = from;
  return PLAIN.exec(text)?.[0] ?? null;
}
