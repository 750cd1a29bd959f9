import { z } from "zod";
import { definitionsOf, isSource } from "./definitions.ts";
import { importsOf } from "./imports.ts";

/**
 * All that the map needs to know of a source file. It follows from path and text alone, so it can
 * be kept by the hash of the file, and the text need not be.
 */
export const Facts = z.strictObject({
  definitions: z.array(
    z.strictObject({ name: z.string(), line: z.int(), signature: z.string() }).readonly(),
  ),
  /** Names that stand in the file, each once. */
  names: z.array(z.string()),
  /** What it imports, as it is written, e.g. `./price.ts` or `shop.cart`. */
  imports: z.array(z.string()),
});
export type Facts = z.infer<typeof Facts>;

/** Raise it when other facts are told of the same text: what was kept then is told anew. */
export const FACTS_VERSION = 1;

/** Source files that are read at most, and their characters all together. */
export const INDEX_FILES_MAX = 6_000;
export const INDEX_CHARS_MAX = 24_000_000;
/** Names of one file; one with more holds data rather than source. */
const NAMES_MAX = 4_000;

export function factsOf(path: string, text: string): Facts {
  return {
    definitions: definitionsOf(path, text),
    names: [...new Set(text.match(/[A-Za-z_$][\w$]{2,80}/g))].slice(0, NAMES_MAX),
    imports: importsOf(path, text),
  };
}

/** Whether a file is worth reading for the map: source that people wrote. */
export function isIndexed(path: string): boolean {
  return isSource(path) && !GENERATED.test(path);
}

const GENERATED =
  /(^|\/)(node_modules|vendor|third_party|dist|build|out|target|\.next|coverage)\/|\.min\.\w+$|\.d\.ts$/;
