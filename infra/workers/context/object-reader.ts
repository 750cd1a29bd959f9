import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { Unavailable } from "@nightshift/protocol/errors";
import { startGit, type Place } from "../workspace/git.ts";

/** Reads objects of a repository by their ids, through one process of git; one call at a time. */
export type ObjectReader = {
  /** Bytes of each. @throws Unavailable when git has one not, or ends before it has told all. */
  sizes(ids: readonly string[]): Promise<number[]>;
  /** Texts, one after the other, so that never more than one is in memory; null for what is binary. */
  texts(ids: readonly string[]): AsyncGenerator<string | null>;
  close(): void;
};

/** Git starts when something is asked for, and ends with `close`. */
export function openObjects(place: Place): ObjectReader {
  let child: ChildProcessWithoutNullStreams | null = null;
  let answers: Answers | null = null;
  const ask = (what: "info" | "contents", ids: readonly string[]): Answers => {
    child ??= started(place);
    answers ??= answersOf(child.stdout);
    child.stdin.write(ids.map((id) => `${what} ${id}\n`).join(""));
    return answers;
  };
  return {
    async sizes(ids) {
      if (ids.length === 0) return [];
      const told = ask("info", ids);
      const sizes: number[] = [];
      for (const id of ids) sizes.push(sizeIn(await told.line(), id));
      return sizes;
    },
    async *texts(ids) {
      if (ids.length === 0) return;
      const told = ask("contents", ids);
      for (const id of ids) {
        const size = sizeIn(await told.line(), id);
        const content = (await told.bytes(size + 1)).subarray(0, size);
        yield content.includes(0) ? null : content.toString("utf8");
      }
    },
    close() {
      child?.kill("SIGKILL");
    },
  };
}

function started(place: Place): ChildProcessWithoutNullStreams {
  const child = startGit(place, ["cat-file", "--batch-command"]);
  // Git may end before it has read all; what it answers tells.
  child.stdin.on("error", () => {});
  child.on("error", () => {});
  child.stderr.resume();
  return child;
}

function sizeIn(head: string, id: string): number {
  const size = Number(head.split(" ")[2]);
  if (!Number.isFinite(size)) throw new Unavailable(`git has no ${id.slice(0, 12)}: ${head}`);
  return size;
}

type Answers = { line(): Promise<string>; bytes(count: number): Promise<Buffer> };

/** Takes lines and counted bytes off a stream, in the order in which they come. */
function answersOf(stream: AsyncIterable<Buffer>): Answers {
  const chunks = stream[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async (): Promise<void> => {
    const next = await chunks.next();
    if (next.done) throw new Unavailable("git ended before it had told all");
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value]);
  };
  return {
    async line(): Promise<string> {
      let end = held.indexOf(NEWLINE);
      while (end < 0) {
        await more();
        end = held.indexOf(NEWLINE);
      }
      const line = held.subarray(0, end).toString();
      held = held.subarray(end + 1);
      return line;
    },
    async bytes(count: number): Promise<Buffer> {
      while (held.length < count) await more();
      const taken = held.subarray(0, count);
      held = held.subarray(count);
      return taken;
    },
  };
}

const NEWLINE = 10;
