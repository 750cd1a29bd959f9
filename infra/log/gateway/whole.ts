import { z } from "zod";

/** A whole number as it comes over the wire. It has 64 bits; a log of ours never grows beyond 53. */
export const Whole = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform((text) => clamp(BigInt(text)));

function clamp(value: bigint): number {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(value > most ? most : value);
}
