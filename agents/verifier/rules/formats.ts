import { HOLE } from "./literal.ts";
import { lettersOf, printed, type Value } from "./value.ts";

const PLACES =
  /%(?:(\d+)\$)?[-+ 0#]*\d*(?:\.\d+)?([sdvqcxXi])|%<(\w+)>s|%\{(\w+)\}|#?\{(\w*)(?:[:!][^{}]*)?\}|\$\{?([A-Za-z_]\w*)\}?/g;

/**
 * A pattern with its places filled: `%s`, `%1$s`, `%{name}`, `{}`, `{0}`, `{name}`, `$name`.
 * @param named What a name in the pattern stands for; null where that is not known.
 */
export function filled(
  pattern: string,
  values: readonly (Value | null)[],
  named: (name: string) => Value | null,
): string {
  let next = 0;
  return pattern.replaceAll(PLACES, (all, place, letter, angle, braces, key, dollar) => {
    const name: string | undefined = angle ?? braces ?? dollar;
    if (name !== undefined) {
      const known = named(name);
      return known === null ? (dollar === undefined ? HOLE : all) : printed(known);
    }
    if (letter === "c") return lettersOf(values[next++] ?? null) ?? HOLE;
    if (place !== undefined) return printed(values[Number(place) - 1] ?? null);
    if (typeof key === "string" && /^\d+$/.test(key)) return printed(values[Number(key)] ?? null);
    if (typeof key === "string" && key !== "") {
      const known = named(key);
      return known === null ? HOLE : printed(known);
    }
    return printed(values[next++] ?? null);
  });
}
