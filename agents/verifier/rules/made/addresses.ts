import { OWN } from "../against.ts";
import { bytesOf } from "../reading/bytes.ts";
import { elementsOf, numberOf, type Value } from "../reading/value.ts";
import type { Made } from "./made.ts";

const OF_BYTES =
  /^net\.IP(?:v4)?$|(?:^|\.)(?:AddrFrom4|Ip(?:v4)?Addr\.(?:from|from_bits|from_octets|new)|ip_address|IPv4Address|inet_ntoa|getByAddress|IPAddr\.(?:new|new_ntoh|ntop))$/;
const NUMBER_MIN = 2 ** 24;
const NUMBER_MAX = 2 ** 32;

/** The address that a call makes of four numbers, of four bytes, or of one number; else null. */
export function addressMade({ name, short, values }: Made): Value | null {
  if (!OF_BYTES.test(name) && !OF_BYTES.test(short)) return null;
  const given = values();
  const [first = null] = given;
  const parts = given.length === 4 ? given : partsOf(first);
  const numbers = parts?.map(numberOf) ?? [];
  const isWhole = numbers.every((each) => each !== null && each >= 0 && each < 256);
  const said = numbers.join(".");
  return numbers.length === 4 && isWhole && !OWN.test(said) ? said : null;
}

function partsOf(value: Value | null): readonly (Value | null)[] | null {
  const isNumber = typeof value === "number" && value >= NUMBER_MIN && value < NUMBER_MAX;
  return isNumber ? bytesOf(value, { size: 4 }) : elementsOf(value);
}
