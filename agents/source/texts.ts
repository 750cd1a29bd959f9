/** Files that are read at once: each is a process of git. */
const READ_AT_ONCE = 32;

/**
 * The texts of files in their order, a block at a time: whoever has read enough stops, and no more
 * blocks are read. Null for a file that is not there.
 */
export async function* textsAt(
  paths: readonly string[],
  show: (path: string) => Promise<string | null>,
): AsyncGenerator<{ path: string; text: string | null }> {
  for (let at = 0; at < paths.length; at += READ_AT_ONCE) {
    const some = paths.slice(at, at + READ_AT_ONCE);
    const texts = await Promise.all(some.map(show));
    for (const [index, path] of some.entries()) yield { path, text: texts[index] ?? null };
  }
}
