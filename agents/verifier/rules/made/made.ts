import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { fieldsMade } from "../reading/constructed.ts";
import { functionCalled } from "../reading/closures.ts";
import { dataIn, readsData } from "../reading/data-texts.ts";
import { decodedAs, decoderOf } from "../reading/decoders.ts";
import { applied, shapeOf } from "../reading/functions.ts";
import { gatheredUpTo } from "../reading/growth.ts";
import { HOLE } from "../reading/literal.ts";
import { bytesMade } from "./bytes.ts";
import { moreMade } from "./more.ts";
import { listMade } from "./lists.ts";
import { objectMade } from "./objects.ts";
import { partedMade } from "./parted.ts";
import { pathMade } from "./paths.ts";
import { partMade, recordMade } from "../reading/records.ts";
import { textMade } from "./texts.ts";
import { argumentsOf, calleeOf } from "../reading/called.ts";
import type { Reader } from "../reading/reader.ts";
import { usesTricks } from "../texts/tricks.ts";
import { elementsOf, isFields, isList, lettersOf, reversed, type Value } from "../reading/value.ts";

/** A call whose value is asked for. */
export type Made = {
  node: SyntaxNode;
  /** What is called, by its full name. */
  name: string;
  /** Its last two parts: `PathBuf.from`, wherever that was imported from. */
  short: string;
  /** Its last part. */
  method: string;
  given: readonly SyntaxNode[];
  reader: Reader;
  depth: number;
  receiver: () => Value | null;
  /** What an argument comes to. */
  value: (at: number) => Value | null;
  values: () => (Value | null)[];
};

/** What a call makes of values; null where that is not known. */
export function madeBy(node: SyntaxNode, reader: Reader, depth: number): Value | null {
  const name = calleeOf(node, reader, depth + 1).replace(/!$/, "");
  const bound = partialOf(node, reader);
  const given = bound ? [...argumentsOf(bound).slice(1), ...argumentsOf(node)] : argumentsOf(node);
  const value = (at: number) => {
    const argument = given[at];
    return argument ? reader.evaluate(unnamed(argument), depth + 1) : null;
  };
  const made: Made = {
    node,
    name,
    short: name.slice(name.lastIndexOf("/") + 1).replace(/^.*\.(?=[\w()]+\.[\w()]+$)/, ""),
    method: name.slice(name.lastIndexOf(".") + 1).replace(/[!?]$/, ""),
    given,
    reader,
    depth,
    receiver: () => {
      const [first] = bound ? argumentsOf(bound) : [];
      const member = first ? reader.grammar.members[first.kind()] : undefined;
      const on = member && first ? first.field(member[0]) : receiverOf(node, reader);
      return on ? reader.evaluate(on, depth + 1) : null;
    },
    value,
    values: () =>
      gatheredUpTo(
        given.values().map((argument) => {
          const each = reader.evaluate(unnamed(argument), depth + 1);
          return isList(each) && /spread|splat|variadic/.test(argument.kind()) ? each : [each];
        }),
      ),
  };
  const through = THROUGH.test(name) && given.length > 1 ? calledThrough(made) : null;
  if (through !== null) return through;
  return (
    ownMade(made) ??
    recordMade(made) ??
    bytesMade(made) ??
    decoded(made) ??
    moreMade(made) ??
    pathMade(made) ??
    (reader.language === "javascript" ? objectMade(made) : null) ??
    partedMade(made) ??
    listMade(made) ??
    textMade(made) ??
    partMade(made) ??
    methodMade(made)
  );
}

const THROUGH = /^[\w.]+\.(?:call|apply)$/;

/** `String.fromCharCode.apply(null, codes)` */
function calledThrough(made: Made): Value | null {
  const name = made.name.replace(/\.\w+$/, "");
  const list = made.method === "apply" ? elementsOf(made.value(1)) : made.values().slice(1);
  if (list === null) return null;
  return textMade({
    ...made,
    name,
    short: name.replace(/^.*\.(?=[\w()]+\.[\w()]+$)/, ""),
    method: name.slice(name.lastIndexOf(".") + 1),
    given: list.map(() => made.node),
    value: (at) => list[at] ?? null,
    values: () => [...list],
    receiver: () => null,
  });
}

const PARTIAL = /^(?:functools\.)?partial\(/;

/** What some arguments of a call were given before, by `partial`. */
function partialOf(
  node: SyntaxNode,
  { language, values, textOf, imports }: Reader,
): SyntaxNode | null {
  if (language !== "python") return null;
  if (!imports.names.has("partial") && !imports.names.has("functools")) return null;
  const callee = node.field("function");
  const held = callee?.kind() === "identifier" ? values.get(textOf(callee)).at(-1) : undefined;
  return held?.kind() === "call" && PARTIAL.test(textOf(held).slice(0, 20)) ? held : null;
}

/** `key=value` is the value. */
export function unnamed(argument: SyntaxNode): SyntaxNode {
  if (argument.kind() === "assignment_expression") return argument.field("right") ?? argument;
  return argument.field("name") || argument.field("key")
    ? (argument.field("value") ?? argument)
    : argument;
}

/** What a method is called on. */
export function receiverOf(node: SyntaxNode, { grammar }: Reader): SyntaxNode | null {
  const shape = grammar.calls[node.kind()];
  if (!shape) return null;
  if (!("whole" in shape)) return node.field(shape.receiver);
  const whole = node.field(shape.whole);
  const plain = whole?.kind() === "generic_function" ? whole.namedChildren()[0] : whole;
  const member = plain ? grammar.members[plain.kind()] : undefined;
  return plain && member ? plain.field(member[0]) : null;
}

const TURNS = /rev(?:erse|ert)?|flip|backward|mirror/i;

/** The file's own functions are followed. */
function ownMade({ node, name, method, value, values, reader, depth, given }: Made): Value | null {
  const isOwn =
    /^own\.|^(?:self|this|cls|Self)\.\w+$|^\w+$|^function\(\)(?:\(\))*$|^[A-Z]\w*\.\w+$/.test(name);
  if (!isOwn) return null;
  const shaped = reader.grammar.calls[node.kind()];
  const callee = shaped && "whole" in shaped ? node.field(shaped.whole) : null;
  if (callee && name.startsWith("function()") && !isSimple(callee, reader)) {
    const called = functionCalled(callee, reader, depth);
    const inner = called && shapeOf(called.node, called.reader);
    return inner ? applied(inner, values(), called.reader, depth + 1) : null;
  }
  const simple = callee && /^\w+$/.test(reader.textOf(callee)) ? reader.textOf(callee) : method;
  const own = reader.functionOf(simple) ?? (callee && reader.functionOf(reader.textOf(callee)));
  if (own && /^(?:constructor|record)_/.test(own.kind())) {
    return node.kind() === "object_creation_expression" ? fieldsMade(node, own, reader) : null;
  }
  if (own && /generator/.test(own.kind())) return yielded(own, reader, depth);
  const shape = own ? shapeOf(own, reader) : null;
  if (!shape) return null;
  // A tag of the file's own is taken to say what it is given.
  if (node.field("arguments")?.kind() === "template_string") return value(0);
  const defaults = given.length === 0 ? [] : values();
  const found = applied(shape, defaults, reader, depth + 1);
  return found ?? (TURNS.test(method) ? reversed(value(0)) : null);
}

const YIELDS_MAX = 50;

/** All that a generator gives, one after the other. */
function yielded(own: SyntaxNode, reader: Reader, depth: number): readonly (Value | null)[] {
  return own
    .findAll({ rule: { kind: "yield_expression" } })
    .slice(0, YIELDS_MAX)
    .map((each) => {
      const [inner] = each.namedChildren();
      return inner ? reader.evaluate(inner, depth + 1) : null;
    });
}

function isSimple(callee: SyntaxNode, { grammar }: Reader): boolean {
  return grammar.names.includes(callee.kind());
}

/** A method of the file's own, on whatever it is called. */
function methodMade(made: Made): Value | null {
  const { name, method, given, reader, depth, receiver } = made;
  if (reader.language === "java" && given.length === 0) {
    const on = receiver();
    const entry = isFields(on) ? on.entries.get(method) : undefined;
    if (entry) return reader.evaluate(entry, depth + 1);
  }
  if (given.length === 1 && addsToItself(reader)) return addedTo(made);
  // Where nothing is hidden, or something is given, what a method gives back is not asked for.
  if (given.length > 0 || !(OF_ONE_MADE.test(name) || usesTricks(reader.text()))) return null;
  const own = /^\w+$/.test(method) ? reader.functionOf(method) : null;
  const shape = own ? shapeOf(own, reader) : null;
  return shape ? applied(shape, [], reader, depth + 1) : null;
}

/** `Place().url`: of something that is made where it is asked. */
const OF_ONE_MADE = /^[A-Z]\w*\(\)\.\w+$/;

/** Files with methods that put something behind what they stand for; looked for once a file. */
const adding = new WeakMap<object, boolean>();
function addsToItself(reader: Reader): boolean {
  const known = adding.get(reader.values);
  if (known !== undefined) return known;
  const text = reader.text();
  const found = text.includes("return this") && /this\.[#\w]+(?:\s*\+=|\.push\()/.test(text);
  adding.set(reader.values, found);
  return found;
}

/** `new Address().add("https://").add(host)`: each is put behind what was there. */
function addedTo({ method, reader, receiver, value }: Made): Value | null {
  const own = /^\w+$/.test(method) ? reader.functionOf(method) : null;
  const shape = own ? shapeOf(own, reader) : null;
  if (!shape || reader.textOf(shape.body) !== "this") return null;
  return `${lettersOf(receiver()) ?? ""}${lettersOf(value(0)) ?? HOLE}`;
}
/** What the letters of Ruby's `unpack` stand for. */
const UNPACKED: Readonly<Record<string, string>> = { "": "base64", m: "base64", u: "uu", M: "qp" };

function decoded({ name, method, given, receiver, value }: Made): Value | null {
  const letters = (from: Value | null) => lettersOf(from);
  if (/^Buffer\.from$|^codecs\.(?:decode|encode)$|^String\.new$|^base64$/.test(name)) {
    const way = letters(value(1));
    const text = letters(value(0));
    return text === null ? null : decodedAs(way ?? "", text);
  }
  if (/^unpack1?$/.test(method)) {
    const text = letters(receiver());
    const way = letters(value(0)) ?? "";
    if (text === null || way.startsWith("H")) return null;
    const said = decodedAs(UNPACKED[way.charAt(0)] ?? "", text);
    return way === "" || UNPACKED[way.charAt(0)] !== undefined
      ? method === "unpack1"
        ? said
        : [said]
      : Array.from(text);
  }
  if (method === "pack") {
    const packed = name === "struct.pack" ? null : receiver();
    const way = letters(value(0)) ?? "";
    const text = letters(packed);
    return text !== null && way.startsWith("H") ? decodedAs("hex", text) : text;
  }
  if (readsData(name)) {
    const text = letters(value(0));
    return text === null ? null : dataIn(text);
  }
  const decode = decoderOf(name);
  if (decode) {
    const said = letters(given.length > 0 ? value(0) : receiver());
    return said === null ? null : decode(said);
  }
  if (name === "Buffer.alloc") {
    if (given.length === 1) return "";
    const [text, way] = [letters(value(1)), letters(value(2))];
    return text === null ? null : decodedAs(way ?? "", text);
  }
  if (method === "decode" || method === "toString") {
    const way = letters(value(0));
    const text = way !== null && way !== "" ? letters(receiver()) : null;
    if (text !== null && /^(?:utf16|utf-16|ucs2)/i.test(way ?? "")) {
      return decodedAs(way ?? "", text);
    }
    if (text !== null && /^(?:hex|base64|rot.?13|unicode.escape)/i.test(way ?? "")) {
      return method === "decode" ? decodedAs(way ?? "", text) : null;
    }
  }
  return null;
}

/** A text for each value, holes for what is not known. */
export function orHoles(values: readonly (Value | null)[]): string[] {
  return values.map((value) => lettersOf(typeof value === "number" ? `${value}` : value) ?? HOLE);
}
