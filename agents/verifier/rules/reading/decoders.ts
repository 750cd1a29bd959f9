import { charOf, fromBase64, fromHex, rotated, unescaped } from "./literal.ts";

/** A name of a function that decodes, and what it does. */
type Decoder = readonly [name: RegExp, decode: (text: string) => string | null];

/** The decoders of the standard libraries and of what everybody uses beside them. */
const DECODERS: readonly Decoder[] = [
  [
    /(?:^|\.)(?:b32decode|base32\.decode)$|base32\.(?:Std|Hex)Encoding\.DecodeString$|BASE32\w*\.decode$/i,
    fromBase32,
  ],
  [/(?:^|\.)(?:a85decode|ascii85\.decode)$/, (text) => fromBase85(text, ASCII85)],
  [/(?:^|\.)b85decode$/, (text) => fromBase85(text, GIT85)],
  [/(?:^|\.)z85decode$/, (text) => fromBase85(text, Z85)],
  [
    /(?:^|\.)(?:fromhex|unhexlify|a2b_hex|parseHex|decodeHex|parseHexBinary|fromHex|hex_decode)$|(?:^|[./])hex\.(?:DecodeString|decode)$|HexFormat\.of\(\)\.\w+$|HEX\w*\.decode$/,
    fromHex,
  ],
  [
    /(?:^|\.)(?:atob|[ub]64decode|standard_b64decode|urlsafe_b64decode|decodebytes|decodestring|a2b_base64|(?:strict_|urlsafe_)?decode64|decodeBase64|parseBase64Binary|base64ToString|fromBase64|toByteArray)$|Encoding\.(?:Strict\(\)\.)?DecodeString$|get(?:Url|Mime)?Decoder\(\)\.decode$|(?:STANDARD|URL_SAFE|GENERAL_PURPOSE)\w*\.decode$|base64(?:url)?\.decode\w*$|BASE64\w*\.decode$/i,
    fromBase64,
  ],
  [
    /(?:^|\.)(?:decodeURIComponent|decodeURI|unescape|unquote|unquote_plus|unquote_to_bytes|unescape_component|decode_www_form_component|decode_uri_component|(?:Query|Path)Unescape|URLDecoder\.decode|percent_decode_str|querystring\.unescape|urlencoding\.decode|CGI\.unescape\w*|URI\.decode\w*|html\.unescape|UnescapeString|unescapeHTML|he\.(?:decode|unescape)|html-entities\.decode|entities\.decode\w*|decode_html_entities|unescapeHtml\d?)$/,
    (text) => fromEntities(fromPercents(text)),
  ],
  [
    /(?:^|\.)(?:quopri\.decodestring|a2b_qp|unescapeJava|Unquote|strconv\.Unquote|undump)$/,
    unquoted,
  ],
  [/(?:^|\.)(?:a2b_uu|uudecode)$/, fromUu],
  [/(?:^|\.)(?:rot13|rot_13|Rot13)$/, rotated],
];

const LOOKS_LIKE_ONE =
  /atob|code|esc|quote|hex|64|85|32|rot|parse|ByteArray|String|entit|undump|a2b|uu/i;

/** The decoder of that name; undefined where the name is none's. */
export function decoderOf(name: string): ((text: string) => string | null) | undefined {
  if (!LOOKS_LIKE_ONE.test(name)) return undefined;
  return DECODERS.find(([named]) => named.test(name))?.[1];
}

/** What `Buffer.from(text, way)` and `codecs.decode(text, way)` make of it. */
export function decodedAs(way: string, text: string): string | null {
  const plain = way.toLowerCase().replaceAll(/[-_\d]*codec|[-_]/g, "");
  if (plain === "rot13") return rotated(text);
  if (plain === "hex") return fromHex(text);
  if (/^base64|^u?64/.test(plain)) return fromBase64(text);
  if (/^(?:utf16|ucs2)/.test(plain)) return text.replaceAll("\0", "");
  if (/^(?:uu|uucodec)$/.test(plain)) return fromUu(text);
  if (/^(?:quopri|quotedprintable|qp)$/.test(plain)) return unquoted(text);
  return plain === "unicodeescape" ? unescaped(text) : text;
}

function fromPercents(text: string): string {
  return text.replaceAll(/%([\da-fA-F]{2})/g, (_, hex: string) => charOf(Number.parseInt(hex, 16)));
}

function fromEntities(text: string): string {
  return text
    .replaceAll(/&#x([\da-fA-F]{1,6});/g, (_, hex: string) => charOf(Number.parseInt(hex, 16)))
    .replaceAll(/&#(\d{1,7});/g, (_, code: string) => charOf(Number(code)))
    .replaceAll("&colon;", ":")
    .replaceAll("&sol;", "/")
    .replaceAll("&period;", ".")
    .replaceAll("&amp;", "&");
}

const UU = { first: 32, mask: 63, bits: 6 };

/** Lines of letters that say how many bytes they are, six bits each. */
function fromUu(text: string): string | null {
  const lines = text.split("\n").filter((line) => line !== "" && !/^(?:begin \d|end$)/.test(line));
  const said = lines.map((line) => {
    const codes = Array.from(line, (letter) => (letter.charCodeAt(0) - UU.first) & UU.mask);
    const bits = codes
      .slice(1)
      .map((code) => code.toString(2).padStart(UU.bits, "0"))
      .join("");
    const bytes = (bits.match(/[01]{8}/g) ?? []).slice(0, codes[0] ?? 0);
    return bytes.map((byte) => charOf(Number.parseInt(byte, 2))).join("");
  });
  return said.length === 0 ? null : said.join("");
}

function unquoted(text: string): string {
  const plain = text.replace(/^(["'`])([^]*)\1$/, "$2");
  return unescaped(plain.replaceAll(/=([\dA-F]{2})/g, "\\x$1"));
}

const BITS = { base32: 5, byte: 8 };

function fromBase32(text: string): string | null {
  const plain = text.toUpperCase().replaceAll(/[\s=]/g, "");
  if (!/^[A-Z2-7]+$/.test(plain)) return null;
  let bits = "";
  for (const letter of plain) {
    const code = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter);
    bits += code.toString(2).padStart(BITS.base32, "0");
  }
  const bytes = bits.match(/[01]{8}/g) ?? [];
  return bytes.map((byte) => charOf(Number.parseInt(byte, 2))).join("");
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const GIT85 = `0123456789${LETTERS}${LETTERS.toLowerCase()}!#$%&()*+-;<=>?@^_\`{|}~`;
const Z85 = `0123456789${LETTERS.toLowerCase()}${LETTERS}.-:+=^!/*?&<>()[]{}@%$#`;
const ASCII85 = Array.from({ length: 85 }, (_, at) => charOf(33 + at)).join("");
const GROUP = 5;

function fromBase85(text: string, alphabet: string): string | null {
  const plain = text.replaceAll(/\s|^<~|~>$/g, "");
  let read = "";
  for (let at = 0; at < plain.length; at += GROUP) {
    const group = plain.slice(at, at + GROUP);
    let sum = 0;
    for (const letter of group.padEnd(GROUP, alphabet.at(-1))) {
      const code = alphabet.indexOf(letter);
      if (code === -1) return null;
      sum = sum * alphabet.length + code;
    }
    const bytes = [24, 16, 8, 0].map((shift) => charOf(Math.floor(sum / 2 ** shift) % 256));
    read += bytes.slice(0, group.length - 1).join("");
  }
  return read === "" ? null : read;
}
