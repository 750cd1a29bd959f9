import type { DirectorConfig } from "./config/director.ts";

/** Who is of the house on a bus of many processes: its agents, and who leads them. */
export function houseNames({ agents }: DirectorConfig): ReadonlySet<string> {
  return new Set(["dispatcher", ...agents.map(({ name }) => name)]);
}
