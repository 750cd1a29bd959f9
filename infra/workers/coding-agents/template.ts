import type { SignIn } from "./options.ts";
import type { Place } from "./place.ts";

/** What a command line of the settings may ask for, as `{model}`. */
export type Blanks = { model: string; clone: string; home: string; prompt: string };

/**
 * Fills the blanks of a command line: `{model}`, `{clone}`, `{home}`, `{prompt}` (a file). A blank
 * is filled once, so nothing that stands in what fills it is a blank again; and no shell reads it.
 */
export function filled(template: readonly string[], blanks: Blanks): string[] {
  return template.map((word) =>
    word.replaceAll(/\{(model|clone|home|prompt)\}/g, (_, name: string) => {
      return Object.entries(blanks).find(([blank]) => blank === name)?.[1] ?? "";
    }),
  );
}

/** Key and address under the names that the settings give them. */
export function variablesFor(
  api: Place["api"],
  { keyVariable, addressVariable }: SignIn,
): Record<string, string> {
  if (api === null) return {};
  return {
    ...(keyVariable !== undefined && { [keyVariable]: api.key }),
    ...(addressVariable !== undefined && { [addressVariable]: api.url }),
  };
}
