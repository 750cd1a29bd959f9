import { Heads } from "../heads.ts";
import { IndexSums } from "./index-sums.ts";
import { FINDINGS_MAX, missing, type Finding, type RangeReport } from "./range-walk.ts";
import type { Seal } from "./seals.ts";

/** Something in the log is not as it was written; null where it is about the file as a whole. */
type Broken = {
  stream: string | null;
  revision: number | null;
  position: bigint | null;
  why: string;
};

export type Verdict = {
  ok: boolean;
  events: number;
  streams: number;
  broken: Broken[];
  /** How many sealed roots were held against the log. */
  rootsChecked: number;
};

/** Puts together what was found in the ranges of a log, which come in its order. */
export class Tally {
  /** What the indexes should come to. */
  readonly sums = new IndexSums();
  readonly #seals: ReadonlyMap<number, readonly Seal[]>;
  /** The last hash of each stream, as far as is sealed. */
  readonly #heads = new Heads();
  readonly #broken: Broken[] = [];
  #events = 0;
  #streams = 0;
  #rootsChecked = 0;
  #last = 0;

  constructor(seals: ReadonlyMap<number, readonly Seal[]>) {
    this.#seals = seals;
    this.#checkSeals(0);
  }

  take({ events, begun, first, last, findings, sums, steps }: RangeReport): void {
    this.#events += events;
    this.#streams += begun;
    if (first && first.position !== this.#last + 1) {
      this.#tell({ ...first, why: missing(first.position - this.#last - 1) });
    }
    this.#last = last ?? this.#last;
    for (const finding of findings) this.#tell(finding);
    this.sums.add(sums);
    for (const { upTo, streams, hashes } of steps) {
      for (const [index, stream] of streams.entries()) this.#heads.set(stream, hashes[index] ?? "");
      this.#checkSeals(upTo);
    }
  }

  /**
   * @param structure What is wrong with the file as a whole.
   * @param astray What is wrong with its indexes: told last, as an event that is gone, or another
   *   than it was, is one that they lead to in vain.
   */
  verdict(lastPosition: number, structure: readonly string[], astray: readonly string[]): Verdict {
    if (lastPosition !== this.#last) {
      this.#broken.push(aboutFile(`the log ends at ${this.#last}, not at ${lastPosition}`));
    }
    const known = [...this.#seals.values()].flat().length;
    if (known > this.#rootsChecked) {
      this.#broken.push(aboutFile("a sealed root is about events that are missing"));
    }
    const found = structure.map(aboutFile);
    const seen = [...found, ...this.#broken].slice(0, FINDINGS_MAX);
    const broken = [...seen, ...astray.map(aboutFile)];
    return {
      ok: broken.length === 0,
      events: this.#events,
      streams: this.#streams,
      broken,
      rootsChecked: this.#rootsChecked,
    };
  }

  #checkSeals(upTo: number): void {
    const seals = this.#seals.get(upTo) ?? [];
    if (seals.length === 0) return;
    const actual = this.#heads.root();
    for (const { position, root, streams } of seals) {
      this.#rootsChecked += 1;
      if (actual.root === root && actual.streams === streams) continue;
      const why = `the log up to ${upTo} is not what this event sealed (root ${root})`;
      this.#broken.push({ stream: null, revision: null, position, why });
    }
  }

  #tell({ stream, revision, position, why }: Finding): void {
    this.#broken.push({ stream, revision, position: BigInt(position), why });
  }
}

/** A finding that is about no event of its own. */
export function aboutFile(why: string): Broken {
  return { stream: null, revision: null, position: null, why };
}
