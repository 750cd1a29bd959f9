/** Someone who reads a log from a place of their own. */
type Traveller = { readonly reads: readonly string[]; position: bigint };

/** The next way to go: who goes together, from where to where, and what they look at. */
export type Leg<One> = { group: One[]; from: bigint; to: bigint; types: string[] };

/**
 * Whoever stands hindmost goes first, up to where the next one stands: from there on they go
 * together, so that each event is read once for all who want it, and nobody reads what is behind.
 * @returns undefined where all stand at the end.
 */
export function nextLeg<One extends Traveller>(
  travellers: readonly One[],
  end: bigint,
): Leg<One> | undefined {
  const places = travellers.map(({ position }) => position).filter((place) => place < end);
  const from = least(places);
  if (from === undefined) return undefined;
  const group = travellers.filter(({ position }) => position === from);
  const to = least(places.filter((place) => place > from)) ?? end;
  return { group, from, to, types: [...new Set(group.flatMap(({ reads }) => reads))] };
}

function least(places: readonly bigint[]): bigint | undefined {
  return places.reduce<bigint | undefined>(
    (low, place) => (low === undefined || place < low ? place : low),
    undefined,
  );
}
