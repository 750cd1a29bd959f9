const TOKEN = /\s*(\d+|[A-Za-z_]\w*|[<>=!]=|[-+*/%()<>])/gy;
const TOKENS_MAX = 100;
const COMPARED: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
};

/**
 * What a shell's arithmetic comes to; null where that is not known. A comparison is 1 or 0.
 * @param held What a name holds, as a text.
 */
export function reckoned(written: string, held: (name: string) => string): number | null {
  const plain = written.replaceAll(/\$\{?(\w+)\}?/g, "$1");
  const tokens = [...plain.matchAll(TOKEN)].map((match) => match[1] ?? "");
  if (tokens.length > TOKENS_MAX) return null;
  if (tokens.join("") !== plain.replaceAll(/\s/g, "")) return null;
  let at = 0;
  const factor = (): number => {
    const token = tokens[at++] ?? "";
    if (token === "-") return -factor();
    if (token === "(") {
      const inner = compared();
      at += 1;
      return inner;
    }
    const said = /^\d/.test(token) ? token : held(token);
    return /^-?\d+$/.test(said) ? Number(said) : Number.NaN;
  };
  const product = (): number => {
    let known = factor();
    while (/^[*/%]$/.test(tokens[at] ?? "")) {
      const operator = tokens[at++];
      const other = factor();
      if (operator === "*") known *= other;
      else known = operator === "/" ? Math.trunc(known / other) : known % other;
    }
    return known;
  };
  const sum = (): number => {
    let known = product();
    while (/^[-+]$/.test(tokens[at] ?? "")) known += tokens[at++] === "-" ? -product() : product();
    return known;
  };
  const compared = (): number => {
    const left = sum();
    const compare = COMPARED[tokens[at] ?? ""];
    if (!compare) return left;
    at += 1;
    return compare(left, sum()) ? 1 : 0;
  };
  const known = compared();
  return Number.isFinite(known) && at === tokens.length ? known : null;
}

/** What `at++`, `at -= 2` and the like make of a name; null where it is something else. */
export function stepped(
  written: string,
  held: (name: string) => string,
): { name: string; value: number } | null {
  const [, name = "", twice, operator, by = "1"] =
    /^\s*(\w+)\s*(?:(\+\+|--)|([-+])=\s*(\w+))\s*$/.exec(written) ?? [];
  if (name === "") return null;
  const isLess = (twice ?? operator)?.startsWith("-") === true;
  const value = reckoned(`${name} ${isLess ? "-" : "+"} ${by}`, held);
  return value === null ? null : { name, value };
}
