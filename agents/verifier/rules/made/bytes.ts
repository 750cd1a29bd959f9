import { addressMade } from "./addresses.ts";
import type { Made } from "./made.ts";
import { argumentsOf } from "../reading/called.ts";
import { bytesOf, bytesPlaced, sizeOf } from "../reading/bytes.ts";
import { packedByPython, packedByRuby } from "../reading/packed.ts";
import {
  elementsOf,
  isList,
  lettersOf,
  numberOf,
  numberWritten,
  type Value,
} from "../reading/value.ts";
import { lastByte, wholeOf } from "../reading/whole-numbers.ts";
import { receiverOf } from "./made.ts";
import { inBase } from "./numbers.ts";

type Maker = readonly [name: RegExp, make: (made: Made) => Value | null];

/** Numbers that become bytes, and buffers that are made of nothing, in the order of the languages. */
const MAKERS: readonly Maker[] = [
  [/(?:^|\.)to_[bln]e_bytes$/, ofRust],
  [/(?:^|\.)to_bytes$/, ofPython],
  [/(?:^|\.)struct\.pack$|(?:^|\.)Struct\(\)\.pack$/, byPattern],
  [/(?:^|\.)pack$/, packed],
  [/(?:^|\.)AppendUint(?:16|32|64)$/, appended],
  [/(?:^|\.)put(?:Int|Long|Short)$/, put],
  [/(?:^|\.)(?:array|flip|rewind|order|asReadOnlyBuffer)$/, buffered],
  [/(?:^|\.)ByteBuffer\.allocate(?:Direct)?$|^ArrayBuffer$|^ByteArrayOutputStream$/, () => []],
  [/(?:^|\.)Buffer\.allocUnsafe$/, () => []],
  [/^DataView$|(?:^|\.)ByteBuffer\.wrap$/, ({ value }) => value(0)],
  [/(?:^|\.)(?:UTF_8|US_ASCII|ISO_8859_1)\.decode$/, ({ value }) => lettersOf(value(0))],
  [/(?:^|\.)BigInteger\.valueOf$|^(?:BigInt|int|Integer|BigInteger|big\.NewInt)$/, whole],
  [/(?:^|\.)(?:Ints|Longs|BigInteger\w*)?(?:\(\))?\.?toByteArray$/, toByteArray],
  [/(?:^|\.)digits$/, digits],
  [/(?:^|\.)bytes$/, ({ receiver }) => codes(receiver())],
  [/^(?:u?int(?:8|16|32|64)?|byte|rune|u(?:16|32|64|128)\.from|Long\.valueOf)$/, converted],
  [/(?:^|\.)unpack$/, unpacked],
  [/^(?:Big)?(?:Ui|I)nt(?:16|32|64)Array(?:\.(?:of|from))?$/, numbersOf],
  [/^(?:hex|Integer\.toHexString|Long\.toHexString)$/, inHex],
  [/(?:^|\.)to_s$|(?:^|\.)toString$/, largeInBase],
];
const LOOKS_LIKE_ONE =
  /(?:_bytes|pack|AppendUint\d\d|put(?:Int|Long|Short)|array|flip|rewind|order|Buffer|alloc\w*|wrap|decode|View|Stream|valueOf|[bB]igInt\w*|NewInt|^int|^Integer|toByteArray|^byte|^rune|\.from|unpack|Array(?:\.of)?|digits|int\d*|bytes|hex|HexString|to_s|toString)$/;
/** What a chain of calls ends in tells what it makes. */
const NAME_CHARS = 200;

/** What becomes of numbers as bytes; null where a call is none of these. */
export function bytesMade(made: Made): Value | null {
  const { name, short } = made;
  const address = addressMade(made);
  if (address !== null) return address;
  if (!LOOKS_LIKE_ONE.test(name.slice(-NAME_CHARS))) return null;
  return MAKERS.find(([named]) => named.test(name) || named.test(short))?.[1](made) ?? null;
}

function ofRust({ node, method, receiver, reader }: Made): Value | null {
  const on = receiverOf(node, reader);
  const size = on ? sizeOf(on, reader) : null;
  return bytesOf(receiver(), { size, isLittle: method !== "to_be_bytes" });
}

/** `number.to_bytes(4, "big")`, `int.to_bytes(number, 4, "little")` */
function ofPython({ name, given, node, receiver, value, reader, depth }: Made): Value | null {
  const isOfClass = name === "int.to_bytes";
  const number = isOfClass ? value(0) : receiver();
  const rest = given.slice(isOfClass ? 1 : 0);
  const [first] = rest;
  const length = first ? reader.evaluate(first.field("value") ?? first, depth + 1) : 1;
  const isLittle = /["']little["']/.test(reader.textOf(node));
  const known = bytesOf(number, { size: typeof length === "number" ? length : null, isLittle });
  // A length that is worked out is as long as the number.
  return typeof length === "number" ? known : withoutZeros(known);
}

function byPattern({ name, node, value, values, reader, depth }: Made): Value | null {
  if (name.endsWith("struct.pack")) {
    const pattern = lettersOf(value(0));
    return pattern === null ? null : packedByPython(pattern, values().slice(1));
  }
  const maker = receiverOf(node, reader);
  const [first] = maker ? argumentsOf(maker) : [];
  const pattern = first ? lettersOf(reader.evaluate(first, depth + 1)) : null;
  return pattern === null ? null : packedByPython(pattern, values());
}

/** `[number].pack("N")` of Ruby */
function packed({ reader, receiver, value }: Made): Value | null {
  if (reader.language !== "ruby") return null;
  const on = receiver();
  const pattern = lettersOf(value(0));
  return isList(on) && pattern !== null ? packedByRuby(pattern, on) : null;
}

/** `binary.BigEndian.AppendUint32(list, number)` */
function appended({ name, method, value }: Made): Value | null {
  const size = Number(method.slice(-2)) / 8;
  const bytes = bytesOf(value(1), { size, isLittle: /little/i.test(name) });
  return bytes && bytesPlaced(value(0), bytes, null);
}

const SIZES: Readonly<Record<string, number>> = { putLong: 8, putInt: 4, putShort: 2 };

/** `buffer.putInt(number)`, `buffer.putInt(4, number)` */
function put({ method, given, receiver, value, reader, node }: Made): Value | null {
  const isLittle = reader.textOf(node).includes("LITTLE_ENDIAN");
  const at = given.length > 1 ? value(0) : null;
  const bytes = bytesOf(value(given.length - 1), { size: SIZES[method] ?? null, isLittle });
  return bytes && bytesPlaced(receiver(), bytes, typeof at === "number" ? at : null);
}

function buffered({ reader, receiver }: Made): Value | null {
  if (reader.language !== "java") return null;
  const on = receiver();
  return isList(on) ? on : null;
}

/** `BigInt("0x…")`, `new BigInteger("…", 16)`, `int("…", 16)` */
function whole({ value }: Made): Value | null {
  const [first, base] = [value(0), value(1)];
  if (typeof first === "number" || typeof first === "bigint") return first;
  if (typeof first !== "string" || !/^\w+$/.test(first)) return null;
  const plain = base === 16 ? `0x${first.replace(/^0x/i, "")}` : first;
  const isOther = base !== null && base !== 10 && base !== 16;
  return isOther ? null : numberWritten(plain);
}

function toByteArray({ given, receiver, value, name }: Made): Value | null {
  const own = given.length > 0 ? value(0) : receiver();
  if (isList(own)) return own;
  const size = /Longs/.test(name) ? 8 : /Ints/.test(name) ? 4 : null;
  const bytes = bytesOf(own, { size });
  return size === null ? withoutZeros(bytes) : bytes;
}

/** The bytes of a number, the smallest first: `number.digits(256)` */
function digits({ receiver, value }: Made): Value | null {
  if (value(0) !== 256) return null;
  return withoutZeros(bytesOf(receiver()))?.toReversed() ?? null;
}

function withoutZeros(bytes: readonly number[] | null): readonly number[] | null {
  const from = bytes?.findIndex((each) => each !== 0) ?? -1;
  return from === -1 || bytes === null ? bytes : bytes.slice(from);
}

/** `byte(number)`, `uint64(number)` */
function converted({ name, value }: Made): Value | null {
  const first = value(0);
  if (typeof first !== "number" && typeof first !== "bigint") return null;
  return /^(?:byte|uint8)$/.test(name) ? lastByte(first) : first;
}

/** `text.unpack("C*")` as numbers. */
function unpacked({ receiver, value }: Made): Value | null {
  return /^[CU]/.test(lettersOf(value(0)) ?? "") ? codes(receiver()) : null;
}

function numbersOf({ value, values, given }: Made): Value | null {
  const first = value(0);
  return isList(first) ? first : given.length > 1 ? values() : null;
}

/** `text.bytes` as numbers. */
function codes(value: Value | null): Value | null {
  return typeof value === "string" ? (elementsOf(value)?.map(numberOf) ?? null) : null;
}

function inHex({ value, name }: Made): Value | null {
  const number = wholeOf(value(0));
  if (number === null) return null;
  return (name === "hex" ? "0x" : "") + number.toString(16);
}

/** `number.to_s(16)` of a number that is too large for one. */
function largeInBase({ receiver, value, given }: Made): Value | null {
  const own = given.length < 2 ? receiver() : null;
  return typeof own === "bigint" ? inBase(own, value(0)) : null;
}
