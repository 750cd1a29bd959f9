import type { Recorded } from "@nightshift/protocol/envelope";
import { BadInput } from "@nightshift/protocol/errors";
import { readEvent } from "@nightshift/protocol/events";
import { cellNumber, cellText, cellTextOrNull, type Cells } from "./rows.ts";

/**
 * An event from a row of `EVENT_COLUMNS`, read as an array.
 * @throws BadInput when the row does not hold what was once checked and written.
 */
export function recordedFrom(row: Cells, path: string): Recorded {
  try {
    const stream = cellText(row[1]);
    return {
      id: cellText(row[3]),
      atMs: cellNumber(row[4]),
      actor: cellText(row[5]),
      causation: cellTextOrNull(row[6]),
      correlation: cellTextOrNull(row[7]),
      event: readEvent(stream, cellNumber(row[8]), cellText(row[9])),
      stream,
      revision: cellNumber(row[2]),
      position: BigInt(cellNumber(row[0])),
    };
  } catch (cause) {
    const [position, stream, revision] = [0, 1, 2].map((at) => String(row[at]).slice(0, 80));
    const message = `event ${revision} of ${stream} cannot be read (position ${position})`;
    throw new BadInput(message, path, "nightshift log verify", { cause });
  }
}
