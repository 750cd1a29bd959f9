import { hash as digest } from "node:crypto";

/** Where a stream ends, and what the root says of it; empty where that was not asked for yet. */
type Head = { readonly stream: string; hash: string; json: string };

/**
 * The last hash of every stream while a log is read, and the root over them as often as one was
 * sealed. A night changes few streams of many: what it left alone is neither sorted nor written anew.
 */
export class Heads {
  readonly #heads = new Map<string, Head>();
  /** All of them; those that are new since the last root stand behind the others. */
  readonly #sorted: Head[] = [];

  /** A stream's last event by now. */
  set(stream: string, hash: string): void {
    const known = this.#heads.get(stream);
    if (known) {
      known.hash = hash;
      known.json = "";
      return;
    }
    const head = { stream, hash, json: "" };
    this.#heads.set(stream, head);
    this.#sorted.push(head);
  }

  /** The same as `rootOf` of all of them, and how many streams these are. */
  root(): { root: string; streams: number } {
    this.#sorted.sort((a, b) => (a.stream < b.stream ? -1 : 1));
    const text = this.#sorted.map(jsonOf).join(",");
    return { root: digest("sha256", `[${text}]`), streams: this.#sorted.length };
  }
}

function jsonOf(head: Head): string {
  if (head.json === "") head.json = JSON.stringify([head.stream, head.hash]);
  return head.json;
}
