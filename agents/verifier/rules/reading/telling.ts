import { HOST_ENDINGS, hostsIn, isHarmless, isHook, isKeyFile, isOutside } from "../places.ts";
import { lettersOf, type Value } from "./value.ts";

const NONE: ReadonlySet<string> = new Set();

/** Of several things that may be what runs, the one that a rule would hold; else the first known. */
export function tellingOf(values: readonly (Value | null)[]): Value | null {
  const known = values.filter((each) => each !== null);
  return (known.length > 1 ? known.find(isTelling) : undefined) ?? known[0] ?? null;
}

const BARE_HOST = new RegExp(String.raw`^(?:[\w-]+\.)+(?:${HOST_ENDINGS})(?:[:/]|$)`);

function isTelling(value: Value): boolean {
  const said = lettersOf(value);
  if (said === null) return false;
  return (
    isOutside(said) ||
    isHook(said) ||
    isKeyFile(said) ||
    isKeyFile(`~/${said}`) ||
    BARE_HOST.test(said) ||
    hostsIn(said).some((host) => host.includes(".") && !isHarmless(host, NONE))
  );
}

/** Names that open everything. */
const POWERFUL =
  /^(?:os|posix|subprocess|pickle|_pickle|marshal|shelve|dill|yaml|builtins|ctypes|runpy|Kernel|Process|Open3|IO|PTY|Marshal|YAML|Psych|FileUtils|child_process|vm|exec|eval|system|spawn|popen|syscall|compile)\b(?!\.path)/;

/** The same of names. */
export function powerfulOf(names: readonly string[]): string {
  return (
    names.find((name) => POWERFUL.test(name) && !name.includes("?")) ??
    names.find((name) => name !== "?" && name.includes(".")) ??
    names[0] ??
    "?"
  );
}
