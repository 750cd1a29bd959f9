import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { bufferOf } from "./bytes.ts";
import { givenElsewhere } from "./objects-sites.ts";
import { membersOf } from "./classes.ts";
import { fieldsOf } from "./fields.ts";
import { applied, shapeOf } from "./functions.ts";
import { gatheredUpTo, joinedUpTo } from "./growth.ts";
import { heredocOf } from "./heredocs.ts";
import { HOLE, literalText } from "./literal.ts";
import { madeBy } from "../made/made.ts";
import { calledSo } from "../made/walks.ts";
import { combined } from "./operators.ts";
import { entryValue, ownMember } from "./own-members.ts";
import { partOf } from "./parts-of.ts";
import type { Reader } from "./reader.ts";
import { usesTricks } from "../texts/tricks.ts";
import { localOf, localValue, mayBeHeld } from "./scopes.ts";
import { tellingOf } from "./telling.ts";
import { lastByte } from "./whole-numbers.ts";
import {
  elementsOf,
  isFields,
  lettersOf,
  LIST_MAX,
  numberOf,
  numberWritten,
  type Fields,
  type Value,
  walkedOf,
} from "./value.ts";

const NUMBERS = /^(?:number|integer|float|\w*int\w*_literal|\w*integer_literal)$/;
const LETTERS = /^(?:char_literal|rune_literal|character_literal|character)$/;
const ALTERNATIVES =
  /^(?:ternary_expression|conditional_expression|conditional|if_expression|if|unless|case|case_match|begin|match_statement)$/;
const COMPREHENSIONS = /^(?:list_comprehension|generator_expression|set_comprehension)$/;

/**
 * What an expression comes to, as far as it can be told without running it: literals, constants,
 * lists and maps, what is joined, cut, reversed, decoded or made of letters' numbers, and what
 * the file's own functions make of it. Parts of a text that are not known are holes.
 */
export function evaluated(node: SyntaxNode, reader: Reader, depth: number): Value | null {
  const { grammar, textOf } = reader;
  const kind = node.kind();
  const evaluate = (inner: SyntaxNode | null | undefined) =>
    inner ? reader.evaluate(inner, depth + 1) : null;
  if (grammar.strings.includes(kind)) return stringOf(node, reader, depth);
  if (grammar.names.includes(kind)) return ofName(node, reader, depth);
  if (grammar.maps.includes(kind)) return fieldsOf(node, reader, depth);
  if (grammar.wrappers.includes(kind)) {
    return asLetter(node, evaluate(node.namedChildren().at(-1)), reader);
  }
  if (grammar.casts.includes(kind)) {
    return asLetter(node, evaluate(node.namedChildren()[0]), reader);
  }
  if (grammar.binary.includes(kind)) return combined(node, reader, depth);
  if (grammar.lists.includes(kind)) return listOf(node, reader, depth);
  if (NUMBERS.test(kind)) return numberWritten(textOf(node));
  if (LETTERS.test(kind)) return literalText(textOf(node).replace(/^b'/, "'"));
  if (kind.startsWith("unary")) return ofUnary(node, reader, depth);
  const assigned = grammar.assigned[kind];
  if (assigned) return evaluate(node.field(assigned[1]));
  if (ALTERNATIVES.test(kind)) return oneOf(node, reader, depth);
  if (COMPREHENSIONS.test(kind)) return comprehended(node, reader, depth);
  if (kind === "range_expression") return numbersIn(node, reader, depth);
  if (kind === "heredoc_beginning") return heredocOf(node, reader, depth);
  if (kind === "block_argument") return evaluate(node.namedChildren()[0]);
  const subscript = grammar.subscripts[kind];
  if (subscript) return partOf(node, subscript, reader, depth);
  if (grammar.members[kind]) return memberOf(node, reader, depth);
  return grammar.calls[kind] ? madeBy(node, reader, depth) : null;
}

/** What a name was given; what is brought in under it; in Ruby also what a method gives back. */
function ofName(node: SyntaxNode, reader: Reader, depth: number): Value | null {
  const name = reader.textOf(node);
  const known = reader.named(name, depth + 1);
  if (known !== null || reader.bound.has(name)) return known;
  const local = mayBeHeld(name, reader) ? localOf(node, name, reader) : null;
  if (local) return localValue(local, reader, depth);
  if (reader.values.has(name)) return null;
  const members = membersOf(node, name, reader);
  if (members) return members;
  const other = PARAMETERS_ASKED.test(reader.language)
    ? elsewhere(node, name, reader, depth)
    : null;
  if (other !== null) return other;
  const brought = reader.imports.names.get(name);
  if (brought !== undefined) return SEPARATORS.test(brought) ? "/" : null;
  return reader.language === "ruby" ? givenBackBy(name, reader, depth) : null;
}

const PARAMETERS_ASKED = /^(?:go|java|rust)$/;

/** What a field, or a parameter, is given elsewhere in a file that hides something. */
function elsewhere(node: SyntaxNode, name: string, reader: Reader, depth: number): Value | null {
  if (reader.bound.size > 0 || !usesTricks(reader.text())) return null;
  const field = reader.language === "java" ? reader.named(`this.${name}`, depth + 1) : null;
  return field ?? givenElsewhere(node, name, reader, depth);
}

/** What a getter, or a method that is asked nothing, gives back. */
function givenBackBy(name: string, reader: Reader, depth: number): Value | null {
  const own = reader.functionOf(name);
  const shape = own ? shapeOf(own, reader) : null;
  return shape ? applied(shape, [], reader, depth + 1) : null;
}

/** `-47`, and what is only pointed at: `&text`, `*letter`. */
function ofUnary(node: SyntaxNode, reader: Reader, depth: number): Value | null {
  const written = reader.textOf(node);
  const [inner] = node.namedChildren();
  if (/^[&*]/.test(written)) return inner ? reader.evaluate(inner, depth + 1) : null;
  // `+"text"` of Ruby may be changed.
  if (/^\+["'%]/.test(written)) return inner ? reader.evaluate(inner, depth + 1) : null;
  const number = numberWritten(written.replaceAll(/\s/g, ""));
  if (number !== null || !inner || !/^[-~^]/.test(written)) return number;
  const known = reader.evaluate(inner, depth + 1);
  if (typeof known === "bigint") return written.startsWith("-") ? -known : ~known;
  if (typeof known !== "number") return null;
  return written.startsWith("-") ? -known : ~known;
}

/** `(char) 47`, `b as char`, `(byte) n`, `n as u8` */
function asLetter(node: SyntaxNode, value: Value | null, { textOf }: Reader): Value | null {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  if (!isNumber || !node.kind().endsWith("_expression")) return value;
  if (/^\(\s*byte\s*\)|\bas\s+u8$/.test(textOf(node))) return lastByte(value);
  if (typeof value !== "number") return value;
  return /^\(\s*char\s*\)|\bas\s+char$/.test(textOf(node)) ? lettersOf(value) : value;
}

function listOf(node: SyntaxNode, reader: Reader, depth: number): Value | null {
  const children = node.namedChildren().slice(0, LIST_MAX);
  if (children.some((child) => child.kind() === "keyed_element")) {
    return fieldsOf(node, reader, depth);
  }
  const parts = children
    .values()
    .filter((child) => child.kind() !== "comment")
    .map((child): readonly (Value | null)[] => {
      const value = reader.evaluate(child, depth + 1);
      const isSpread = /spread|splat/.test(child.kind());
      return (isSpread ? elementsOf(value) : null) ?? [value];
    });
  return gatheredUpTo(parts);
}

function stringOf(node: SyntaxNode, reader: Reader, depth: number): string {
  const { grammar, textOf } = reader;
  const kind = node.kind();
  if (/concatenated|chained/.test(kind)) {
    const parts = node.namedChildren();
    return joinedUpTo(parts.values().map((part) => reader.fold(part, depth + 1) ?? HOLE));
  }
  const written = textOf(node);
  if (kind === "bare_string" || kind === "bare_symbol") return written;
  // Holes of any language begin so: most texts have none, and nothing else is asked about them.
  if (!/[{#]/.test(written)) return literalText(written);
  const parts = node.namedChildren();
  const holes = parts.filter((part) => grammar.holes.includes(part.kind()));
  if (holes.length === 0) return literalText(written);
  const from = node.range().start.index;
  let at = 0;
  const pieces: string[] = [];
  for (const hole of holes) {
    const { start, end } = hole.range();
    const inner = hole.namedChildren()[0];
    const known = inner ? lettersOrNumber(reader.evaluate(inner, depth + 1)) : HOLE;
    pieces.push(written.slice(at, start.index - from), known);
    at = end.index - from;
  }
  return literalText(joinedUpTo([...pieces, written.slice(at)]));
}

function lettersOrNumber(value: Value | null): string {
  return typeof value === "number" ? `${value}` : (lettersOf(value) ?? HOLE);
}

/** Of alternatives the one that tells, or the first that is known: either may be what runs. */
function oneOf(node: SyntaxNode, reader: Reader, depth: number): Value | null {
  return tellingOf(leavesOf(node).map((leaf) => reader.evaluate(leaf, depth + 1)));
}

const LEAVES_MAX = 12;
const BRANCHES = /block|clause|^(?:then|else|elsif|when|in|body_statement)$/;
const NO_LEAVES = /^(?:pattern|comment)$/;

/** The last things in each branch. */
function leavesOf(node: SyntaxNode): SyntaxNode[] {
  const condition = (node.field("condition") ?? node.field("value"))?.id();
  return node
    .namedChildren()
    .filter((child) => child.id() !== condition && !NO_LEAVES.test(child.kind()))
    .slice(0, LEAVES_MAX)
    .flatMap((child) => {
      let last = child;
      while (BRANCHES.test(last.kind())) {
        const inner = last.namedChildren().at(-1);
        if (!inner) break;
        last = inner;
      }
      return /^(?:elsif|if|case|unless)$/.test(last.kind()) ? leavesOf(last) : [last];
    });
}

/** `[chr(c ^ 3) for c in data]` */
function comprehended(node: SyntaxNode, reader: Reader, depth: number): Value | null {
  const [body, clause] = node.namedChildren();
  const [left, right] = [clause?.field("left"), clause?.field("right")];
  if (!body || !left || !right) return null;
  const list = reader.evaluate(right, depth + 1);
  const isClass = isFields(list) && membersOf(right, reader.textOf(right), reader) !== null;
  const elements = isClass
    ? [...list.entries.values()].map((entry) => reader.evaluate(entry, depth + 1))
    : walkedOf(list);
  const names = reader.textOf(left).split(",");
  return elements?.map((element) => applied({ names, body }, [element], reader, depth + 1)) ?? null;
}

/** `0..4` */
function numbersIn(node: SyntaxNode, reader: Reader, depth: number): Value | null {
  const [first, last] = node.namedChildren().map((each) => reader.evaluate(each, depth + 1));
  if (typeof first !== "number" || typeof last !== "number") return null;
  const count = last - first + (reader.textOf(node).includes("..=") ? 1 : 0);
  return Array.from({ length: Math.max(0, Math.min(count, NUMBERS_MAX)) }, (_, at) => first + at);
}

const NUMBERS_MAX = 500;

const SEPARATORS =
  /(?:^|\.)(?:sep|Separator|PathSeparator|SEPARATOR|Separator|separator|separatorChar|MAIN_SEPARATOR(?:_STR)?)$/;
const ALPHABETS: ReadonlyMap<string, string> = new Map([
  ["string.ascii_lowercase", "abcdefghijklmnopqrstuvwxyz"],
  ["string.ascii_uppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
  ["string.ascii_letters", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"],
  ["string.digits", "0123456789"],
]);
const OF_ITSELF = /^(?:this|self|cls|Self|@|[A-Z]\w*)\b/;

/** A field of a struct that stands in another under no name but its own. */
function embedded(held: Fields, name: string, reader: Reader, depth: number): SyntaxNode | null {
  if (reader.language !== "go") return null;
  for (const part of held.entries.values()) {
    const inner = reader.evaluate(part, depth + 1);
    const entry = isFields(inner) ? inner.entries.get(name) : undefined;
    if (entry) return entry;
  }
  return null;
}

/** `words.run`, `this.host`, `path.sep` */
function memberOf(node: SyntaxNode, reader: Reader, depth: number): Value | null {
  const written = reader.textOf(node);
  const plain = written.replaceAll(/\?\.|::/g, ".");
  const whole = reader.named(plain, depth + 1);
  if (whole !== null) return whole;
  const [objectField = "", propertyField = ""] = reader.grammar.members[node.kind()] ?? [];
  const [object, property] = [node.field(objectField), node.field(propertyField)];
  if (!object || !property) return null;
  const name = reader.textOf(property);
  const held = /^(?:this|self|cls)$/.test(reader.textOf(object))
    ? null
    : reader.evaluate(object, depth + 1);
  if (isFields(held)) {
    const entry = held.entries.get(name) ?? embedded(held, name, reader, depth);
    return entry ? entryValue(entry, reader, depth) : null;
  }
  if (reader.language === "javascript") {
    if (name === "href" && typeof held === "string") return held;
    if (name === "buffer") return bufferOf(held, object, reader, depth);
    if (name === "length") return elementsOf(held)?.length ?? null;
    const said = /^(?:source|name|description)$/.test(name)
      ? calledSo(object, name, { reader })
      : null;
    if (said !== null) return said;
  }
  // A member of an enumeration.
  if (name === "value" && typeof held === "string" && reader.language === "python") return held;
  const at = numberOf(held) === null ? numberWritten(name) : null;
  if (typeof at === "number") return elementsOf(held)?.at(at) ?? null;
  // What a module of Rust calls so: `place::FIRST`.
  if (reader.language === "rust" && /^[A-Z][A-Z\d_]*$/.test(name) && written.includes("::")) {
    const constant = reader.named(name, depth + 1);
    if (constant !== null) return constant;
  }
  if (OF_ITSELF.test(plain)) {
    const own = reader.named(name, depth + 1) ?? givenBackBy(name, reader, depth);
    if (own !== null) return own;
    if (plain.startsWith("this.")) return ownMember(node, name, reader, depth);
  }
  if (SEPARATORS.test(plain)) return "/";
  if (/(?:^|\.)(?:pardir|ParentDir|PARENT_DIR)$/.test(plain)) return "..";
  return ALPHABETS.get(reader.nameOf(node, depth + 1)) ?? null;
}
