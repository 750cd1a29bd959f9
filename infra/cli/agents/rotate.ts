import { rotateKeys } from "../../bus/signing/house-keys.ts";
import { session } from "../session.ts";
import { printJson, tell } from "../terminal.ts";

/** `nightshift agents rotate`: a new key signs the cards of the house, the old one for 30 days too. */
export function rotateKey({ json }: { json?: boolean }) {
  return session(async ({ paths, clock }) => {
    const { kid } = rotateKeys(paths.houseKeys, clock.now());
    if (json) printJson({ kid });
    else tell("good", `The cards of the house are signed by ${kid} from the next night on.`);
  });
}
