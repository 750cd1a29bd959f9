import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { argumentsOf } from "../reading/called.ts";
import { pairsOf } from "../reading/fields.ts";
import { applied, appliedTo, isFunction, shapeOf } from "../reading/functions.ts";
import { gatheredUpTo, joinedUpTo } from "../reading/growth.ts";
import { HOLE } from "../reading/literal.ts";
import { receiverOf, type Made } from "./made.ts";
import { walkedMade } from "./walked.ts";
import { methodNamed } from "../reading/named-methods.ts";
import { listed } from "../reading/operators.ts";
import {
  elementsOf,
  isFields,
  isList,
  lettersOf,
  numberOf,
  printed,
  type Value,
} from "../reading/value.ts";

/** Calls that give their list as it is, made of other things. */
const LISTS =
  /^(?:(?:java\.util\.)?(?:List|Set|Stream|Arrays|IntStream|ImmutableList)\.(?:of|asList|copyOf)|Array\.(?:of|from)|vec|list|tuple|slice|array|Vec\.from|VecDeque\.from|frozenset|set|reversed|Set|ArrayList|LinkedList|ArrayDeque|Uint8Array|Uint8Array\.(?:of|from)|Uint16Array|Uint16Array\.from|Array|itertools\.chain|cycle|itertools\.cycle|enumerate|iter|bytes|bytearray|collections\.deque|deque|array\.array|memoryview)$/;
const MAPS =
  /^(?:Map\.of|Map\.ofEntries|Map\.entry|entry|HashMap\.from|BTreeMap\.from|Map|dict|Object\.fromEntries|HashMap|TreeMap|OpenStruct\.new|SimpleNamespace|types\.SimpleNamespace|Hash)$/;
const SAME =
  /^(?:iter|into_iter|iter_mut|stream|boxed|collect|copied|cloned|toArray|to_a|toList|chars|bytes|each_char|each_byte|toCharArray|codePoints|parallelStream|to_vec|sequential|lazy|force|entries|freeze|dup|clone|slice|as_slice|sorted|flatten|compact|filter|values|tolist|as_ref|as_mut|by_ref)$/;
const MAPS_OVER =
  /^(?:map|collect|flatMap|flat_map|mapToObj|mapToInt|mapToChar|map_while|filter_map)$/;
const REDUCES = /^(?:reduce|reduceRight|fold|inject|sum|each_with_object)$/;
/** What puts paths together, handed over by its name. */
const PATHS_BY_NAME = /^(?:(?:operator\.)?truediv|(?:os\.)?path\.join|File\.method\(:join\)|:\/)$/;
const ELEMENTS_MAX = 5_000;

/** Lists and maps: made, walked, taken from. */
export function listMade(made: Made): Value | null {
  const { name, short, method, given, value, values, reader, depth } = made;
  if (MAPS.test(name) || MAPS.test(short)) return mapMade(made);
  if (/^(?:str|bytes)\.maketrans$/.test(name)) return given.length === 1 ? value(0) : values();
  const walked = walkedMade(made);
  if (walked !== null) return walked;
  if (/^(?:map|functools\.reduce|reduce|lo\.Map)$/.test(name) && given.length > 1) {
    return overList(made, value(1), 0);
  }
  if (/^(?:Array|Uint8Array|Uint16Array)\.from$/.test(name) && given.length > 1)
    return overList(made, asLongAs(value(0), made), 1);
  if (/^(?:zip|izip|itertools\.zip_longest)$/.test(name)) return zipped(values());
  if (name === "append" && given.length > 0) {
    const [first, ...rest] = values();
    const [held] = given;
    const list = elementsOf(first ?? null) ?? (held ? [] : null);
    return list && gatheredUpTo([list, ...spreadOf(rest, made)]);
  }
  if (LISTS.test(name) || LISTS.test(short)) {
    const given0 = given.length === 1 ? value(0) : null;
    const isWhole = isList(given0) || (typeof given0 === "string" && !/\.of$|asList$/.test(name));
    if (isWhole) return name === "reversed" ? turned(given0) : given0;
    return given.length === 0 ? [] : values();
  }
  const joiner = method === "collect" && reader.language === "java" ? given[0] : undefined;
  if (joiner && /joining/.test(reader.textOf(joiner))) return joinedUp(made, joiner);
  const often = repeatedMade(made);
  if (often !== null) return often;
  if (MAPS_OVER.test(method)) return overList(made, made.receiver(), 0);
  if (REDUCES.test(method) && (given.length > 0 || made.node.field("block"))) {
    return overList(made, made.receiver(), 0);
  }
  if (
    /^(?:get|fetch|dig|getOrDefault|at|pop|nth|elementAt|charAt|get_or_insert|first|last)$/.test(
      method,
    )
  ) {
    return taken(made);
  }
  if (
    method === "split" ||
    method === "shellsplit" ||
    method === "Split" ||
    method === "split_whitespace" ||
    method === "Fields"
  ) {
    return split(made);
  }
  if (SAME.test(method) && !(method === "slice" && given.length > 0)) return made.receiver();
  if (
    /^(?:Object\.(?:freeze|assign|seal|create)|Collections\.\w+|MappingProxyType|types\.MappingProxyType)$/.test(
      name,
    )
  ) {
    return given
      .map((each) => reader.evaluate(each, depth + 1))
      .reduce(
        (known, each) => (isFields(each) && each.entries.size === 0 ? known : (each ?? known)),
        null,
      );
  }
  return null;
}

/** `.collect(Collectors.joining("."))` */
function joinedUp({ receiver, reader, depth }: Made, joiner: SyntaxNode): Value | null {
  const elements = elementsOf(receiver());
  const [between = "", before = "", behind = ""] = argumentsOf(joiner).map(
    (each) => lettersOf(reader.evaluate(each, depth + 1)) ?? HOLE,
  );
  const texts = elements?.map((each) => lettersOf(each) ?? HOLE);
  return texts ? before + joinedUpTo(texts, between) + behind : null;
}

/** `{ length: 4 }` as four of nothing. */
function asLongAs(value: Value | null, { reader, depth }: Made): Value | null {
  const length = isFields(value) ? value.entries.get("length") : undefined;
  const count = length ? reader.evaluate(length, depth + 1) : null;
  return typeof count === "number" ? listed(null, count) : value;
}

const OFTEN = /^(?:fill|new|nCopies|repeat|repeat_n|Repeat)$/;

/** `Array(4).fill("..")`, `Array.new(4, "..")`, `nCopies(4, "..")`, `repeat("..", 4)` */
function repeatedMade({ name, method, given, value, node, reader, depth }: Made): Value | null {
  if (!OFTEN.test(method)) return null;
  const [first, second] = [value(0), value(1)];
  if (method === "fill" && given.length === 1) {
    const on = receiverOf(node, reader);
    const [size] = on ? argumentsOf(on) : [];
    const count = size ? reader.evaluate(size, depth + 1) : null;
    return typeof count === "number" ? listed(first, count) : null;
  }
  if (/(?:^|\.)(?:Array\.new|nCopies)$/.test(name) && typeof first === "number") {
    return listed(second, first);
  }
  if (/^(?:itertools\.)?repeat$|repeat_n$|slices\.Repeat$/.test(name)) {
    return typeof second === "number" ? listed(first, second) : null;
  }
  return null;
}

function turned(value: Value | null): Value | null {
  return elementsOf(value)?.toReversed() ?? null;
}

/** `append(list, more...)` in Go puts the elements behind, not the list. */
function spreadOf(
  values: readonly (Value | null)[],
  { node, reader }: Made,
): readonly (readonly (Value | null)[])[] {
  const isSpread = reader.textOf(node).includes("...");
  return values.map((value) => (isSpread ? elementsOf(value) : null) ?? [value]);
}

function mapMade({ given, reader, depth, name }: Made): Value | null {
  if (/^Map\.(?:of|entry)$|^entry$/.test(name)) return pairsOf(given, reader, depth);
  const named = given.filter((each) => each.field("name") && each.field("value"));
  if (named.length > 0) {
    return pairsOf(
      named.flatMap((each) => [each.field("name") ?? each, each.field("value") ?? each]),
      reader,
      depth,
    );
  }
  const [first] = given;
  if (!first) return { entries: new Map() };
  const whole = reader.evaluate(first, depth + 1);
  if (isFields(whole) && given.length === 1) return whole;
  const isList = reader.grammar.lists.includes(first.kind());
  const pairs = (isList ? first.namedChildren() : given).flatMap((pair) => {
    const inside = pair.field("arguments")?.namedChildren() ?? pair.namedChildren();
    return inside.length === 2 ? inside : [];
  });
  return pairsOf(pairs, reader, depth);
}

const OF_LETTERS =
  /(?:fromCharCode|fromCodePoint|chr|Character\.toString|Character::toString|from_u32|String\.fromCharCode|char\.from|char::from|String\.valueOf|string|to_char|toChars)$/;

/** A function over the elements of a list: written out, or by name. */
function overList(
  { given, reader, depth, node, method, value, name }: Made,
  on: Value | null,
  at: number,
): Value | null {
  const block = node.field("block") ?? undefined;
  const argument = given.find((each) => isFunction(each)) ?? block ?? given[at];
  const elements = elementsOf(on);
  if (!argument) return on;
  if (elements === null) return null;
  const isBackwards = method === "reduceRight";
  const list = (isBackwards ? elements.toReversed() : elements).slice(0, ELEMENTS_MAX);
  if (REDUCES.test(method) || name.endsWith("reduce")) {
    const shape = isFunction(argument) ? shapeOf(argument, reader) : null;
    const first = given.findIndex((each) => each.id() === argument.id());
    const start = value(first === 0 ? (reader.language === "python" ? 2 : 1) : 0);
    if (PATHS_BY_NAME.test(reader.textOf(argument)) && given.length > 0) {
      return joinedUpTo(
        [start, ...list].map((each) => lettersOf(each) ?? ""),
        "/",
      );
    }
    if (!shape) return joinedUpTo(list.map((each) => lettersOf(each) ?? printed(each)));
    const isTurned = method === "each_with_object";
    const [head, ...rest] = start === null ? list : [start, ...list];
    return rest.reduce<Value | null>(
      (known, each) => applied(shape, isTurned ? [each, known] : [known, each], reader, depth + 1),
      head ?? null,
    );
  }
  const named = reader.textOf(argument).replace(/^&:?/, "");
  if (OF_LETTERS.test(named)) {
    return list.map((each) => (typeof each === "number" ? lettersOf([each]) : each));
  }
  if (/^(?:ord|int|Number|:?to_i|parseInt)$/.test(named)) {
    return list.map((each) => (named === "ord" ? numberOf(each) : Number(printed(each))));
  }
  const byName = methodNamed(named);
  if (byName) return list.map(byName);
  const isCounted = reader.language === "javascript";
  const made = list.map((each, index) =>
    appliedTo(argument, isCounted ? [each, index] : [each], reader, depth + 1),
  );
  return made.every((each) => each === null) ? list : made;
}

function zipped(lists: readonly (Value | null)[]): Value | null {
  const [first, second] = lists.map(elementsOf);
  if (!first || !second || second.length === 0) return null;
  return first.map((each, at) => [each, second[at % second.length] ?? null]);
}

function taken({ method, given, receiver, value, reader, depth }: Made): Value | null {
  const on = receiver();
  if (isFields(on)) {
    const key = given[0] ? (reader.fold(given[0], depth + 1) ?? reader.textOf(given[0])) : "";
    const entry = on.entries.get(key);
    if (entry) return reader.evaluate(entry, depth + 1);
  }
  const elements = elementsOf(on);
  if (elements) {
    if (method === "first") return elements[0] ?? null;
    if (method === "last" || (method === "pop" && given.length === 0))
      return elements.at(-1) ?? null;
    const at = value(0);
    return typeof at === "number" ? (elements.at(at) ?? null) : null;
  }
  // What is not known has another value beside it: `get("HOST", "…")`.
  return given.length > 1 ? value(given.length - 1) : null;
}

function split({ given, receiver, value, name }: Made): Value | null {
  const isFunctionOf = /^(?:strings|bytes|re|StringUtils|shlex|Shellwords)\./.test(name);
  const text = isFunctionOf ? value(0) : receiver();
  if (typeof text !== "string") return null;
  const by = value(isFunctionOf ? 1 : 0);
  if (given.length === 0 || /Fields$|^(?:shlex|Shellwords)\./.test(name))
    return text.trim().split(/\s+/);
  return typeof by === "string" ? text.split(by.replace(/^\\(.)$/, "$1")) : null;
}
