import { BadInput } from "@nightshift/protocol/errors";

const VIEWS = "nightshift log query --schema";

/** What SQLite has against a query, as one line that names the place. */
export function troubleOf(message: string, sql: string): BadInput {
  const at = placeIn(sql, message);
  if (/not authorized|authorization denied|is prohibited/.test(message)) {
    return new BadInput("only SELECT over the documented views is answered", at, VIEWS);
  }
  if (/too big|string longer|out of memory/i.test(message)) {
    return new BadInput("a value gets too long", at, "select less of it: substr(data, 1, 1000)");
  }
  if (message.startsWith("more than one")) return new BadInput(message, "the query", VIEWS);
  return new BadInput(message.replace(/\btable: (?:temp\.)?/, "view: "), at, VIEWS);
}

const NAMED =
  /near "(.+)":|^access to \w+\.(\w+)|(?:no such (?:column|table|function)|column name|token): "?(.+?)"?$/;

/** The line and column of the word that the message names; SQLite tells no more. */
function placeIn(sql: string, message: string): string {
  const [, near, hidden, word] = NAMED.exec(message) ?? [];
  const named = near ?? hidden ?? word?.replace(/^.*\./, "");
  const found = named === undefined ? -1 : indexOfWord(sql, named);
  const at = found >= 0 ? found : /incomplete/.test(message) ? sql.trimEnd().length : 0;
  const before = sql.slice(0, at).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function indexOfWord(sql: string, word: string): number {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const whole = new RegExp(String.raw`(?<!\w)${escaped}(?!\w)`, "i").exec(sql);
  return whole?.index ?? sql.toLowerCase().indexOf(word.toLowerCase());
}
