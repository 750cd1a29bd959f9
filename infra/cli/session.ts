import { openHouse, type House } from "../house.ts";
import { verb } from "./terminal.ts";

/** Runs a verb in the director's house, with views that show all of the log, and closes it after. */
export function session(work: (house: House) => Promise<number | void>): Promise<void> {
  return verb(async () => {
    const house = await openHouse(process.env);
    try {
      await house.runner.catchUp();
      return await work(house);
    } finally {
      await house.close();
    }
  });
}
