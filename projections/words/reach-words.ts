import type { Reach } from "@nightshift/protocol/reach";

/** How far the tests reach into the changed lines, a line each; empty where nothing was asked. */
export function reachLines(reach: Reach | undefined): string[] {
  if (!reach) return [];
  const { coverage, mutants, unknown } = reach;
  return [
    ...(coverage
      ? [
          `changed lines covered: ${coverage.covered} of ${coverage.lines}` +
            listed("not covered", coverage.missed),
        ]
      : []),
    ...(mutants
      ? [
          `mutants noticed: ${mutants.noticed} of ${mutants.tried}` +
            listed("unnoticed", mutants.unnoticed),
        ]
      : []),
    ...unknown.map((what) => `unknown: ${what}`),
  ];
}

/** The same in as few words as a line of the digest has room for. */
export function reachInShort({ coverage, mutants }: Reach): string[] {
  return [
    ...(coverage ? [`${coverage.covered} of ${coverage.lines} changed lines covered`] : []),
    ...(mutants ? [`${mutants.noticed} of ${mutants.tried} mutants noticed`] : []),
  ];
}

function listed(what: string, places: readonly string[]): string {
  return places.length === 0 ? "" : `; ${what}: ${places.join(", ")}`;
}
