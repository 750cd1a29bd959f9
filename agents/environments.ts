import type { Clone, Surroundings } from "./ports.ts";

/** Installed dependencies of a repository. */
export interface Environments {
  /**
   * Links them into a clone, where they can be used and not changed.
   * @throws WorkerFailure `sandbox` where they cannot be prepared, with the end of why.
   */
  prepare(
    clone: Clone,
    repo: { path: string; prepareCommand: string | null },
    options: { signal: AbortSignal },
  ): Promise<Surroundings>;
}
