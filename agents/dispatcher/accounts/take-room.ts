import { closedFor, type Closed } from "./account-room.ts";
import type { Purpose, Reservation, Worst } from "../governor.ts";
import type { Night } from "../night.ts";

/**
 * Looks for room in the account's windows and takes it, one after the other: of two that find the
 * last of it, one has it. Then the money: what is asked for is the worst case of both (I3, H2).
 * @param closed Asked why the account takes no work now; a caller may wait there.
 * @returns why the account has no room, or null when a ceiling of the budget is in the way.
 */
export function takeRoom(
  night: Night,
  purpose: Purpose,
  worst: Worst,
  closed: () => Promise<Closed | null> = async () => closedFor(night, worst.account, worst.tokens),
): Promise<Reservation | Closed | null> {
  return night.accountLine(worst.account, async () => {
    const why = await closed();
    if (why !== null) return why;
    const reservation = await night.governor.reserve(purpose, worst);
    // Whoever looks next sees what this one has taken.
    await night.ports.views.catchUp();
    return reservation;
  });
}
