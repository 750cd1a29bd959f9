import { randomUUID } from "node:crypto";
import { z } from "zod";
import { Fault } from "./fault.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const Int64 = z.string().regex(/^-?\d{1,19}$/);

/** A UUID as it comes over the wire: as text, or as two signed halves. */
export const WireUuid = z
  .object({
    string: z.string().optional(),
    structured: z
      .object({ mostSignificantBits: Int64.optional(), leastSignificantBits: Int64.optional() })
      .optional(),
  })
  .optional();

/** The UUID as text; a new one where there is none. @throws Fault `bad-request` for what is none. */
export function uuidOf(wire: z.infer<typeof WireUuid>): string {
  if (wire?.structured) return textOf(wire.structured);
  if (wire?.string === undefined) return randomUUID();
  const id = wire.string.toLowerCase();
  if (!UUID.test(id)) throw new Fault("bad-request", `not a UUID: ${id.slice(0, 40)}`);
  return id;
}

/** A UUID for the wire. An id that is none of them is sent as text, whatever was asked for. */
export function uuidMessage(id: string, structured: boolean) {
  if (!structured || !UUID.test(id)) return { string: id };
  const hex = id.replaceAll("-", "");
  const half = (text: string) => BigInt.asIntN(64, BigInt(`0x${text}`)).toString();
  return {
    structured: {
      mostSignificantBits: half(hex.slice(0, 16)),
      leastSignificantBits: half(hex.slice(16)),
    },
  };
}

type Halves = {
  mostSignificantBits?: string | undefined;
  leastSignificantBits?: string | undefined;
};

function textOf({ mostSignificantBits = "0", leastSignificantBits = "0" }: Halves): string {
  const hex = [mostSignificantBits, leastSignificantBits]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, "0"))
    .join("");
  const cuts = [0, 8, 12, 16, 20, 32];
  return cuts
    .slice(1)
    .map((end, index) => hex.slice(cuts[index], end))
    .join("-");
}
