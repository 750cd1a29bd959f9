import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { anyOf, isTold, localName } from "./alternatives.ts";
import { entryAt } from "./fields.ts";
import { shapeOf } from "./functions.ts";
import { givenBack } from "./given-back.ts";
import { macroArguments } from "./macros.ts";
import type { Reader } from "./reader.ts";
import { calledAtFirst, putUnder } from "./renamed.ts";
import { powerfulOf } from "./telling.ts";

const OF_GLOBAL = /^(?:globalThis|window|global|builtins|__builtins__)\.(?=\w)/;
const KINDS_OF_GLOBAL = /^(?:globalThis|window|global|builtins|__builtins__)(?:\.__dict__)?$/;

/** What a node is called, whatever the file calls it. */
export function nameOf(node: SyntaxNode, reader: Reader, depth: number): string {
  const { grammar, textOf, fold } = reader;
  const kind = node.kind();
  if (grammar.names.includes(kind)) {
    const written = textOf(node);
    const name = reader.resolved(written, depth + 1);
    return name === written ? (localName(node, name, reader, depth) ?? name) : name;
  }
  const member = grammar.members[kind];
  if (member) {
    const object = node.field(member[0]);
    const property = node.field(member[1]);
    const name = property ? textOf(property) : "?";
    const entry = object ? heldIn(object, name, reader, depth) : null;
    if (entry) return reader.nameOf(entry, depth + 1);
    // What a class is given at its beginning is called through it, or through one of it.
    const own =
      object && hasClasses(reader) && reader.values.has(name) && OF_CLASS.test(textOf(object))
        ? reader.values.get(name).at(-1)
        : undefined;
    const known = own ? reader.nameOf(own, depth + 1) : "?";
    if (isTold(known)) return known;
    return object ? joined(reader.nameOf(object, depth + 1), name) : name;
  }
  const subscript = grammar.subscripts[kind];
  if (subscript) {
    const object = node.field(subscript[0]) ?? node.namedChildren()[0];
    const index = node.field(subscript[1]) ?? node.namedChildren()[1];
    if (!object || !index) return "?";
    const key = fold(index, depth + 1) ?? textOf(index);
    const element = entryAt(object, key, reader, depth);
    if (element) return reader.nameOf(element, depth + 1);
    const said = fold(index, depth + 1);
    return (
      anyOf(said, object, reader, depth) ?? joined(reader.nameOf(object, depth + 1), said ?? "?")
    );
  }
  if (grammar.wrappers.includes(kind) || grammar.casts.includes(kind)) {
    const inner = node.namedChildren().at(grammar.casts.includes(kind) ? 0 : -1);
    return inner ? reader.nameOf(inner, depth + 1) : "?";
  }
  if (/^generic_(?:function|type)$/.test(kind)) {
    const [inner] = node.namedChildren();
    return inner ? reader.nameOf(inner, depth + 1) : "?";
  }
  if (TYPES.test(kind)) return reader.resolved(textOf(node), depth + 1);
  if (kind === "method_reference")
    return textOf(node)
      .replaceAll(/\s*::\s*/g, ".")
      .replace(/\.new$/, "");
  if (kind === "class_literal") return textOf(node).replace(/\.class$/, ".class");
  if (ALTERNATIVES.test(kind)) return alternative(node, reader, depth);
  if (grammar.binary.includes(kind)) {
    const [left, right] = [node.field("left"), node.field("right")];
    const name = left ? reader.nameOf(left, depth + 1) : "?";
    return /^\?$|^""/.test(name) && right ? reader.nameOf(right, depth + 1) : name;
  }
  if (grammar.maps.includes(kind)) return copied(node, reader, depth);
  if (grammar.strings.includes(kind)) return '""';
  if (kind === "import" || kind === "regex") return kind;
  if (grammar.lists.includes(kind)) return "[]";
  if (/func|lambda|closure/.test(kind)) return handsOn(node, reader, depth) ?? "function()";
  return grammar.calls[kind] ? givenBack(node, reader, depth) : "?";
}

/** Names of types, also with what they belong to: `exec.Cmd`, `java.io.File`. */
const TYPES = /^(?:qualified_type|scoped_type_identifier|type_identifier)$/;
/** Languages whose classes hold functions by name: others declare them. */
const hasClasses = ({ language }: Reader) => language === "python" || language === "ruby";
const OF_CLASS = /^(?:self|cls|type\(self\)|self\.__class__|self\.class|[A-Z]\w*)$/;

/** A part of something that the file itself holds; a module's parts are called by their names. */
function heldIn(
  object: SyntaxNode,
  name: string,
  reader: Reader,
  depth: number,
): SyntaxNode | null {
  const { grammar, textOf, values } = reader;
  const isName = grammar.names.includes(object.kind());
  return isName && !values.has(textOf(object)) ? null : entryAt(object, name, reader, depth);
}

const ALTERNATIVES = /^(?:ternary_expression|conditional_expression|conditional)$/;

/** Of alternatives the first that has a name. */
function alternative(node: SyntaxNode, reader: Reader, depth: number): string {
  const condition = node.field("condition")?.id();
  const names = node
    .namedChildren()
    .filter((child) => child.id() !== condition)
    .map((child) => reader.nameOf(child, depth + 1));
  return powerfulOf(names);
}

/** A function that does nothing but hand what it is given to another is that one. */
function handsOn(node: SyntaxNode, reader: Reader, depth: number): string | null {
  if (reader.textOf(node).length > HANDED_CHARS_MAX) return null;
  const shape = shapeOf(node, reader);
  const body = shape?.body;
  if (!shape || !body || !reader.grammar.calls[body.kind()]) return null;
  const given = argumentsOf(body).map((each) => reader.textOf(each).replace(/\.\.\.$/, ""));
  const isSame = given.length > 0 && given.every((each, at) => each === shape.names[at]);
  return isSame ? calleeOf(body, reader, depth + 1) : null;
}

const HANDED_CHARS_MAX = 200;

/** `{ ...module }` is called like the module. */
function copied(node: SyntaxNode, reader: Reader, depth: number): string {
  const [first] = node.namedChildren();
  const inner = first && /spread|splat/.test(first.kind()) ? first.namedChildren()[0] : null;
  return inner ? reader.nameOf(inner, depth + 1) : "{}";
}

/** What is called by a call, without what is done with it. */
export function calleeOf(node: SyntaxNode, reader: Reader, depth = 0): string {
  const shape = reader.grammar.calls[node.kind()];
  if (!shape) return "?";
  if ("whole" in shape) {
    const whole = node.field(shape.whole);
    return whole ? reader.nameOf(whole, depth + 1) : "?";
  }
  const [receiver, name] = [node.field(shape.receiver), node.field(shape.name)];
  const said = name ? reader.textOf(name) : "call";
  if (receiver && /^(?:get|fetch|dig)$/.test(said))
    return joined(reader.nameOf(receiver, depth + 1), said);
  if (!receiver) return reader.resolved(said, depth + 1);
  return joined(reader.nameOf(receiver, depth + 1), calledAtFirst(said, reader));
}

/** The arguments of a call; a part of the tree that is none of the language's own forms has none. */
export function argumentsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const given =
    node.field("arguments") ??
    node.field("body") ??
    node.namedChildren().find((child) => child.kind() === "token_tree");
  if (!given) return [];
  const kind = given.kind();
  if (kind === "token_tree") return macroArguments(given);
  // What a tag is given is the whole text; a generator of Python that is all that is given stands
  // without brackets of its own.
  if (kind === "template_string" || kind === "generator_expression") return [given];
  return given.namedChildren().filter((child) => child.kind() !== "comment");
}

export function joined(object: string, property: string): string {
  if (property === "__dict__") return object;
  if (KINDS_OF_GLOBAL.test(object)) return property === "?" ? "globalThis.?" : property;
  if (object === "sys.modules") return property;
  return `${object}.${property}`;
}

const STAR_NAMES = /^(?:system|popen|exec[lv]\w*|run|Popen|call|check_\w+|loads?|unsafe_load)$/;

/** What a dotted text is called. */
export function resolved(dotted: string, reader: Reader, depth: number): string {
  const plain = dotted.replaceAll(/\s+|[?!]/g, "").replaceAll("::", ".");
  const dot = plain.indexOf(".");
  const head = dot === -1 ? plain : plain.slice(0, dot);
  const rest = dot === -1 ? "" : plain.slice(dot);
  if (KINDS_OF_GLOBAL.test(head) && rest !== "") return reader.resolved(rest.slice(1), depth + 1);
  const { imports, values } = reader;
  const known = imports.names.get(head);
  const put = known === undefined ? undefined : putUnder(`${head}${rest}`, reader, depth);
  if (put !== undefined) return put;
  if (known !== undefined) {
    const whole = `${known}${rest}`;
    // What it is brought in from may be called otherwise itself: `use pickle as codec; use codec::load`.
    const from = known.slice(0, known.search(/\.|$/));
    const named = from === head || from === known ? undefined : imports.names.get(from);
    if (named !== undefined && named !== from) return reader.resolved(whole, depth + 1);
    const owner = OF_GLOBAL.exec(whole)?.[0] ?? "";
    return whole.slice(owner.length);
  }
  const part = reader.parts.get(head);
  const whole = part?.node.field(part.value);
  if (part && whole) {
    return `${joined(reader.nameOf(whole, depth + 1), part.property).replace(/\.default$/, "")}${rest}`;
  }
  if (imports.own.has(head)) return `own.${plain}`;
  const [second = ""] = rest.slice(1).split(".");
  const keyed =
    second === ""
      ? undefined
      : (values.get(`${head}.${second}`).at(-1) ??
        // What a class is given at its beginning is called through it, or its own.
        (hasClasses(reader) && /^(?:self|cls|[A-Z]\w*)$/.test(head)
          ? values.get(second).at(-1)
          : undefined));
  if (keyed) {
    const name = reader.nameOf(keyed, depth + 1);
    const more = rest.slice(1 + second.length);
    if (name !== "?" && !name.startsWith(`${head}.${second}`)) return `${name}${more}`;
  }
  const value = values.get(head).at(-1);
  if (value) {
    const entry = second === "" ? null : entryAt(value, second, reader, depth);
    if (entry) return `${reader.nameOf(entry, depth + 1)}${rest.slice(1 + second.length)}`;
    const name = reader.nameOf(value, depth + 1);
    if (name !== "?" && name !== head) return `${name}${rest}`;
  }
  const [star] = imports.stars;
  const isTheirs = reader.language === "go" ? /^[A-Z]/ : STAR_NAMES;
  return star !== undefined && isTheirs.test(head) ? `${star}.${plain}` : plain;
}
