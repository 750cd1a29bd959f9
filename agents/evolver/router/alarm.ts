/** Points of standard deviation that a change must exceed to count (CUSUM), and the sum that alarms. */
const SLACK = 0.5;
const ALARM_AT = 6.86;

/**
 * Notices that somebody no longer does as is believed of him: both ways, within about ten attempts
 * for a change of more than one standard deviation, by chance once in some thousands.
 */
export class Alarm {
  readonly #sums = new Map<string, { below: number; above: number }>();

  /** @returns whether this attempt, so many deviations off, was one too many; then it begins anew. */
  sees(who: string, off: number): boolean {
    const sums = this.#sums.get(who) ?? { below: 0, above: 0 };
    sums.below = Math.max(0, sums.below - off - SLACK);
    sums.above = Math.max(0, sums.above + off - SLACK);
    const rings = sums.below > ALARM_AT || sums.above > ALARM_AT;
    this.#sums.set(who, rings ? { below: 0, above: 0 } : sums);
    return rings;
  }
}
