import { secretsIn } from "../../secrets.ts";
import { backwards, decodings, encodesKey, isRandom } from "./encoded.ts";

/** A literal that is a token's beginning and nothing else, as its issuer writes it. */
const BEGINNING =
  /^(?:gh[pousr]_?|github_pat_?|AKIA|ASIA|glpat-?|xox[abposr]-?|AIza(?:Sy)?|npm_|[rs]k_live_?|sk-(?:ant|proj|or)-?|sk-ant-api\d\d-?|eyJhbGci\w*)$/;
const MAYBE = /gh[pousr]|AKIA|ASIA|glpat|xox[abposr]|AIza|npm_|[rs]k_live|sk-|eyJ/;
const MAYBE_BACKWARDS = /_?[pousr]hg["'`]|AIKA|AISA|taplg|[abposr]xox|azIA|_mpn|evil_k[rs]|-ks|Jye/;
const LITERAL = /(["'`])([\w+/=.!-]{2,400})\1/g;
/** Without a literal like this there is no key in parts: most files have none. */
const KEYLIKE =
  /["'`](?=[\w+/=.!-]{0,60}[A-Za-z])(?=[\w+/=.!-]{0,60}\d)[\w+/=.!@#$%^&*~-]{6,}["'`]|["']\w["']\s*,\s*["']\w["']/;
/** What may stand between two parts of one text. */
const BETWEEN = /^[\s+,.&()\\<>[\]]*$/;
const BETWEEN_CHARS = 40;
const NEAR_CHARS = 600;
const LITERALS_MAX = 3_000;
const GROUP_MAX = 12;
const PART_CHARS_MIN = 6;
const KEY_CHARS_MIN = 16;

/** Where keys are given, whatever the language: a name, a header, or a call that asks for one. */
const NAMED = String.raw`(?:pass(?:word|wd|phrase)|pwd|secret|credential|api_?key|access_?key|private_?key|signing_?key|auth_?key|encryption_?key|token|authorization)\w{0,40}`;
const GIVEN = String.raw`["'\]\s]*(?::\s*[\w&'<>[\].](?:[\w&'<>[\]. ]{0,29}[\w&'<>[\].])?\s*)?(?:=>|:=|[=:,(])\s*`;
const WRAPPED = String.raw`(?:[\w.:&]{0,40}\(\s*){0,3}(?:b|r|f|rb|br)?`;
const PLACE = new RegExp(
  `${NAMED}${GIVEN}${WRAPPED}["'\`](?:(?:Bearer|Basic|token|Token) )?([\\w+/=!@#$%^&*.~-]{12,200})["'\`]`,
  "gi",
);
const ASKS = new RegExp(
  String.raw`\b(?:getConnection|createConnection|connect|(?:create_?)?hmac|jwt\.|sign|SecretKeySpec|Fernet|create(?:De)?cipher|login|log_in|sign_?in|authenticate|auth|set_?basic_?auth|basic_?auth|basic|PasswordAuthentication|HTTPBasicAuth|UsernamePassword|PlainAuth|credentials?|Credentials?)\w*\s*(?:\(|(?<=\s)(?=["']))(?:[^()"'\x60;]|"[^"\n]*"|'[^'\n]*'){0,300}?["'\x60]([\w+/=!@#$%^&*~-]{12,200})["'\x60]`,
  "gi",
);
const HEADER = /["'`](?:Bearer|Basic|token)\s+([\w+/=.~-]{12,400})["'`]/g;
const IN_TEXT =
  /\b(?:password|passwd|pwd|secret|token|api_?key|access_?key|accountkey|sharedaccesskey)=([^\s"'`&;,]{12,200})/gi;
/** `${PASSWORD:-…}` of a shell. */
const OTHERWISE = new RegExp(`${NAMED}:?[-=]([\\w+/=!@#$%^&*.~-]{12,200})\\}`, "gi");
/** Letters one by one. */
const LETTERS = /(?:(["'])[\w+/=.-]\1\s*,\s*){11,200}(["'])[\w+/=.-]\2/g;
const PLACEHOLDER = /example|sample|dummy|placeholder|changeme|xxxx|fixture|0123456789|123456/i;

type Found = { at: number; text: string };
type Literal = { at: number; end: number; said: string };

/** Keys that no single literal says as their issuers write them. */
export function partedSecrets(text: string): Found[] {
  if (!KEYLIKE.test(text)) return placed(text, [HEADER, IN_TEXT, OTHERWISE]);
  const literals = [...text.matchAll(LITERAL)]
    .slice(0, LITERALS_MAX)
    .map(({ index, 0: all, 2: said = "" }): Literal => ({
      at: index,
      end: index + all.length,
      said,
    }));
  return [
    ...placed(text, [PLACE, ASKS, HEADER, IN_TEXT, OTHERWISE]),
    ...sideBySide(text),
    ...[...text.matchAll(LETTERS)]
      .filter(({ 0: all }) => isSpelledKey(all.replaceAll(/["',\s]/g, "")))
      .map(({ index, 0: all }) => ({ at: index, text: all.slice(0, 200) })),
    ...begun(text, literals),
    ...groupsOf(text, literals).filter(isKey).map(foundOf),
    ...literals.filter(({ said }) => encodesKey(said)).map((one) => foundOf([one])),
  ];
}

function isSpelledKey(said: string): boolean {
  return isRandom(said, KEY_CHARS_MIN) || secretsIn(said).length > 0;
}

const SIDE_BY_SIDE = /(?<=\w)(["'])[ \t]*(?:\+[ \t]*)?\1(?=\w)/g;
const LINE_CHARS_MAX = 400;

/** Keys in literals that stand in one line as one text, as the language reads them. */
function sideBySide(text: string): Found[] {
  let seen = -1;
  return [...text.matchAll(SIDE_BY_SIDE)].slice(0, LITERALS_MAX).flatMap(({ index }): Found[] => {
    const from = text.lastIndexOf("\n", index) + 1;
    if (from === seen) return [];
    seen = from;
    const to = text.indexOf("\n", index);
    const line = text.slice(from, to === -1 ? undefined : to).slice(0, LINE_CHARS_MAX);
    return placed(line.replaceAll(SIDE_BY_SIDE, ""), [PLACE]).map((found) => ({
      ...found,
      at: found.at + from,
    }));
  });
}

function placed(text: string, places: readonly RegExp[]): Found[] {
  return places.flatMap((pattern) =>
    [...text.matchAll(pattern)]
      .filter(({ 1: value = "" }) => isRandom(value) && !PLACEHOLDER.test(value))
      .map(({ index, 0: all }) => ({ at: index, text: all.slice(0, 200) })),
  );
}

/** The beginning of a token by itself, and near it what could be the rest of one. */
function begun(text: string, literals: readonly Literal[]): Found[] {
  if (!MAYBE.test(text) && !MAYBE_BACKWARDS.test(text)) return [];
  return literals
    .filter(({ said }) => BEGINNING.test(said) || BEGINNING.test(backwards(said)))
    .filter((one) => literals.some((other) => other !== one && isRest(one, other)))
    .map((one) => foundOf([one]));
}

function isRest(one: Literal, other: Literal): boolean {
  if (Math.abs(one.at - other.at) > NEAR_CHARS || other.said.length < PART_CHARS_MIN) return false;
  return isRandom(other.said, PART_CHARS_MIN) || /^[\dA-Fa-f]{12,}$/.test(other.said);
}

/** Literals side by side, and those that are parts of something random in the whole file. */
function groupsOf(text: string, literals: readonly Literal[]): Literal[][] {
  const groups: Literal[][] = [];
  for (const one of literals) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const isNear = last !== undefined && one.at - last.end <= BETWEEN_CHARS;
    const isNext = isNear && BETWEEN.test(text.slice(last.end, one.at));
    if (group && isNext) group.push(one);
    else groups.push([one]);
  }
  const random = literals.filter(
    ({ said }) =>
      isRandom(said, PART_CHARS_MIN) || (/^[\da-f]{8,}$/i.test(said) && /\d/.test(said)),
  );
  const pairs = random.flatMap((one, at) => {
    const next = random[at + 1];
    return next ? [[one, next]] : [];
  });
  const whole = random.length > 2 && random.length <= GROUP_MAX ? [random] : [];
  return [...groups.filter(({ length }) => length > 1 && length <= GROUP_MAX), ...pairs, ...whole];
}

function isKey(group: readonly Literal[]): boolean {
  const parts = group.map(({ said }) => said);
  // Only letters that change as a key's do, or the parts of an encoded text, are worth a look.
  if (!parts.some((part) => /\d/.test(part)) || parts.join("").length < KEY_CHARS_MIN) return false;
  return [parts, parts.toReversed()].some((ordered) => {
    const whole = ordered.join("");
    const apart = ordered.map((part) => decodings(part)[0] ?? part).join("");
    return (
      [whole, backwards(whole), apart].some((said) => secretsIn(said).length > 0) ||
      (parts.length > 1 && encodesKey(whole))
    );
  });
}

function foundOf(group: readonly Literal[]): Found {
  return {
    at: group[0]?.at ?? 0,
    text: group
      .map(({ said }) => said)
      .join(" ")
      .slice(0, 200),
  };
}
