/**
 * Whether a text may hold a secret at all. Every shape below, and every rule of secretlint's
 * recommended preset, needs one of these; most texts hold none, and that is all they cost.
 */
export const TRACE = new RegExp(
  [
    "PRIVATE KEY",
    "A(?:KIA|3T[A-Z0-9]|GPA|IDA|ROA|IPA|NPA|NVA|SIA)[A-Z0-9]{8}|AIza|dapi[a-fA-F0-9]{8}",
    "sk-[\\w-]{16}|gh[pousr]_|_pat_|glpat-|gl(?:c|sa)_|npm_|xox[abopr]-|xapp-|eyJ",
    "[rs]k_(?:live|test)_|gsk_|hf_|lin_api|ntn_|SG\\.\\w|shp(?:pa|ca|at|ss)_|hv[sbr]\\.",
    "vc[piark]_|figd_|cf(?:k|ut|at)_|tskey-|ops_e|_authToken=|hooks\\.slack\\.com",
    "://[^\\s/@]{1,256}@|[Aa][Ww][Ss]_?(?:[Ss][Ee]|[Aa][Cc])",
    "(?:[Kk][Ee][Yy]|[Tt][Oo][Kk][Ee][Nn]|[Ss][Ee][Cc][Rr][Ee][Tt]|[Ww][Dd]|[Ww][Oo][Rr][Dd])" +
      "\\\\?[\"']?\\s?[:=]\\s?\\\\?[\"']?[\\w+/=!.~-]{8}",
    "[Aa]uthorization\\\\?[\"']?\\s?[:=]|AUTHORIZATION|[Bb]earer\\s|BEARER",
  ].join("|"),
);

/** The group of a shape that stays before the mask, to tell what the secret was for. */
export const KEPT = "kept";

const BEGIN = "-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----";
const END = BEGIN.replace("BEGIN", "END");
/** A quote as it is, or as it is within a JSON text. */
const QUOTE = "\\\\?[\"']";
/** At least so many characters, a digit among the first: no plain word is a secret. */
const value = (least: number) => `(?=[A-Za-z_.~+/=!-]{0,80}\\d)[\\w.~+/=!-]{${least},}`;
const NAMES =
  "(?:api[-_]?key|access[-_]?token|auth[-_]?token|client[-_]?secret|secret[-_]?key|" +
  "secret|token|passwd|password)";

/** Secrets by the shape that their issuers give them, or by the name in front of them. */
export const SHAPES: readonly RegExp[] = [
  // Whole, or cut off: then as far as it looks like one.
  [`${BEGIN}(?:(?:(?!-----)[^]){0,20000}${END}|(?:[A-Za-z0-9+/=\\s]|\\\\[nr]){0,20000})`, "g"],
  [`\\bsk-(?=[A-Za-z_-]{0,80}\\d)[\\w-]{20,}`, "g"],
  ["\\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}", "g"],
  ["\\bglpat-[\\w-]{20,}", "g"],
  ["\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b", "g"],
  ["\\bAIza[\\w-]{35}", "g"],
  ["\\bnpm_[A-Za-z0-9]{36}", "g"],
  ["\\bxox[abopr]-[A-Za-z0-9-]{20,}", "g"],
  ["\\b[rs]k_(?:live|test)_[A-Za-z0-9]{20,}", "g"],
  ["\\beyJ[\\w-]{10,500}\\.eyJ[\\w-]{10,8000}\\.[\\w-]{10,}", "g"],
  [`(?<${KEPT}>[a-z][a-z0-9+.-]{1,20}://[^\\s/:@"']{0,100}:)[^\\s/@"'\\[]{4,200}(?=@)`, "gi"],
  [
    `(?<${KEPT}>authorization(?:${QUOTE})?\\s{0,4}[:=]\\s{0,4}(?:${QUOTE})?` +
      `(?:(?:bearer|basic|token)\\s{1,4})?)[\\w.~+/=:-]{8,}`,
    "gi",
  ],
  [`(?<${KEPT}>\\bbearer\\s{1,4})${value(16)}`, "gi"],
  [`(?<${KEPT}>${NAMES}(?:${QUOTE})?\\s{0,4}[:=]\\s{0,4}${QUOTE})${value(12)}`, "gi"],
  // As in a file of settings: NAME=value to the end of the line.
  [`(?<${KEPT}>[A-Z_]{0,60}(?:KEY|TOKEN|SECRET|PASSWORD)=)${value(12)}`, "g"],
].map(([shape = "", flags]) => new RegExp(shape, flags));
