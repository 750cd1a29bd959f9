import { breaksIn } from "../verifier/breaks.ts";
import type { RuleReader } from "../verifier/rule-reader.ts";

/** Reads by the same rules, in the process of whoever asks. */
export const rulesHere: RuleReader = {
  async read(files, { hosts, signal }) {
    signal.throwIfAborted();
    return files.map((file) => breaksIn(file, hosts));
  },
};
