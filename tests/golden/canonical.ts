/**
 * One text for one state, whatever the order in which its maps, sets and records came to be: what
 * is equal is equal byte by byte.
 */
export function canonical(state: unknown): string {
  return JSON.stringify(plain(state));
}

function plain(state: unknown): unknown {
  if (typeof state === "bigint") return { $integer: String(state) };
  if (typeof state !== "object" || state === null) return state;
  if (Array.isArray(state)) return state.map(plain);
  if (state instanceof Map) return { $map: sorted([...state].map(plain)) };
  if (state instanceof Set) return { $set: sorted([...state].map(plain)) };
  const parts = Object.entries(state).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(parts.map(([key, part]) => [key, plain(part)]));
}

function sorted(parts: readonly unknown[]): unknown[] {
  const texts = parts.map((part): [string, unknown] => [JSON.stringify(part), part]);
  return texts.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}
