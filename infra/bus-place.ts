import { readSeed } from "./bus/nats/keys.ts";
import type { NatsBusOptions } from "./bus/nats/bus.ts";
import { houseNames } from "./house-names.ts";
import type { House } from "./house.ts";

/** A broker, as the director names it. */
export type BusPlace = {
  /** `nats://…` or `tls://…` */
  url: string;
  /** Who vouches for its certificate; the system's own list where it is left out. */
  caFile?: string | undefined;
};

/** What a process of the house needs to come in under a name. */
export function entryFor(
  { paths, config }: Pick<House, "paths" | "config">,
  { url, caFile }: BusPlace,
  principal: string,
): Pick<NatsBusOptions, "url" | "caFile" | "principal" | "seed" | "house"> {
  const seed = readSeed(paths.nats, principal) ?? undefined;
  return { url, caFile, principal, seed, house: houseNames(config) };
}
