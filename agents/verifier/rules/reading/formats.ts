import { replacedUpTo } from "./growth.ts";
import { HOLE } from "./literal.ts";
import { lettersOf, printed, type Value } from "./value.ts";

const PLACES =
  /%(?:(\d+)\$)?[-+ 0#]*\d*(?:\.\d+)?([sdvqcxXir])|%<(\w+)>[-\d]*s|%\((\w+)\)[-\d]*s|%\{(\w+)\}|#?\{(\w*)((?:\.\w+|\[\w+\])*)(?:[:!]([^{}]*))?\}|\$\{?([A-Za-z_]\w*)\}?/g;

/**
 * A pattern with its places filled: `%s`, `%1$s`, `%{name}`, `{}`, `{0}`, `{name}`, `$name`.
 * @param named What a name in the pattern stands for; null where that is not known.
 * @param partOf What stands behind a place: `{0.host}`, `{words[1]}`; it gets the place's number.
 */
export function filled(
  pattern: string,
  values: readonly (Value | null)[],
  named: (name: string) => Value | null,
  partOf: (place: string, part: string) => Value | null = () => null,
): string {
  let next = 0;
  return replacedUpTo(pattern, PLACES, (all, groups) => {
    const [place, letter, angle, round, braces, key, parts, how, dollar] = groups;
    const name = angle ?? round ?? braces ?? dollar;
    if (name !== undefined) {
      const known = named(name);
      return known === null ? (dollar === undefined ? HOLE : all) : printed(known);
    }
    if (letter === "c") return lettersOf(values[next++] ?? null) ?? HOLE;
    if (place !== undefined) return printed(values[Number(place) - 1] ?? null);
    if (parts !== undefined && parts !== "") {
      const part = parts.replaceAll(/[.[\]]+/g, ".").replaceAll(/^\.|\.$/g, "");
      return printed(partOf(key === "" ? `${next++}` : (key ?? ""), part));
    }
    const value =
      key === undefined || key === ""
        ? (values[next++] ?? null)
        : /^\d+$/.test(key)
          ? (values[Number(key)] ?? null)
          : named(key);
    return how === "c" ? (lettersOf(value) ?? HOLE) : printed(value);
  });
}
