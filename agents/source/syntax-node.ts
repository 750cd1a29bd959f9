import type { Rule, SgNode } from "@ast-grep/napi";

type Place = { index: number; line: number; column: number };

/** Texts up to this length are kept; longer ones are asked for once or twice. */
const KEPT_CHARS_MAX = 100;

/**
 * A node of a tree. Every question to a node of the parser crosses into native code, which costs a
 * microsecond, and many ask the same ones: here an answer is kept.
 */
export class SyntaxNode {
  readonly #node: SgNode;
  #kind: string | undefined;
  #id: number | undefined;
  #text: string | undefined;
  #range: { start: Place; end: Place } | undefined;
  #parent: SyntaxNode | null | undefined;
  #namedChildren: readonly SyntaxNode[] | undefined;
  #fields: Map<string, SyntaxNode | null> | undefined;

  /** One for all nodes of a tree: what is kept for a tree is kept as long as this. */
  readonly tree: object;

  constructor(node: SgNode, tree: object = {}) {
    this.#node = node;
    this.tree = tree;
  }

  kind(): string {
    return (this.#kind ??= String(this.#node.kind()));
  }

  /** The same for a node however it was come by. */
  id(): number {
    return (this.#id ??= this.#node.id());
  }

  text(): string {
    if (this.#text !== undefined) return this.#text;
    const text = this.#node.text();
    if (text.length <= KEPT_CHARS_MAX) this.#text = text;
    return text;
  }

  range(): { start: Place; end: Place } {
    return (this.#range ??= this.#node.range());
  }

  /** Of the whole tree. */
  root(): SyntaxNode {
    return new SyntaxNode(this.#node.getRoot().root(), this.tree);
  }

  parent(): SyntaxNode | null {
    if (this.#parent === undefined) this.#parent = this.#wrapped(this.#node.parent());
    return this.#parent;
  }

  /** The child that the grammar calls so. */
  field(name: string): SyntaxNode | null {
    const known = this.#fields?.get(name);
    if (known !== undefined) return known;
    const found = this.#wrapped(this.#node.field(name));
    this.#fields ??= new Map();
    this.#fields.set(name, found);
    return found;
  }

  fieldChildren(name: string): SyntaxNode[] {
    return this.#node.fieldChildren(name).map((node) => new SyntaxNode(node, this.tree));
  }

  namedChildren(): readonly SyntaxNode[] {
    this.#namedChildren ??= this.#node
      .namedChildren()
      .map((node) => new SyntaxNode(node, this.tree));
    return this.#namedChildren;
  }

  children(): SyntaxNode[] {
    return this.#node.children().map((node) => new SyntaxNode(node, this.tree));
  }

  find(matcher: { rule: Rule }): SyntaxNode | null {
    return this.#wrapped(this.#node.find(matcher));
  }

  findAll(matcher: { rule: Rule }): SyntaxNode[] {
    return this.#node.findAll(matcher).map((node) => new SyntaxNode(node, this.tree));
  }

  #wrapped(node: SgNode | null): SyntaxNode | null {
    return node ? new SyntaxNode(node, this.tree) : null;
  }
}
