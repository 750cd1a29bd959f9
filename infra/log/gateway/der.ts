/** The few kinds of ASN.1 values that a certificate is made of, in DER. */
function value(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

export const sequence = (...parts: Buffer[]) => value(0x30, ...parts);
export const set = (...parts: Buffer[]) => value(0x31, ...parts);
export const boolean = (yes: boolean) => value(0x01, Buffer.from([yes ? 0xff : 0]));
export const octets = (content: Buffer) => value(0x04, content);
export const bits = (content: Buffer, unused = 0) => value(0x03, Buffer.from([unused]), content);
export const text = (content: string) => value(0x0c, Buffer.from(content));
/** A part that is told by its number; constructed ones hold other values. */
export const tagged = (number: number, content: Buffer, constructed: boolean) =>
  value((constructed ? 0xa0 : 0x80) | number, content);

/** A whole number that is not negative. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes[0] ?? 0;
  return value(0x02, first > 0x7f ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** An object identifier, e.g. `2.5.29.17`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap(base128)];
  return value(0x06, Buffer.from(bytes));
}

/** A moment as a certificate of this century writes it. */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return value(0x18, Buffer.from(digits));
}

function base128(number: number): number[] {
  const bytes = [number & 0x7f];
  for (let rest = number >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  const digits: number[] = [];
  for (let rest = bytes; rest > 0; rest >>= 8) digits.unshift(rest & 0xff);
  return Buffer.from([0x80 | digits.length, ...digits]);
}
