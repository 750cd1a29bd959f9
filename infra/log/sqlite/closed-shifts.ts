import { BadInput } from "@nightshift/protocol/errors";
import { SHIFT_STREAM } from "@nightshift/protocol/ids";
import { cellNumber } from "./rows.ts";
import { openSnapshot } from "./snapshot.ts";

type Shift = { number: number; startedAt: number; isEnded: boolean };

/**
 * The position up to which a log may be archived: the last one before a shift began, all shifts
 * before it being over.
 * @param before The number of that shift; the latest one when left out, so that it stays at hand.
 * @throws BadInput for a shift that is not there, or before which one is not over.
 */
export function endOfShiftsBefore(path: string, before: number | undefined): number {
  const shifts = shiftsOf(path);
  const number = before ?? shifts.at(-1)?.number;
  const shift = shifts.find((one) => one.number === number);
  if (!shift) {
    const known =
      shifts.length === 0 ? "none was started yet" : `the last is ${shifts.at(-1)?.number}`;
    throw new BadInput(`there is no shift ${number ?? 1}; ${known}`, path, "nightshift digest");
  }
  const open = shifts.find((one) => one.number < shift.number && !one.isEnded);
  if (open) {
    const mend = `nightshift log archive --before-shift ${open.number}`;
    throw new BadInput(`shift ${open.number} is not over; its events stay`, path, mend);
  }
  return shift.startedAt - 1;
}

function shiftsOf(path: string): Shift[] {
  const { db } = openSnapshot(path);
  try {
    const rows = db
      .prepare(
        `SELECT type, position, json_extract(body, '$.number') AS number FROM event
         WHERE stream = ? AND type IN ('shift.started', 'shift.ended') ORDER BY revision`,
      )
      .all(SHIFT_STREAM);
    const shifts: Shift[] = [];
    for (const { type, position, number } of rows) {
      const last = shifts.at(-1);
      if (type === "shift.ended" && last) last.isEnded = true;
      if (type !== "shift.started") continue;
      const startedAt = cellNumber(position);
      shifts.push({ number: cellNumber(number), startedAt, isEnded: false });
    }
    return shifts;
  } finally {
    db.close();
  }
}
