const TOKEN = /\s*(0[xX][\da-fA-F]+|\d+#\w+|\d+|[A-Za-z_]\w*|[<>=!]=|\*\*|<<|>>|[-+*/%()<>&|^])/gy;
const TOKENS_MAX = 100;
const COMPARED: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
};

const BITS: Readonly<Record<string, (left: number, right: number) => number>> = {
  "<<": (left, right) => left << right,
  ">>": (left, right) => left >> right,
  "&": (left, right) => left & right,
  "|": (left, right) => left | right,
  "^": (left, right) => left ^ right,
};

const BASE_MAX = 36;

/** A number as shells write it: `0x2d`, `055`, `16#2d`; not one where it is none. */
export function numberSaid(said: string): number {
  const [, sign = "", base, digits = ""] = /^([-+]?)(?:(\d+)#)?(\w+)$/.exec(said) ?? [];
  const plain = /^0x/i.test(digits) ? 16 : /^0\d/.test(digits) ? 8 : 10;
  const radix = base === undefined ? plain : Number(base);
  const letters = digits.replace(/^0x/i, "");
  if (radix < 2 || radix > BASE_MAX) return Number.NaN;
  const known = Number.parseInt(letters, radix);
  const isWhole = known.toString(radix) === letters.toLowerCase().replace(/^0+(?=.)/, "");
  return isWhole ? (sign === "-" ? -known : known) : Number.NaN;
}

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
    return numberSaid(said);
  };
  const raised = (): number => {
    const known = factor();
    if (tokens[at] !== "**") return known;
    at += 1;
    return known ** raised();
  };
  const product = (): number => {
    let known = raised();
    while (/^[*/%]$/.test(tokens[at] ?? "")) {
      const operator = tokens[at++];
      const other = raised();
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
  const turned = (): number => {
    let known = sum();
    for (let turn = BITS[tokens[at] ?? ""]; turn; turn = BITS[tokens[at] ?? ""]) {
      at += 1;
      known = turn(known, sum());
    }
    return known;
  };
  const compared = (): number => {
    const left = turned();
    const compare = COMPARED[tokens[at] ?? ""];
    if (!compare) return left;
    at += 1;
    return compare(left, turned()) ? 1 : 0;
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
