import type { Snapshot, Snapshots } from "./snapshots.ts";

/** Snapshots that live as long as the process: the twin of those in a file. */
export function memorySnapshots(): Snapshots & { kept: Map<string, Snapshot> } {
  const kept = new Map<string, Snapshot>();
  return {
    kept,
    load: async () => [...kept.values()].map((one) => structuredClone(one)),
    async save(snapshots) {
      for (const one of snapshots) kept.set(one.name, structuredClone(one));
    },
  };
}
