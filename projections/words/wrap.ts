const WIDE = new RegExp(
  String.raw`[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}` +
    String.raw`\p{Extended_Pictographic}\uff01-\uff60]`,
  "u",
);
const NONE = /\p{M}/u;

/** Columns a terminal gives a character: wide scripts and pictures take two, marks none. */
function columnsOf(character: string): number {
  if (character < "\u0300") return 1;
  if (NONE.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** One line of text as lines of at most `columnsMax` columns; later ones begin with the indent. */
export function wrap(text: string, columnsMax: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  let columns = 0;
  const add = (part: string, width: number): void => {
    line += part;
    columns += width;
  };
  const end = (): void => {
    lines.push(line.trimEnd());
    line = indent;
    columns = indent.length;
  };
  for (const word of text.split(" ")) {
    const characters = Array.from(word);
    const width = characters.reduce((sum, character) => sum + columnsOf(character), 0);
    if (columns + width > columnsMax && line.trim() !== "") end();
    for (const character of characters) {
      if (columns + columnsOf(character) > columnsMax) end();
      add(character, columnsOf(character));
    }
    if (columns < columnsMax) add(" ", 1);
  }
  if (line.trim() !== "" || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}
