const SYMBOLS: Readonly<Record<string, string>> = { EUR: "€", USD: "$", GBP: "£" };

/** Writes an amount of cents, e.g. `€12.30`; negative amounts begin with a minus sign. */
export function formatMoney(cents: number, currency: string): string {
  const symbol = SYMBOLS[currency] ?? `${currency} `;
  const whole = Math.floor(cents / 100);
  const rest = Math.abs(cents % 100);
  return `${symbol}${whole}.${String(rest).padStart(2, "0")}`;
}

/** Splits an amount into parts that differ by at most one cent and add up to it. */
export function splitEvenly(cents: number, parts: number): number[] {
  if (!Number.isInteger(parts) || parts < 1) throw new RangeError(`not a number of parts: ${parts}`);
  const share = Math.trunc(cents / parts);
  const left = Math.abs(cents - share * parts);
  return Array.from({ length: parts }, (_, index) => share + (index < left ? Math.sign(cents) : 0));
}
