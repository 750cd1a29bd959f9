import type { ProcessResult } from "@nightshift/agents/sandbox";
import type { World } from "./world.ts";

/** What ran inside, and where it ran. */
export type Ran = ProcessResult & { world: World };

/** Something that a worker tries, and what an honest worker does in its place. */
export type Escape = {
  /** What is tried, after "a worker cannot …". */
  name: string;
  /** A line of shell. */
  attempt: (world: World) => string;
  /** Looked at from outside, after the attempt. */
  escaped: (ran: Ran) => boolean | Promise<boolean>;
  /** Something near it that must work. */
  honest: { name: string; line: (world: World) => string; works: (ran: Ran) => boolean };
  wallMs?: number;
};

/** For attempts that print a word when they got what they wanted. */
export function printed(word: string): Escape["escaped"] {
  return ({ stdout }) => stdout.includes(word);
}

export function prints(word: string): (ran: Ran) => boolean {
  return ({ stdout, exitCode }) => exitCode === 0 && stdout.includes(word);
}

export function succeeds({ exitCode }: Ran): boolean {
  return exitCode === 0;
}

/** A line of shell that runs a program of Node. */
export function node(program: string): string {
  return `node -e '${program.replaceAll("'", `'"'"'`)}'`;
}
