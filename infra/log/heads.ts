import { createHash } from "node:crypto";

/** Where a stream ends, and what the root says of it; empty where that was not asked for yet. */
type Head = { readonly stream: string; hash: string; json: string; block: Block | null };

/** Heads of neighbouring streams, in order, and what the root says of them; null where it changed. */
type Block = { heads: Head[]; bytes: Buffer | null };

/** Most heads of a block: when one of them changes, all are written anew. */
const BLOCK_MAX = 64;

/**
 * The last hash of every stream while a log is read, and the root over them as often as one was
 * sealed. A night changes few streams of many: what it left alone is hashed as it stands.
 */
export class Heads {
  readonly #heads = new Map<string, Head>();
  readonly #blocks: Block[] = [];
  /** New since the last root, and in no block yet. */
  readonly #added: Head[] = [];

  /** A stream's last event by now. */
  set(stream: string, hash: string): void {
    const known = this.#heads.get(stream);
    if (known) {
      known.hash = hash;
      known.json = "";
      if (known.block) known.block.bytes = null;
      return;
    }
    const head = { stream, hash, json: "", block: null };
    this.#heads.set(stream, head);
    this.#added.push(head);
  }

  /** The same as `rootOf` of all of them, and how many streams these are. */
  root(): { root: string; streams: number } {
    for (const head of this.#added.splice(0)) this.#place(head);
    const all = createHash("sha256").update("[");
    for (const [index, block] of this.#blocks.entries()) {
      block.bytes ??= Buffer.from(block.heads.map(jsonOf).join(""));
      // Each begins with the comma before it, and the first of all has none.
      all.update(index === 0 ? block.bytes.subarray(1) : block.bytes);
    }
    return { root: all.update("]").digest("hex"), streams: this.#heads.size };
  }

  #place(head: Head): void {
    const before = countBefore(this.#blocks, ({ heads: [first] }) => isBefore(first, head));
    const at = Math.max(0, before - 1);
    const block = (this.#blocks[at] ??= { heads: [], bytes: null });
    const { heads } = block;
    const place = countBefore(heads, (other) => isBefore(other, head));
    heads.splice(place, 0, head);
    head.block = block;
    block.bytes = null;
    if (heads.length <= BLOCK_MAX) return;
    const second: Block = { heads: heads.splice(BLOCK_MAX / 2), bytes: null };
    for (const moved of second.heads) moved.block = second;
    this.#blocks.splice(at + 1, 0, second);
  }
}

function isBefore(one: Head | undefined, other: Head): boolean {
  return one !== undefined && one.stream < other.stream;
}

/** How many items are true at the beginning of a list in which those that are not come behind. */
function countBefore<Item>(items: readonly Item[], isTrue: (item: Item) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && isTrue(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function jsonOf(head: Head): string {
  if (head.json === "") head.json = `,${JSON.stringify([head.stream, head.hash])}`;
  return head.json;
}
