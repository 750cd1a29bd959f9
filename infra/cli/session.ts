import { openHouse, type House } from "../house.ts";
import { verb } from "./terminal.ts";

/**
 * Runs a verb in the director's house, with views that show all of the log, and closes it after.
 * @param before What comes before any setting is read; the exit code where nothing is to follow.
 */
export function session(
  work: (house: House) => Promise<number | void>,
  before: () => Promise<number | null> = async () => null,
): Promise<void> {
  return verb(async () => {
    const code = await before();
    if (code !== null) return code;
    const house = await openHouse(process.env);
    try {
      await house.runner.catchUp();
      return await work(house);
    } finally {
      await house.close();
    }
  });
}
