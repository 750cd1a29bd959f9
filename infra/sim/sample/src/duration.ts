const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Reads a duration such as `1h30m` or `250ms`.
 * @returns milliseconds
 * @throws SyntaxError when any part of the text is not a number with a unit.
 */
export function parseDuration(text: string): number {
  const parts = text.trim().match(/\d+(?:ms|s|m|h)/g);
  if (parts === null || parts.join("") !== text.trim()) {
    throw new SyntaxError(`not a duration: ${JSON.stringify(text)}`);
  }
  let total = 0;
  for (const part of parts) {
    const unit = part.replace(/\d+/, "");
    total += Number.parseInt(part, 10) * (UNITS_MS[unit] ?? 0);
  }
  return total;
}

/** Writes milliseconds as the shortest text that `parseDuration` reads back. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0ms";
  let rest = ms;
  let text = "";
  for (const [unit, size] of [["h", 3_600_000], ["m", 60_000], ["s", 1_000], ["ms", 1]] as const) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}
