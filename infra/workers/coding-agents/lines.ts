/** A line may hold a whole file; one that is longer than this is dropped. */
const LINE_CHARACTERS_MAX = 8 * 1024 * 1024;

export type Lines = {
  /** Takes a chunk as it comes, cut anywhere. */
  feed: (chunk: string) => void;
  /** The last line, if it had no end. */
  end: () => void;
};

/** Calls back for each line that is not empty and not too long. */
export function splitLines(onLine: (line: string) => void, maximum = LINE_CHARACTERS_MAX): Lines {
  let open: string[] = [];
  let size = 0;
  const close = () => {
    const line = size <= maximum ? open.join("") : "";
    open = [];
    size = 0;
    if (line.trim() !== "") onLine(line);
  };
  const add = (piece: string) => {
    size += piece.length;
    // What is too long is counted on, so that its end is found, but not kept.
    if (size <= maximum) open.push(piece);
    else open = [];
  };
  return {
    feed(chunk) {
      const pieces = chunk.split("\n");
      add(pieces[0] ?? "");
      for (const piece of pieces.slice(1)) {
        close();
        add(piece);
      }
    },
    end: close,
  };
}
