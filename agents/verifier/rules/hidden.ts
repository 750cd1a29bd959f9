import { charOf, fromBase64, fromHex, rotated, unescaped } from "./literal.ts";

/** Words that code has and data has not. */
const CODE = new RegExp(
  String.raw`\b(?:eval|exec|execSync|system|popen|child_process|subprocess|socket|curl|wget|powershell|` +
    String.raw`process\.env|os\.environ|__import__|spawn|id_rsa)\b|\brequire\(|\bimport \w|/bin/(?:ba)?sh|` +
    String.raw`\bbash -|\bsh -c|rm -rf|https?://|\.ssh/|Function\(|\bnc -`,
);
const LITERAL =
  /["'`]([A-Za-z0-9+/_=-]{16,20000}|(?:%[\da-fA-F]{2}){6,2000}|(?:\\x[\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\[0-7]{3}){4,2000})["'`]/g;
const NUMBERS =
  /[[({]\s*((?:(?:0x[\da-fA-F]{1,2}|\d{1,3})\s*,\s*){5,5000}(?:0x[\da-fA-F]{1,2}|\d{1,3}))\s*,?\s*[\])}]/g;
/** Letters that are made by turning bits: nobody who has nothing to hide writes text like that. */
const SCRAMBLED =
  /(?:\bchr|\bfromCharCode|\bfromCodePoint)\s*\([^()\n]{0,80}\^[^()\n]{0,80}\)|\^[^\n()]{0,40}\)\.chr\b/g;
const LITERALS_MAX = 5_000;

/** Literals of a text that are code in disguise: encoded, escaped, turned round or numbered. */
export function hiddenIn(text: string): { at: number; text: string }[] {
  const found: { at: number; text: string }[] = [];
  for (const match of [...text.matchAll(LITERAL)].slice(0, LITERALS_MAX)) {
    const written = match[1] ?? "";
    if (readings(written).some(isCode)) found.push({ at: match.index, text: match[0] });
  }
  for (const match of text.matchAll(SCRAMBLED)) found.push({ at: match.index, text: match[0] });
  for (const match of [...text.matchAll(NUMBERS)].slice(0, LITERALS_MAX)) {
    const said = (match[1] ?? "")
      .split(",")
      .map((number) => charOf(Number(number.trim())))
      .join("");
    if (isCode(said)) found.push({ at: match.index, text: match[0].slice(0, 500) });
  }
  return found;
}

function readings(written: string): string[] {
  if (written.startsWith("%")) return [unescaped(written.replaceAll("%", "\\x"))];
  if (written.startsWith("\\")) return [unescaped(written)];
  const decoded = [fromBase64(written), fromHex(written)].filter((text) => text !== null);
  const twice = decoded.map(fromBase64).filter((text) => text !== null);
  return [...decoded, ...twice, ...decoded.map(reversed)];
}

function reversed(text: string): string {
  return Array.from(text).reverse().join("");
}

/** Whether what was hidden is code: it can be read, and says what data does not say. */
function isCode(text: string): boolean {
  return isReadable(text) && (CODE.test(text) || CODE.test(rotated(text)));
}

function isReadable(text: string): boolean {
  return text.length >= 4 && /^[\t\n\r\x20-\x7E]+$/.test(text);
}
