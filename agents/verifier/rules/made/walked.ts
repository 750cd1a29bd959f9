import type { Made } from "./made.ts";
import {
  elementsOf,
  isFields,
  isList,
  lettersOf,
  printed,
  type Value,
  walkedOf,
} from "../reading/value.ts";

const RUNNING_MAX = 100;

/** Maps and lists walked in some order, or a part of them taken. */
export function walkedMade(made: Made): Value | null {
  const { name, method, given, value } = made;
  if (given.length === 0 || /^(?:values_at|fetch_values|slice)$/.test(method)) {
    const found = ofMap(made);
    if (found !== null) return found;
  }
  if (/^sorted$/.test(name) && given.length > 0) return inOrder(walkedOf(value(0)));
  if (/^(?:sort|sort_by|toSorted)$/.test(method) && given.length === 0) {
    return inOrder(walkedOf(made.receiver()));
  }
  if (/^(?:itertools\.)?accumulate$/.test(name)) return running(elementsOf(value(0)));
  if (/(?:^|\.)from_iterable$/.test(name)) return flat(elementsOf(value(0)));
  if (name === "next" && given.length > 0) return elementsOf(value(0))?.[0] ?? null;
  if (method === "reverse_each") return elementsOf(made.receiver())?.toReversed() ?? null;
  if (/^(?:min|max)$/.test(method) && given.length === 0) {
    return inOrder(elementsOf(made.receiver()))?.at(method === "min" ? 0 : -1) ?? null;
  }
  return null;
}

/** `words.values()`, `words.values_at(:a, :b)` */
function ofMap({ method, given, reader, depth, receiver }: Made): Value | null {
  if (!/^(?:values|keys|items|each_value|each_key|to_a|values_at|fetch_values)$/.test(method)) {
    return null;
  }
  const on = receiver();
  if (!isFields(on)) return null;
  const read = (key: string) => {
    const entry = on.entries.get(key);
    return entry ? reader.evaluate(entry, depth + 1) : null;
  };
  if (given.length > 0) return given.map((key) => read(reader.fold(key, depth + 1) ?? ""));
  const keys = [...on.entries.keys()];
  if (/key/.test(method)) return keys;
  if (/^(?:items|to_a)$/.test(method)) return keys.map((key) => [key, read(key)]);
  return keys.map(read);
}

/** A list as languages sort it, but for scripts, which sort what is printed of each. */
export function inOrder(list: readonly (Value | null)[] | null): readonly (Value | null)[] | null {
  return list && list.toSorted(compared);
}

/** Numbers by how large they are, texts by their letters, lists by what stands first in them. */
function compared(one: Value | null, other: Value | null): number {
  if (isList(one) && isList(other)) return compared(one[0] ?? null, other[0] ?? null);
  if (typeof one === "number" && typeof other === "number") return one - other;
  return byLetters(one, other);
}

/** What is printed of both, letter by letter. */
export function byLetters(one: Value | null, other: Value | null): number {
  const [left, right] = [printed(one), printed(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function running(list: readonly (Value | null)[] | null): Value | null {
  const some = list?.slice(0, RUNNING_MAX);
  return some ? some.map((_, at) => lettersOf(some.slice(0, at + 1))) : null;
}

function flat(list: readonly (Value | null)[] | null): Value | null {
  return list && list.flatMap((each) => (isList(each) ? each : [each]));
}
