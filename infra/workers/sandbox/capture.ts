/**
 * Keeps the beginning and the end of a stream of bytes and drops the middle: the beginning tells
 * what was started, the end how it ended, and a flood between them costs no memory.
 */
export class Capture {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #tail: Buffer[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #dropped = 0;

  /** @param bytesMax Bytes kept in all. */
  constructor(bytesMax: number) {
    this.#half = Math.max(1, Math.floor(bytesMax / 2));
  }

  get cut(): boolean {
    return this.#dropped > 0;
  }

  add(chunk: Buffer): void {
    const room = this.#half - this.#headBytes;
    if (room > 0) {
      const taken = chunk.subarray(0, room);
      this.#head.push(taken);
      this.#headBytes += taken.length;
    }
    const rest = room > 0 ? chunk.subarray(room) : chunk;
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    if (this.#tailBytes > 2 * this.#half) this.#trim();
  }

  text(): string {
    this.#trim();
    const head = Buffer.concat(this.#head);
    const tail = Buffer.concat(this.#tail);
    if (!this.cut) return Buffer.concat([head, tail]).toString("utf8");
    const note = `\n[${this.#dropped} bytes dropped]\n`;
    return head.toString("utf8") + note + tail.toString("utf8");
  }

  /** Trims in steps of a half, so that a flood of small chunks is not copied again and again. */
  #trim(): void {
    const excess = this.#tailBytes - this.#half;
    if (excess <= 0) return;
    const kept = Buffer.concat(this.#tail).subarray(excess);
    this.#tail = [Buffer.from(kept)];
    this.#tailBytes = kept.length;
    this.#dropped += excess;
  }
}
