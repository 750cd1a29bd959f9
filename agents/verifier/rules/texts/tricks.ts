/** What nobody writes who has nothing to hide, or what puts a text together of small parts. */
const TRICKS =
  /fromCharCode|fromCodePoint|\batob\(|b(?:64|32|16|85)_?[dD]ecode|a85decode|hexlify|fromhex|["'.]hex["']?[).]|\bchr\b|CodePoint|\bunpack1?\b|\bpack\(|[rR]everse[d!]?\(|\.reverse\b|\.rev\(|\[[\w.() -]{0,20}:[\w.() -]{0,20}: *-?\d|slice\(None|decode_www_form|each_slice|[lr]?strip\(["']|%[wi][[({<|]|\.tr\(|translate\(|maketrans|\w\)?\s*\^\s*\(?\w|\bas (?:u8 as )?char|char::from|from_u(?:tf|32)|\(char\)|Decode|decode(?:(?!decode)\w)*\((?!\)|["']utf)|a2b_|[fF]rom(?:Hex|Base64)|parse(?:Hex|Base64)|base64ToString|undump|(?:from|tring|code)\([^()\n]{0,200}["']base64["']|[uU]nescape|[uU]nquote|decodeURI|swapcase|[rR]ot_?13|["'`][\w./:@+-]{1,30}["'`]\s*(?:\+|<<)\s*["'`][\w./:@-]|[\w./~]["'] ["'][\w./~]|byte\{|byte\[\]|string\(\[|join\(["'`]["'`]|["'`]["'`]\.join|%[cdsv]%[sv]|\{\}\{\}|push_str|concat!\(|WriteString|[#$]\{["'`]\w+["'`]\}|StringBu|BASE64|STANDARD/;

let last = { text: "", tricks: false };

/** Whether a file does anything by which texts are hidden; most files do not. */
export function usesTricks(text: string): boolean {
  // Several rules ask it of the same file, one after the other.
  if (last.text !== text) last = { text, tricks: TRICKS.test(text) };
  return last.tricks;
}
