import { InvalidArgumentError } from "commander";

export const json = ["--json", "print one JSON value on standard output"] as const;
export const repo = ["-r, --repo <folder>", "the repository", "."] as const;

/** Gathers an option that may be given more than once. */
export const collect = (value: string, before: string[]) => [...before, value];

export function whole(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError("give a whole number of at least 1.");
  }
  return number;
}

export function port(value: string): number {
  const number = Number(value);
  if (/^\d{1,5}$/.test(value) && number <= 65_535) return number;
  throw new InvalidArgumentError("give a port, 0 to 65535.");
}
