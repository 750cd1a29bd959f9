import type { Rule } from "@ast-grep/napi";
import type { SyntaxNode } from "../../../source/syntax-node.ts";
import type { SourceTree } from "../../../source/source-tree.ts";
import type { Grammar } from "./grammar.ts";

/** A node that the one walk through a tree came by; asking the tree twice would cost as much again. */
export type Met = {
  node: SyntaxNode;
  kind: string;
  /** What is called, where that is one node, and how it is written: `axios.get`. */
  callee: SyntaxNode | null;
  written: string;
};

/** All nodes that a rule asks for, in the order of the file. */
export function metIn(tree: SourceTree, rule: Rule, { calls }: Grammar): Met[] {
  return tree.root.findAll({ rule }).map((node) => {
    const kind = node.kind();
    const shape = calls[kind];
    const callee = shape && "whole" in shape ? node.field(shape.whole) : null;
    return { node, kind, callee, written: callee ? tree.textOf(callee) : "" };
  });
}
