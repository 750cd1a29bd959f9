import type { BlobCommand, BlobEvent } from "@nightshift/protocol/blob";
import { Refusal } from "@nightshift/protocol/errors";
import type { Decider } from "./decider.ts";

export type BlobState = { erased: { by: string; why: string } | null };

/** What became of a body: kept until a person has it erased, with a reason that stays. */
export const blob: Decider<BlobState, BlobCommand, BlobEvent> = {
  initial: { erased: null },

  decide({ bytes, by, why }, state) {
    if (state.erased !== null) return [];
    if (why.trim() === "") {
      throw new Refusal("out-of-bounds", "an erasure without a reason explains nothing later");
    }
    return [{ type: "blob.erased", bytes, by, why }];
  },

  evolve(_, { by, why }) {
    return { erased: { by, why } };
  },
};
