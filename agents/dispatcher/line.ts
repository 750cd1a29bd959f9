/** Runs work of one key one after the other, in the order it was asked for. */
export type Line = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

export function createLine(): Line {
  /** The last thing in line, by what must not happen twice at once. */
  const lines = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = lines.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    lines.set(key, mine);
    const leave = () => {
      if (lines.get(key) === mine) lines.delete(key);
    };
    mine.then(leave, leave);
    return mine;
  };
}
