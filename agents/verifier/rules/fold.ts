import type { SgNode } from "@ast-grep/napi";
import { charOf, fromBase64, fromHex, HOLE, literalText, rotated } from "./literal.ts";
import { argumentsOf, calleeOf, type Reader } from "./reader.ts";

const TEXT_CHARS_MAX = 20_000;

/**
 * The text that an expression comes to, as far as it can be told without running it: literals,
 * constants, what is joined, reversed, decoded or made of letters' numbers. Parts that are not
 * known are holes; null where it is no text at all.
 */
export function folded(node: SgNode, reader: Reader, depth: number): string | null {
  const { grammar, textOf } = reader;
  const kind = String(node.kind());
  const fold = (inner: SgNode | null | undefined) => (inner ? reader.fold(inner, depth + 1) : null);
  if (grammar.strings.includes(kind)) return stringOf(node, reader, depth);
  if (grammar.names.includes(kind)) return valueOf(textOf(node), reader, depth);
  if (grammar.wrappers.includes(kind)) return fold(node.namedChildren().at(-1));
  if (grammar.casts.includes(kind)) return fold(node.namedChildren()[0]);
  if (grammar.binary.includes(kind)) return sumOf(node, reader, depth);
  const subscript = grammar.subscripts[kind];
  if (subscript && /\[\s*::\s*-1\s*\]$/.test(textOf(node))) {
    return reversed(fold(node.namedChildren()[0]));
  }
  if (grammar.calls[kind]) return madeBy(node, reader, depth)?.slice(0, TEXT_CHARS_MAX) ?? null;
  return null;
}

function stringOf(node: SgNode, reader: Reader, depth: number): string {
  const { grammar, textOf } = reader;
  const kind = String(node.kind());
  const parts = node.namedChildren();
  if (/concatenated|chained/.test(kind)) {
    return parts.map((part) => reader.fold(part, depth + 1) ?? HOLE).join("");
  }
  const holes = parts.filter((part) => grammar.holes.includes(String(part.kind())));
  if (holes.length === 0) return literalText(textOf(node));
  const from = node.range().start.index;
  let text = textOf(node);
  for (const hole of holes.toReversed()) {
    const { start, end } = hole.range();
    const inner = hole.namedChildren()[0];
    const known = inner ? reader.fold(inner, depth + 1) : null;
    text = text.slice(0, start.index - from) + (known ?? HOLE) + text.slice(end.index - from);
  }
  return literalText(text);
}

/** What a name holds: what it was given last that is a text, and what was put behind it. */
function valueOf(name: string, reader: Reader, depth: number): string | null {
  const values = reader.values.get(name);
  let known: string | null = null;
  for (const value of values) {
    const text = reader.fold(value, depth + 1);
    const parent = value.parent();
    const added = parent !== null && /^\S+\s*\+=/.test(reader.textOf(parent).slice(0, 200));
    if (text === null) {
      if (!added) known = null;
    } else known = added ? `${known ?? ""}${text}` : text;
  }
  return known;
}

function sumOf(node: SgNode, reader: Reader, depth: number): string | null {
  const [left, right] = [node.field("left"), node.field("right")];
  if (!left || !right) return null;
  const between = reader
    .textOf(node)
    .slice(left.range().end.index - node.range().start.index)
    .trimStart();
  const first = reader.fold(left, depth + 1);
  if (between.startsWith("%") && first !== null) {
    const rights =
      right.kind() === "tuple" || right.kind() === "array" ? right.namedChildren() : [right];
    return filled(
      first,
      rights.map((each) => reader.fold(each, depth + 1) ?? HOLE),
    );
  }
  if (between.startsWith("*")) return repeated(first, Number(reader.textOf(right)));
  if (!/^(?:\+|<<|\.\.|\/)/.test(between)) return null;
  const second = reader.fold(right, depth + 1);
  if (first === null && second === null) return null;
  // Paths of Python are put together with a slash.
  if (between.startsWith("/")) return `${first ?? HOLE}/${second ?? HOLE}`;
  return `${first ?? HOLE}${second ?? HOLE}`;
}

const REPEATED_MAX = 50;

function repeated(text: string | null, times: number): string | null {
  if (text === null || !Number.isInteger(times) || times < 0) return text;
  return text.repeat(Math.min(times, REPEATED_MAX));
}

function filled(pattern: string, values: readonly string[]): string {
  let at = 0;
  return pattern.replaceAll(/%[sdvq]|\{\w*\}/g, () => values[at++] ?? HOLE);
}

function reversed(text: string | null): string | null {
  return text === null ? null : Array.from(text).reverse().join("");
}

const DECODES_BASE64 =
  /(?:^|\.)(?:atob|[ub]64decode|standard_b64decode|urlsafe_b64decode|decodebytes|(?:strict_|urlsafe_)?decode64)$|Encoding\.DecodeString$|getDecoder\(\)\.decode$|STANDARD\.decode$|base64\.decode$/i;
const DECODES_HEX =
  /(?:^|\.)(?:fromhex|unhexlify|a2b_hex)$|^(?:encoding\/)?hex\.(?:DecodeString|decode)$/;
const OF_NUMBERS =
  /(?:^|\.)(?:fromCharCode|fromCodePoint|chr|bytes|bytearray|pack|of|from|Uint8Array|from_utf8|String|string|from_u32|Character\.toString)$/;
const AS_IT_IS =
  /\.(?:decode|encode|toString|to_s|to_string|to_owned|strip|trim|lower|toLowerCase|into|as_str|as_bytes|getBytes|intern|freeze|valueOf|normalize)$/;

/** What a call makes of texts. */
function madeBy(node: SgNode, reader: Reader, depth: number): string | null {
  const name = calleeOf(node, reader, depth + 1);
  const given = argumentsOf(node);
  const fold = (which: SgNode | null | undefined) => (which ? reader.fold(which, depth + 1) : null);
  const first = fold(given[0]);
  const receiver = () => fold(receiverOf(node, reader));
  if (name === "Buffer.from" || name === "bytes.fromhex" || name === "codecs.decode") {
    const way = fold(given[1]) ?? (name === "bytes.fromhex" ? "hex" : "");
    if (first === null) return null;
    if (/^rot.?13$/.test(way)) return rotated(first);
    return way === "hex" ? fromHex(first) : way.startsWith("base64") ? fromBase64(first) : first;
  }
  if (DECODES_BASE64.test(name) && first !== null) return fromBase64(first);
  if (DECODES_HEX.test(name) && first !== null) return fromHex(first);
  if (/\.unpack1?$/.test(name)) {
    const packed = receiver();
    if (packed === null) return null;
    return first?.startsWith("H") ? null : fromBase64(packed);
  }
  const joined = joinedBy(node, name, given, reader, depth);
  if (joined !== null) return joined;
  if (OF_NUMBERS.test(name) || /^(?:chr|String)$/.test(name)) {
    const letters = lettersIn(reader.textOf(node));
    if (letters !== null) return letters;
  }
  if (name.endsWith(".repeat"))
    return repeated(receiver(), Number(given[0] && reader.textOf(given[0])));
  if (/\.(?:reverse)$/.test(name)) return reversed(receiver());
  if (/\.(?:concat|format|replace|replaceAll|gsub|tr|repeat)$/.test(name)) {
    return changed(
      name,
      receiver(),
      given.map((each) => fold(each)),
    );
  }
  if (/^concat!?$/.test(name)) return given.map((each) => fold(each) ?? HOLE).join("");
  if (/^(?:format|String\.format|fmt\.Sprintf|fmt\.Sprint)!?$/.test(name) && first !== null) {
    return filled(
      first,
      given.slice(1).map((each) => fold(each) ?? HOLE),
    );
  }
  if (/^(?:str|bytes|String|String\.from|reversed|Symbol)$/.test(name) && first !== null) {
    return name === "reversed" ? reversed(first) : first;
  }
  if (
    /^(?:path\.|node:path\.|os\.path\.|File\.|filepath\.|path\/filepath\.)?(?:join|resolve|expanduser|Join)$/.test(
      name,
    )
  ) {
    const parts = given.map((each) => fold(each) ?? HOLE);
    return parts.every((part) => part === HOLE) ? null : parts.join("/").replaceAll(/\/{2,}/g, "/");
  }
  return AS_IT_IS.test(name) ? receiver() : null;
}

function changed(
  name: string,
  text: string | null,
  given: readonly (string | null)[],
): string | null {
  if (text === null) return null;
  const [one, other] = given;
  if (name.endsWith("concat")) return text + given.map((each) => each ?? HOLE).join("");
  if (name.endsWith("format"))
    return filled(
      text,
      given.map((each) => each ?? HOLE),
    );
  if (typeof one !== "string" || one === "" || typeof other !== "string") return text;
  return text.replaceAll(one, other);
}

/** What a method is called on. */
function receiverOf(node: SgNode, { grammar }: Reader): SgNode | null {
  const shape = grammar.calls[String(node.kind())];
  if (!shape) return null;
  if (!("whole" in shape)) return node.field(shape.receiver);
  const whole = node.field(shape.whole);
  const member = whole ? grammar.members[String(whole.kind())] : undefined;
  return whole && member ? whole.field(member[0]) : null;
}

/** `["a", "b"].join("")`, `"".join(["a", "b"])`, `strings.Join`. */
function joinedBy(
  node: SgNode,
  name: string,
  given: readonly SgNode[],
  reader: Reader,
  depth: number,
): string | null {
  if (!/(?:^|\.)(?:join|Join)$/.test(name)) return null;
  const receiver = receiverOf(node, reader);
  const [first, second] = given;
  const own = receiver ? listOf(receiver, reader, depth + 1) : null;
  if (own !== null) return own.join((first && reader.fold(first, depth + 1)) ?? "");
  const theirs = first ? listOf(first, reader, depth + 1) : null;
  if (theirs === null) return null;
  const between = name.endsWith("Join") ? second : receiver;
  return theirs.join((between && reader.fold(between, depth + 1)) ?? "");
}

const LIST_DEPTH_MAX = 12;

/** The texts of a list, however it was made. */
function listOf(node: SgNode, reader: Reader, depth: number): string[] | null {
  const { grammar } = reader;
  const kind = String(node.kind());
  if (depth > LIST_DEPTH_MAX) return null;
  if (grammar.lists.includes(kind)) {
    return node
      .namedChildren()
      .map((each) => reader.fold(each, depth + 1) ?? numberText(reader.textOf(each)));
  }
  if (grammar.names.includes(kind)) {
    const value = reader.values.get(reader.textOf(node)).at(-1);
    return value ? listOf(value, reader, depth + 1) : null;
  }
  if (grammar.wrappers.includes(kind)) {
    const inner = node.namedChildren().at(-1);
    return inner ? listOf(inner, reader, depth + 1) : null;
  }
  if (!grammar.calls[kind]) return null;
  const name = calleeOf(node, reader, depth);
  const receiver = receiverOf(node, reader);
  const [first] = argumentsOf(node);
  if (name.endsWith(".split") || name.endsWith(".chars")) {
    const text = receiver ? reader.fold(receiver, depth + 1) : null;
    const by = (first && reader.fold(first, depth + 1)) ?? "";
    return text === null ? null : text.split(by);
  }
  if (name.endsWith(".reverse") && receiver)
    return listOf(receiver, reader, depth + 1)?.reverse() ?? null;
  if (/^(?:reversed|list|Array\.from)$/.test(name) && first) {
    const text = reader.fold(first, depth + 1);
    const list = text === null ? listOf(first, reader, depth + 1) : Array.from(text);
    return name === "reversed" ? (list?.reverse() ?? null) : list;
  }
  if (/(?:^|\.)map$/.test(name)) {
    const letters = lettersIn(reader.textOf(node));
    return letters === null ? null : [letters];
  }
  return null;
}

function numberText(written: string): string {
  return /^(?:\d+|0x[\da-fA-F]+)$/.test(written) ? charOf(Number(written)) : HOLE;
}

/** A text of at least one letter that is written as numbers; null where there are none. */
function lettersIn(written: string): string | null {
  const numbers = [...written.matchAll(/(?<![\w.])(0x[\da-fA-F]{2}|\d{1,3})(?![\w.])/g)]
    .map((match) => Number(match[1]))
    .filter((code) => code >= 9 && code < 256);
  return numbers.length === 0 ? null : numbers.map(charOf).join("");
}
