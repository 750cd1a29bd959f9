import { eventTypes } from "@nightshift/protocol/events";
import type { ClusterFilter } from "./cluster.ts";
import { STREAM_PREFIXES, type OurRecord } from "./record.ts";

/** Told once a type: what it is called, and where the first of it stands. */
export type TellStranger = (type: string, position: bigint) => void;

/** Most types that are told. */
const STRANGERS_MAX = 20;

/** Notices events in streams of ours whose type nobody knows here: a newer Night Shift's. */
export class Strangers {
  readonly #tell: TellStranger;
  readonly #told = new Set<string>();

  constructor(tell: TellStranger) {
    this.#tell = tell;
  }

  look({ link: { type }, position }: OurRecord): void {
    if (eventTypes.has(type) || this.#told.has(type) || this.#told.size >= STRANGERS_MAX) return;
    this.#told.add(type);
    this.#tell(type, position);
  }
}

/**
 * What a server is asked for by who reads these types. A cluster has no index of types, so one that
 * nobody knows is seen only by who passes it: folds that read most types are sent all of ours, and
 * pick; whoever reads a few is sent those alone.
 */
export function filterOf(types: readonly string[] | undefined): ClusterFilter {
  const isBroad = types === undefined || types.length * 2 > eventTypes.size;
  return isBroad ? { on: "stream", prefixes: STREAM_PREFIXES } : { on: "type", prefixes: types };
}
