import type { Value } from "./value.ts";

/** No program shifts, or raises, further than its largest numbers are long. */
const BITS_MAX = 1_024n;
/** What is larger spells nothing that somebody wrote; and squares of squares fill any memory. */
const LARGEST = 2n ** (8n * BITS_MAX);
/** Beyond this numbers of 32 bits are other ones. */
const SMALL = 2 ** 31;

/** What operators make of whole numbers that 32 bits, or a number, cannot hold; else null. */
export function ofLargeNumbers(
  operator: string,
  left: Value | null,
  right: Value | null,
): Value | null {
  const isLarge = typeof left === "bigint" || typeof right === "bigint";
  if (!isLarge && !couldGrow(operator, left, right)) return null;
  const [one, other] = [wholeOf(left), wholeOf(right)];
  return one === null || other === null ? null : shrunk(computed(operator, one, other));
}

/** A large number, or one that is whole. */
export function wholeOf(value: Value | null): bigint | null {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : null;
}

/** What of a number is left in a byte. */
export function lastByte(value: number | bigint): number {
  const whole = wholeOf(value);
  return whole === null ? 0 : Number(BigInt.asUintN(8, whole));
}

/** The same as a number, where one can hold it; null where it is too large for anything. */
function shrunk(value: bigint | null): number | bigint | null {
  if (value === null || value > LARGEST || value < -LARGEST) return null;
  const plain = Number(value);
  return Number.isSafeInteger(plain) ? plain : value;
}

function couldGrow(operator: string, left: Value | null, right: Value | null): boolean {
  if (typeof left !== "number" || typeof right !== "number") return false;
  if (operator === "*") return !Number.isSafeInteger(left * right);
  if (operator === "<<") return left >= 0 && right >= 0 && left * 2 ** right >= SMALL;
  return /^(?:\^|&|\||>>)$/.test(operator) && (left >= SMALL || right >= SMALL);
}

function computed(operator: string, left: bigint, right: bigint): bigint | null {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
    case "//":
      return right === 0n ? null : left / right;
    case "%":
      return right === 0n ? null : left % right;
    case "^":
      return left ^ right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "<<":
      return right < 0n || right > BITS_MAX ? null : left << right;
    case ">>":
    case ">>>":
      return right < 0n || right > BITS_MAX ? null : left >> right;
    default:
      return null;
  }
}
