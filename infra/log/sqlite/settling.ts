import type { DatabaseSync, StatementSync } from "node:sqlite";
import { knowIdKeys } from "./id-key.ts";
import { SETTLE } from "./layout.ts";

/** Enters what was written last into the indexes of a log: many events at once cost a fraction. */
export class Settling {
  readonly #steps: readonly StatementSync[];

  constructor(db: DatabaseSync) {
    knowIdKeys(db);
    this.#steps = SETTLE.map((sql) => db.prepare(sql));
  }

  /** To be called within a transaction. */
  run(): void {
    for (const step of this.#steps) step.run();
  }
}
