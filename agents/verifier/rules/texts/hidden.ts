import { secretsIn } from "../../secrets.ts";
import { backwards, isWordInDisguise } from "./encoded.ts";
import { charOf, fromBase64, fromHex, rotated, unescaped } from "../reading/literal.ts";
import { hostsIn, isHarmless, isHook, isKeyFile, isOutside } from "../places.ts";

/** Words that code has and data has not. */
const CODE = new RegExp(
  String.raw`\b(?:eval|exec|execSync|system|popen|child_process|subprocess|socket|curl|wget|powershell|` +
    String.raw`process\.env|os\.environ|__import__|spawn|id_rsa|instance_eval|unserialize|getRuntime)\b|\brequire\(|` +
    String.raw`\bimport \w|/bin/(?:ba)?sh|\bbash -|\bsh -c|rm -rf|https?://|\.ssh/|Function\(|\bnc -|/dev/tcp|\.git/hooks`,
);
const LITERAL =
  /["'`]([A-Za-z0-9+/_=-]{8,20000}|(?:%[\da-fA-F]{2}){6,2000}|(?:\\x[\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\[0-7]{3}){4,2000})["'`]/g;
const WORD = /["'`]([\w+/=.:-]{3,60})["'`]/g;
/** Texts of which single letters are written as numbers. */
const ESCAPED =
  /["'`]((?:[^"'`\\\n]|\\.){0,300}\\(?:x[2-7][\da-fA-F]|u00[2-7][\da-fA-F]|u\{[2-7][\da-fA-F]\}|[01][0-7]{2})(?:[^"'`\\\n]|\\.){0,300})["'`]/g;
const NUMBERS =
  /[[({]\s*((?:(?:\(\s*(?:byte|char)\s*\)\s*)?-?(?:0x[\da-fA-F]{1,2}|\d{1,3})(?:u8)?\s*,\s*){3,5000}(?:\(\s*(?:byte|char)\s*\)\s*)?-?(?:0x[\da-fA-F]{1,2}|\d{1,3})(?:u8)?)\s*(?:,\s*)?[\])}]/g;
/** Numbers of letters in one text: `"101 118 97 108"`, `"65,76"`, `"01100101 01110110"`. */
const SPELLED =
  /["'`]((?:(?:\d{2,3}|0x[\da-fA-F]{2}|[01]{8})[\s,;:|.-]){3,2000}(?:\d{2,3}|0x[\da-fA-F]{2}|[01]{8}))["'`]/g;
/** A word in two or more literals side by side: a long line is parted between words. */
const PARTED =
  /["'`]([A-Za-z_./:-]{0,12}[A-Za-z_])["'`](\s*\+\s*|\s*<<\s*|\s*\.\s*|[^\S\n]+)["'`]([A-Za-z_][A-Za-z_./:-]{0,12})["'`]/g;
/** Literals that say what they say from behind. */
const BACKWARDS =
  /["'`]([^"'`\n]*(?:\/\/:s?ptth|lave|cexe|metsys|hs(?:ab)?\/nib\/|ssecorp|nepop|asr_di|hss\.|swa\.|skooh|sserohp|emor?h\/|cte\/|rahsram|laer?hsram|elkcip|tropmi|eriuqer|noitcnuF|nwaps|lruc|tegw)[^"'`\n]*)["'`]/g;
/** Letters that are made by turning bits: nobody who has nothing to hide writes text like that. */
const SCRAMBLED =
  /(?:\bchr|\bfromCharCode|\bfromCodePoint)\s*\([^()\n]{0,80}\^[^()\n]{0,80}\)|\^[^\n()]{0,40}\)\.chr\b/g;
const LITERALS_MAX = 5_000;
const NONE: ReadonlySet<string> = new Set();

type Hidden = { at: number; text: string };

/** Literals of a text that are code in disguise: encoded, escaped, turned round or numbered. */
export function hiddenIn(text: string): Hidden[] {
  const found: Hidden[] = [];
  const look = (pattern: RegExp, isHidden: (written: string) => boolean) => {
    for (const match of [...text.matchAll(pattern)].slice(0, LITERALS_MAX)) {
      if (isHidden(match[1] ?? "")) {
        found.push({ at: match.index, text: match[0].slice(0, 500) });
      }
    }
  };
  look(LITERAL, (written) => readings(written).some(isCode));
  look(WORD, isWordInDisguise);
  if (text.includes("\\")) look(ESCAPED, spellsWord);
  look(SCRAMBLED, () => true);
  look(PARTED, () => true);
  look(NUMBERS, (written) => isSpelled(numbersOf(written, ",")));
  look(SPELLED, (written) => isSpelled(numbersOf(written, /[\s,;:|.-]/)));
  look(LARGE, (written) => isLetters(written));
  look(BACKWARDS, (written) => isSaid(backwards(written)));
  return found;
}

/** Numbers so large that they count nothing. */
const LARGE = /(?<![\w.])(0x[\da-fA-F]{20,2000}|\d{25,2000})(?![\w.])/g;

/** Whether the bytes of a number are letters, from either end. */
function isLetters(written: string): boolean {
  const said = fromHex(evenly(BigInt(written).toString(16))) ?? "";
  return [said, backwards(said)].some((text) => isCode(text) || isSaid(text));
}

function evenly(hex: string): string {
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

function numbersOf(written: string, between: string | RegExp): number[] {
  return written.split(between).map((number) => {
    const plain = number.replaceAll(/\(\s*\w+\s*\)|u8|\s/g, "");
    if (/^[01]{8}$/.test(plain)) return Number.parseInt(plain, 2);
    const value = Number(plain);
    return value < 0 ? value + 256 : value;
  });
}

const SHIFTS_MAX = 256;
const TURNED_MAX = 2_000;

/** Numbers that are letters, as they are or each turned by the same bits or moved by the same step. */
function isSpelled(numbers: readonly number[]): boolean {
  const some = numbers.slice(0, TURNED_MAX);
  const said = some.map(charOf).join("");
  if (isCode(said) || isSaid(said) || isCode(backwards(said)) || isSaid(backwards(said)))
    return true;
  if (numbers.length < TURNED_MIN) return false;
  for (let key = 1; key < SHIFTS_MAX; key++) {
    const turned = some.map((number) => charOf(number ^ key)).join("");
    const moved = some.map((number) => charOf((number + key) % SHIFTS_MAX)).join("");
    if (isCode(turned) || isSaid(turned) || isCode(moved) || isSaid(moved)) return true;
  }
  return false;
}

const TURNED_MIN = 6;

/** Whether escapes stand for plain letters of a word. */
function spellsWord(written: string): boolean {
  const escapes = written.match(PLAIN_ESCAPE) ?? [];
  const letters = escapes.filter((escape) => /[A-Za-z/.]/.test(unescaped(escape)));
  if (letters.length < 2 || /[[\]]|\\\\/.test(written)) return false;
  return /[A-Za-z]{3}|\/\w|\.\w/.test(unescaped(written));
}

const PLAIN_ESCAPE = /\\(?:x[\da-fA-F]{2}|u\{?00?[\da-fA-F]{2}\}?|[01][0-7]{2})/g;

function readings(written: string): string[] {
  if (written.startsWith("%")) return [unescaped(written.replaceAll("%", "\\x"))];
  if (written.startsWith("\\")) return [unescaped(written)];
  const turned = [written, backwards(written), rotated(written)];
  const decoded = turned.flatMap((text) => [fromBase64(text), fromHex(text)]).filter(isText);
  const twice = decoded.flatMap((text) => [fromBase64(text), fromHex(text)]).filter(isText);
  return [...decoded, ...twice, ...decoded.map(backwards)];
}

function isText(text: string | null): text is string {
  return text !== null && isReadable(text);
}

/** Whether what was hidden is code: it can be read, and says what data does not say. */
function isCode(text: string): boolean {
  return isReadable(text) && (CODE.test(text) || CODE.test(rotated(text)) || isSaid(text));
}

/** Whether it names a place that somebody would hide. */
function isSaid(text: string): boolean {
  if (!isReadable(text)) return false;
  if (
    /^(?:\/bin\/|\/usr\/bin\/)?(?:ba|z|da)?sh$|^(?:eval|exec|system|popen|Marshal|marshal|pickle)$/.test(
      text,
    )
  ) {
    return true;
  }
  if (hostsIn(text).some((host) => host.includes(".") && !isHarmless(host, NONE))) return true;
  return isKeyFile(text) || isHook(text) || isOutside(text) || secretsIn(text).length > 0;
}

function isReadable(text: string): boolean {
  return text.length >= 4 && /^[\t\n\r\x20-\x7E]+$/.test(text);
}
