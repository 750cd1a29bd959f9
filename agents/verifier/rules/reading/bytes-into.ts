import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { argumentsOf, calleeOf } from "./called.ts";
import { bytesOf, bytesPlaced, sizeOf } from "./bytes.ts";
import { packedByPython } from "./packed.ts";
import type { Reader } from "./reader.ts";
import { elementsOf, lettersOf, type Value } from "./value.ts";

/** A file that says none of this puts no bytes into anything. */
const COULD_PUT =
  /\.PutUint\d\d\b|\bbinary\.Write\(|\.put(?:Int|Long|Short)\(|\.write(?:Int|Long|Short)\(|\.set(?:Big)?(?:Ui|I)nt\d\d\(|\.write(?:Big)?U?[iI]nt\d\d[BL]E\(|\bpack_into\(|\.(?:copy|clone|extend)_from_slice\(|\.put_(?:slice|u\d+)|\.write_(?:all|u\d+)\b|::write_u\d+\(/;
/** A call that does so, by how it begins; what is changed is what it is called on, or given. */
const ON =
  /^&?(?:mut )?([@\w$]+(?:\.[\w$]+)*?)(?:\.\w+\([^()]*\))*(?:\[[^[\]]*\])?\s*\.\s*(?:put(?:Int|Long|Short)|write(?:Int|Long|Short)|set(?:Big)?(?:Ui|I)nt\d\d|write(?:Big)?U?[iI]nt\d\d[BL]E|(?:copy|clone|extend)_from_slice|put_slice|put_u\d+(?:_le)?|write_all|write_u\d+(?:::<\w+>)?)(?:\(|$)/;
const GIVEN =
  /^(?:[\w.]+\.PutUint\d\d|\w*binary\.Write|[\w.]*pack_into|[\w:]+::write_u\d+)(?:\(|$)/;
const WRAPPED =
  /^(?:(?:[\w.]+\.)?ByteBuffer\.wrap|new DataView)\(\s*(\w+)(?:\.buffer)?\s*[,)][^]*?\.\s*(?:put(?:Int|Long|Short)|set(?:Big)?(?:Ui|I)nt\d\d)(?:\(|$)/;
const NAME = /^&?\s*(?:mut\s+)?([@\w$]+(?:\.[\w$]+)*)/;
const OTHER_NAME =
  /=\s*(?:new\s+)?(?:DataView|[\w.]*ByteBuffer\.wrap|Uint8Array|Buffer\.from|DataOutputStream|[\w.]*memoryview)\(\s*(\w+)/;
/** What is put there as bytes. */
export const BYTES = "bytes";
const BEGINNING_CHARS = 200;

export function couldPutBytes(text: string): boolean {
  return COULD_PUT.test(text);
}

/**
 * The names that such a call changes: the one it says, and the one that stands for the same bytes.
 * @param given The first thing that a name was given, as it is written.
 */
export function bytesPutInto(
  node: SyntaxNode,
  written: string,
  given: (name: string) => string,
): string[] {
  const begins = written.slice(0, BEGINNING_CHARS);
  const said = GIVEN.test(begins)
    ? targetOf(node, begins)
    : (ON.exec(begins)?.[1] ?? WRAPPED.exec(begins)?.[1]);
  if (said === undefined) return [];
  const other = OTHER_NAME.exec(given(said))?.[1];
  return other === undefined || other === said ? [said] : [said, other];
}

function targetOf(node: SyntaxNode, begins: string): string | undefined {
  const target = argumentsOf(node)[/pack_into/.test(begins) && !/Struct/.test(begins) ? 1 : 0];
  return NAME.exec(target?.text() ?? "")?.[1];
}

type Put = {
  /** What is called, by its full name, and its last part. */
  name: string;
  method: string;
  written: string;
  given: readonly SyntaxNode[];
  value: (at: number) => Value | null;
  /** How many bytes the name of the method says. */
  size: number | null;
  /** Where a list begins that is taken from a place on: `list[8:]`. */
  start: (node: SyntaxNode | null | undefined) => number;
  node: SyntaxNode;
  reader: Reader;
  depth: number;
};
/** The bytes that are put, and where; behind the end where that is null. */
type Placed = { bytes: readonly (Value | null)[] | null; at: number | null };

const PUTTERS: readonly (readonly [name: RegExp, put: (put: Put) => Placed])[] = [
  [/(?:^|\.)pack_into$/, byPattern],
  [/\.PutUint\d\d$/, intoSlice],
  [/(?:^|[./])binary\.Write$/, written],
  [/_from_slice$|\.(?:put_slice|write_all)$/, copied],
  [/\.set(?:Big)?(?:Ui|I)nt\d\d$/, intoView],
  [/\.write(?:Big)?U?[iI]nt\d\d[BL]E$/, intoBuffer],
  [/\.(?:put|write)_u\d+(?:_le)?$/, ofRust],
  [/\.(?:put|write)(?:Int|Long|Short)$/, ofJava],
];
const OF_WORDS: Readonly<Record<string, number>> = { Long: 8, Int: 4, Short: 2 };

/** What a name holds after such a call. */
export function afterBytes(
  known: Value | null,
  node: SyntaxNode,
  reader: Reader,
  depth: number,
): Value | null {
  const name = calleeOf(node, reader, depth + 1).replace(/(?:::|\.)?<.*$/, "");
  const method = name.slice(name.lastIndexOf(".") + 1);
  const given = argumentsOf(node);
  const bits = /(\d+)(?:[BL]E|_le)?$/.exec(method)?.[1];
  const word = /(Long|Int|Short)$/.exec(method)?.[1] ?? "";
  const sizeOfMethod = bits === undefined ? (OF_WORDS[word] ?? null) : Number(bits) / 8;
  const putter = PUTTERS.find(([named]) => named.test(name))?.[1];
  const placed = putter?.({
    name,
    method,
    written: reader.textOf(node),
    given,
    value: (at) => {
      const each = given[at];
      return each ? reader.evaluate(each, depth + 1) : null;
    },
    size: sizeOfMethod,
    start: (part) => startOf(part, reader, depth) ?? 0,
    node,
    reader,
    depth,
  });
  if (!placed) return known;
  const unknown = Array.from({ length: sizeOfMethod ?? 0 }, () => null);
  return bytesPlaced(known, placed.bytes ?? unknown, placed.at);
}

const numberOr = (value: Value | null, other: number | null) =>
  typeof value === "number" ? value : other;

/** `struct.pack_into(">I", list, 0, number)` */
function byPattern({ value, given }: Put): Placed {
  const pattern = lettersOf(value(0));
  const values = given.slice(3).map((_, at) => value(at + 3));
  const bytes = pattern === null ? null : packedByPython(pattern, values);
  return { bytes, at: numberOr(value(2), 0) };
}

/** `binary.BigEndian.PutUint32(list[4:], number)` */
function intoSlice({ name, value, size, given, start }: Put): Placed {
  const isLittle = /little/i.test(name);
  return { bytes: bytesOf(value(1), { size, isLittle }), at: start(given[0]) };
}

/** `binary.Write(&list, binary.BigEndian, uint32(number))` */
function written({ value, given, reader, depth }: Put): Placed {
  const [, order, what] = given;
  const isLittle = order !== undefined && /little/i.test(reader.nameOf(order, depth + 1));
  const size = what ? sizeOf(what, reader) : null;
  return { bytes: bytesOf(value(2), { size, isLittle }), at: null };
}

/** `list[8..].copy_from_slice(&bytes)`, `list.extend_from_slice(&bytes)` */
function copied({ method, node, value, start }: Put): Placed {
  const isOver = /^(?:copy|clone)/.test(method);
  const on = node.field("function")?.field("value");
  return { bytes: elementsOf(value(0)), at: isOver ? start(on) : null };
}

/** `view.setUint32(0, number, true)` */
function intoView({ value, given, size, reader }: Put): Placed {
  const [, , little] = given;
  const isLittle = little !== undefined && reader.textOf(little) !== "false";
  return { bytes: bytesOf(value(1), { size, isLittle }), at: numberOr(value(0), 0) };
}

/** `buffer.writeUInt32BE(number, 4)` */
function intoBuffer({ value, size, method }: Put): Placed {
  const isLittle = method.endsWith("LE");
  return { bytes: bytesOf(value(0), { size, isLittle }), at: numberOr(value(1), 0) };
}

/** `buffer.put_u32(number)`, `BigEndian::write_u32(&mut list[4..], number)` */
function ofRust({ value, given, size, written, start }: Put): Placed {
  const isLittle = /_le\b|LittleEndian/.test(written);
  const isGiven = given.length > 1;
  const bytes = bytesOf(value(isGiven ? 1 : 0), { size, isLittle });
  return { bytes, at: isGiven ? start(given[0]) : null };
}

/** `buffer.putInt(number)`, `buffer.putInt(4, number)` */
function ofJava({ value, given, size, reader }: Put): Placed {
  const isLittle = reader.text().includes("LITTLE_ENDIAN");
  const bytes = bytesOf(value(given.length - 1), { size, isLittle });
  return { bytes, at: given.length > 1 ? numberOr(value(0), null) : null };
}

/** Where a part of a list begins: `name[8:]`. */
function startOf(
  node: SyntaxNode | null | undefined,
  reader: Reader,
  depth: number,
): number | null {
  const written = node ? reader.textOf(node) : "";
  const from = /\[\s*(?:(\w+)\s*)?(?::|\.\.)/.exec(written)?.[1];
  if (from === undefined) return null;
  const known = /^\d+$/.test(from) ? Number(from) : reader.named(from, depth + 1);
  return typeof known === "number" ? known : null;
}
