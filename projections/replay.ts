import type { Projection } from "./projection.ts";
import type { LogReader } from "./log-reader.ts";
import { createRunner, type Runner } from "./runner.ts";

/** Most differences that are told; the first ones say where to look. */
export const DIFFERENCES_MAX = 20;

/** Where two states part. A side that has nothing there is `undefined`. */
export type Difference = { path: string; live: unknown; rebuilt: unknown };

/** The views of a log as of a position, from the very beginning; of all of it where none is given. */
export async function rebuild(
  source: LogReader,
  projections: readonly Projection<unknown>[],
  options: { upTo?: bigint } = {},
): Promise<Runner> {
  const runner = createRunner(source, projections);
  await runner.catchUp(options);
  return runner;
}

/** Whether live views equal views rebuilt from the beginning (I1); the differences where not. */
export async function checkLive(
  live: Runner,
  source: LogReader,
  projections: readonly Projection<unknown>[],
): Promise<Difference[]> {
  const rebuilt = await rebuild(source, projections, { upTo: live.checkpoint });
  return projections
    .flatMap((one) => compare(live.view(one), rebuilt.view(one), one.name))
    .slice(0, DIFFERENCES_MAX);
}

/**
 * Compares two states by structure: the order of a map, set or record does not count, that of a
 * list does; functions are no state.
 * @param path What the state is called in the paths of the differences.
 * @returns The first differences, at most `most`; none where the states are equal.
 */
export function compare(
  live: unknown,
  rebuilt: unknown,
  path = "view",
  most = DIFFERENCES_MAX,
): Difference[] {
  const found: Difference[] = [];
  visit(live, rebuilt, path, { list: found, most });
  return found;
}

type Found = { list: Difference[]; most: number };

function visit(live: unknown, rebuilt: unknown, path: string, found: Found): void {
  if (found.list.length >= found.most || Object.is(live, rebuilt)) return;
  const parts = entriesOf(live);
  const others = entriesOf(rebuilt);
  if (!parts || !others || kindOf(live) !== kindOf(rebuilt)) {
    if (typeof live !== "function" || typeof rebuilt !== "function") {
      found.list.push({ path, live, rebuilt });
    }
    return;
  }
  for (const key of new Set([...parts.keys(), ...others.keys()])) {
    const step = `${path}${stepTo(key)}`;
    if (parts.has(key) && others.has(key)) visit(parts.get(key), others.get(key), step, found);
    else if (found.list.length < found.most) {
      found.list.push({ path: step, live: parts.get(key), rebuilt: others.get(key) });
    }
  }
}

/** The parts of a state by their keys; undefined for what has no parts. */
function entriesOf(state: unknown): ReadonlyMap<unknown, unknown> | undefined {
  if (state instanceof Map) return byPlainKey(state);
  if (state instanceof Set) return byPlainKey(state.entries());
  if (state instanceof Date) return new Map([["time", state.getTime()]]);
  if (Array.isArray(state)) return new Map<unknown, unknown>(state.entries());
  if (typeof state === "object" && state !== null) return new Map(Object.entries(state));
  return undefined;
}

/** Keys that are themselves records are told apart by the order in which they came. */
function byPlainKey(entries: Iterable<[unknown, unknown]>): Map<unknown, unknown> {
  const plain = [...entries].map(([key, value], index): [unknown, unknown] => {
    return typeof key === "object" && key !== null ? [`#${index}`, { key, value }] : [key, value];
  });
  return new Map(plain);
}

function kindOf(state: unknown): unknown {
  return typeof state === "object" && state !== null ? Object.getPrototypeOf(state) : typeof state;
}

function stepTo(key: unknown): string {
  return typeof key === "string" && /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${quote(key)}]`;
}

function quote(key: unknown): string {
  return typeof key === "string" ? JSON.stringify(key) : String(key);
}
