/** What a text says as JSON; null where it is none, as a file or a stream may hold anything. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
