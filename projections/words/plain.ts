/**
 * Text that someone else wrote, as one plain line of at most `charsMax` characters: without escape
 * sequences, control characters, and the invisible characters that reorder or hide text (I11).
 */
export function plain(text: string, charsMax: number): string {
  // Cut before the patterns run: what is hostile may also be huge.
  const line = text
    .slice(0, charsMax * READ_FACTOR)
    .toWellFormed()
    .replaceAll(ESCAPE_SEQUENCE, "")
    .replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/\p{Cf}/gu, "")
    .trim();
  const characters = Array.from(line);
  if (characters.length <= charsMax) return line;
  return `${characters.slice(0, charsMax - 1).join("")}…`;
}

const READ_FACTOR = 4;

const TERMINATOR = String.raw`(?:\u0007|\u001b\\|\u009c)`;

/** Terminal commands: those that end in a letter, titles and links, and the two-character ones. */
const ESCAPE_SEQUENCE = new RegExp(
  [
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*${TERMINATOR}?`,
    String.raw`\u001b[ -/]*[0-~]?`,
  ].join("|"),
  "gu",
);

/** Micro-dollars as `$1.25`; under a cent it keeps four digits, so that it is not nothing. */
export function dollars(microUsd: number): string {
  const small = microUsd > 0 && microUsd < 10_000;
  return `$${(microUsd / 1_000_000).toFixed(small ? 4 : 2)}`;
}

/** `1 attempt`, `2 attempts`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** A moment as people of that zone write it, `21 Nov 06:30`. */
export function moment(atMs: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return format.format(atMs).replace(",", "");
}
