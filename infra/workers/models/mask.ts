/** Shorter than this, a secret would be found in honest text. */
const SECRET_CHARACTERS_MIN = 6;

/** The text with every secret replaced: a server or a tool may tell a key back (I12). */
export function mask(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SECRET_CHARACTERS_MIN)
    .reduce((masked, secret) => masked.replaceAll(secret, "[key]"), text);
}
