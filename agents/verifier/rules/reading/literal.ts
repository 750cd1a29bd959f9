/** Where a text has a part that is not known until it runs. */
export const HOLE = "\0";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  e: "\u001b",
  "\n": "",
};
const ESCAPE =
  /\\(?:x([\da-fA-F]{2})|u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|([0-7]{1,3})|N\{([A-Z -]{1,40})\}|([^]))/g;
/** Signs of paths and addresses by their names, as Python has them. */
const SIGNS: Readonly<Record<string, string>> = {
  SOLIDUS: "/",
  "FULL STOP": ".",
  COLON: ":",
  "HYPHEN-MINUS": "-",
  "LOW LINE": "_",
  TILDE: "~",
  "COMMERCIAL AT": "@",
  "VERTICAL LINE": "|",
  SPACE: " ",
};
const CODE_POINT_MAX = 0x10_ff_ff;

/** `%q(…)`, `%Q|…|`, `%(…)` */
const PERCENT = /^%([qQ]?)[^\w\s]([^]*)[^\w\s]$/;

/** What a string literal says: quotes and prefixes gone, escapes read. */
export function literalText(written: string): string {
  if (/^:(?:\w|[^\s\w"']{1,3}$)/.test(written)) return written.slice(1);
  const [, raw, percent] = PERCENT.exec(written) ?? [];
  if (percent !== undefined) return raw === "q" ? percent : unescaped(percent);
  if (/^\?\S$/.test(written)) return written.slice(1);
  const opened = /^(:?[A-Za-z@]{0,3}#*)("""|'''|["'`])/.exec(written);
  if (!opened) return unescaped(written);
  const [all, prefix = "", quote = ""] = opened;
  const inside = written.slice(all.length).replace(new RegExp(`${quote}#*$`), "");
  const plain = quote === '"""' && prefix === "" ? withoutMargin(inside) : inside;
  return /r/i.test(prefix) ? plain : unescaped(plain);
}

const MARGIN_MAX = 200;

/** A block of text of Java begins in the line after its quotes, where its least blanks end. */
function withoutMargin(inside: string): string {
  if (!/^[ \t]*\n/.test(inside)) return inside;
  const lines = inside.slice(inside.indexOf("\n") + 1).split("\n");
  const margins = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const margin = Math.min(MARGIN_MAX, ...margins);
  return lines.map((line) => line.slice(margin)).join("\n");
}

/** The same for a text without quotes. */
export function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  // What goes on in the next line goes on behind its first blanks.
  return text
    .replaceAll(/\\\r?\n[^\S\n]*/g, "")
    .replaceAll(ESCAPE, (_, byte, braced, four, octal, sign, letter) => {
      const hex: string | undefined = byte ?? braced ?? four;
      if (hex !== undefined) return charOf(Number.parseInt(hex, 16));
      if (octal !== undefined) return charOf(Number.parseInt(octal, 8));
      if (sign !== undefined) return signNamed(sign);
      return ESCAPES[letter] ?? letter;
    });
}

function signNamed(name: string): string {
  const [, size, letter] = /^(?:LATIN (SMALL|CAPITAL) LETTER|DIGIT) (\w+)$/.exec(name) ?? [];
  if (letter?.length === 1) return size === "SMALL" ? letter.toLowerCase() : letter;
  return SIGNS[name] ?? HOLE;
}

export function charOf(code: number): string {
  return Number.isInteger(code) && code >= 0 && code <= CODE_POINT_MAX
    ? String.fromCodePoint(code)
    : "";
}

/** What base64, also that for addresses, stands for; null where it is none. */
export function fromBase64(text: string): string | null {
  const plain = text.replaceAll(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/");
  if (plain === "" || !/^[A-Za-z0-9+/]+=*$/.test(plain)) return null;
  const letters = plain.replace(/=+$/, "");
  // One letter alone is no byte: what is read for every literal had better not throw.
  return letters.length % 4 === 1 ? null : atob(letters);
}

export function fromHex(text: string): string | null {
  if (!/^[\s:\\xX\da-fA-F]+$/.test(text)) return null;
  const plain = text.replaceAll(/[\s:]|\\x|0x/g, "");
  if (plain === "" || plain.length % 2 === 1 || !/^[\da-fA-F]+$/.test(plain)) return null;
  return plain.replaceAll(/../g, (byte) => charOf(Number.parseInt(byte, 16)));
}

export function rotated(text: string): string {
  return text.replaceAll(/[A-Za-z]/g, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return charOf(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}
