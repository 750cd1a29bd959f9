import { z } from "zod";
import { Fault, type Expectation } from "./fault.ts";

const Empty = z.unknown().optional();

/** What a writer says it believes of the stream, as it comes over the wire; one of them is there. */
export const expectationFields = {
  revision: z.string().optional(),
  streamPosition: z.string().optional(),
  noStream: Empty,
  any: Empty,
  streamExists: Empty,
};
type Fields = {
  revision?: string | undefined;
  streamPosition?: string | undefined;
  noStream?: unknown;
  streamExists?: unknown;
};

/** @throws Fault `bad-request` for a revision that no stream reaches. */
export function expectationOf(fields: Fields): Expectation {
  const last = fields.revision ?? fields.streamPosition;
  if (last !== undefined) {
    const count = Number(last) + 1;
    if (!Number.isSafeInteger(count)) throw new Fault("bad-request", `no revision: ${last}`);
    return { kind: "count", count };
  }
  if (fields.noStream !== undefined) return { kind: "count", count: 0 };
  return { kind: fields.streamExists === undefined ? "any" : "exists", count: 0 };
}
