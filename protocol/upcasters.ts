/** One step a version: what an event of version n looks like in version n + 1; the type stays. */
export type Upcasters = ReadonlyMap<number, (event: unknown) => unknown>;

/**
 * Whether every version up to today's can be read: asked at start, before the log is.
 * @throws Error (a bug) that names the first step that is missing, or one that leads nowhere.
 */
export function mustLiftAll({
  version,
  upcasters,
}: {
  version: number;
  upcasters: Upcasters;
}): void {
  for (let step = 1; step < version; step += 1) {
    if (!upcasters.has(step)) throw new Error(nothingLifts(step));
  }
  const beyond = [...upcasters.keys()].find((step) => step < 1 || step >= version);
  if (beyond !== undefined) throw new Error(`a step lifts version ${beyond}, which is not past`);
}

/**
 * An event of an old version as a later one has it, lifted step by step.
 * @throws Error (a bug) where a step is missing, or changes the type: logs are read by it.
 */
export function lift(event: unknown, from: number, to: number, upcasters: Upcasters): unknown {
  const type = typeOf(event);
  let lifted = event;
  for (let step = from; step < to; step += 1) {
    const upcast = upcasters.get(step);
    if (!upcast) throw new Error(nothingLifts(step));
    lifted = upcast(lifted);
    if (typeOf(lifted) !== type)
      throw new Error(`lifting version ${step} changes the type ${type}`);
  }
  return lifted;
}

function nothingLifts(step: number): string {
  return `nothing lifts an event of schema version ${step} to ${step + 1}`;
}

function typeOf(event: unknown): string {
  const isTyped = typeof event === "object" && event !== null && "type" in event;
  return isTyped && typeof event.type === "string" ? event.type : "";
}
