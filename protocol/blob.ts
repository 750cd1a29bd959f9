import { z } from "zod";

export const ERASURE_WHY_CHARS_MAX = 500;

/** A body that the log names by its sha256, which is also the id of its stream. */
export const BlobEvent = z.discriminatedUnion("type", [
  /** Its text is gone, and stays gone; every event that names it still does. */
  z.strictObject({
    type: z.literal("blob.erased"),
    bytes: z.int().nonnegative(),
    by: z.string().min(1),
    why: z.string().min(1).max(ERASURE_WHY_CHARS_MAX),
  }),
]);
export type BlobEvent = z.infer<typeof BlobEvent>;

export type BlobCommand = { type: "blob.erase"; bytes: number; by: string; why: string };
