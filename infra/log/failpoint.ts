/**
 * A place where a crash test may kill this process with SIGKILL, as a power cut would. The variable
 * `NIGHTSHIFT_FAILPOINT` names the places: `append:task.claimed:after`, or `merge:before#3` for the
 * third time it is passed, several with commas. Unset, a call costs one comparison.
 * @param parts Of its name.
 */
export function failpoint(...parts: readonly string[]): void {
  if (armed === null) return;
  const name = parts.join(":");
  const left = armed.get(name);
  if (left === undefined) return;
  if (left <= 1) process.kill(process.pid, "SIGKILL");
  armed.set(name, left - 1);
}

const armed = readFailpoints(process.env["NIGHTSHIFT_FAILPOINT"]);

/** @returns How many passes are left for each place, or null where none is named. */
function readFailpoints(list: string | undefined): Map<string, number> | null {
  if (!list) return null;
  const places = list.split(",").map((entry) => {
    const [, name, hit] = /^([^#]+)(?:#([1-9]\d{0,5}))?$/.exec(entry.trim()) ?? [];
    if (name === undefined) throw new Error(`NIGHTSHIFT_FAILPOINT: cannot read ${entry}`);
    return [name, Number(hit ?? 1)] as const;
  });
  return new Map(places);
}
