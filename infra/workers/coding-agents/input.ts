import { execFile } from "node:child_process";
import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { promisify } from "node:util";

/** The standard input of a program that is talked to while it runs. */
export type Input = {
  path: string;
  writable: Socket;
  close(): void;
};

/**
 * A named pipe in a private home, which every sandbox can show to what runs in it. It is held open
 * for reading too, so that neither side waits for the other to open it.
 */
export async function openInput(path: string): Promise<Input> {
  await promisify(execFile)("mkfifo", ["-m", "600", path]);
  const { O_RDWR, O_NONBLOCK, O_NOFOLLOW } = constants;
  const fd = openSync(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW);
  const writable = new Socket({ fd, readable: false, writable: true });
  // Whoever was to read it may be gone already.
  writable.on("error", () => {});
  return { path, writable, close: () => void writable.destroy() };
}
