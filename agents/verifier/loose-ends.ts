import type { Change } from "./changes.ts";
import { languageOf } from "./languages.ts";

const DEFINES =
  /^\s*(?:export\s+)?(?:default\s+)?(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?(?:abstract\s+)?(?:def|class|function\*?|const|let|var|func|fn|type|interface|struct|enum|trait|module)\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]{2,})/;
const NAMED_MAX = 3;

/** Names that the lost lines defined and that what is left still uses. */
export function stillUsed(lost: readonly string[], left: string): string[] {
  const defined = definedBy(lost);
  if (defined.length === 0) return [];
  const used = new Set(words(left));
  // What is defined or brought in there is another one, or the same in its new place.
  const there = new Set(
    definedBy(left.split("\n").filter((line) => /^\S|^\s*[\w$]+,?$/.test(line))),
  );
  const missing = [...new Set(defined)].filter((name) => used.has(name) && !there.has(name));
  return missing.slice(0, NAMED_MAX);
}

function definedBy(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const brought = /^(?:import|from|use|export\s*\{|(?:const|let|var)\s*[{[])|^\s*[\w$]+,?$/.test(
      line,
    );
    return brought ? words(line) : (DEFINES.exec(line)?.[1] ?? []);
  });
}

/**
 * Imported names that nothing uses, by language custom; with what stood before only those count
 * that were used then. What is there to be imported from elsewhere has no uses of its own.
 */
export function unusedImports({ path, before, after }: Change): string[] {
  if (after === null || /(?:^|\/)(?:__init__|conftest|index|mod|lib|compat)\.\w+$/.test(path))
    return [];
  const uses = counts(after);
  const old = before === null ? null : counts(before);
  return importedNames(path, after).filter((name) => {
    if ((uses.get(name) ?? 0) > 1) return false;
    return old === null || (old.get(name) ?? 0) > 1;
  });
}

function importedNames(path: string, text: string): string[] {
  const language = languageOf(path, text);
  if (language === "javascript") return scriptImports(text);
  if (language === "python") return pythonImports(text);
  return language === "go" ? goImports(text) : [];
}

function scriptImports(text: string): string[] {
  const lists = [
    ...text.matchAll(/^import\s+(?!["'])([^;"']*?)\s+from\s*["']/gm),
    ...text.matchAll(/^(?:const|let|var)\s+([^=;]{1,500}?)\s*=\s*require\(/gm),
  ].map((match) => match[1] ?? "");
  return lists.flatMap((list) =>
    list
      .replaceAll(/^type\s|[{}]/g, ",")
      .split(",")
      .map(
        (part) =>
          part
            .trim()
            .split(/\s+as\s+|\s*:\s*/)
            .at(-1) ?? "",
      )
      .map((name) => name.replace(/^(?:\*\s*as|type)\s+/, "").trim())
      .filter((name) => /^[A-Za-z$][\w$]*$/.test(name) && name !== "React"),
  );
}

function pythonImports(text: string): string[] {
  const lists = [
    ...text.matchAll(/^from\s+(?!__future__)[\w.]+\s+import\s+(?:\(([^)]*)\)|([^\n(#]+))/gm),
    ...text.matchAll(/^import\s+([^\n#]+)/gm),
  ].map((match) => match[1] ?? match[2] ?? "");
  return lists.flatMap((list) =>
    list
      .replaceAll(/#[^\n]*/g, "")
      .split(",")
      // `import a as a` says that it is there for others.
      .filter((part) => !/^\s*(\w+)\s+as\s+\1\s*$/.test(part))
      .map(
        (part) =>
          part
            .trim()
            .split(/\s+as\s+/)
            .at(-1) ?? "",
      )
      .map((name) => name.split(".")[0] ?? "")
      .filter((name) => /^\w+$/.test(name)),
  );
}

function goImports(text: string): string[] {
  const block = /^import\s*\(([^)]*)\)/m.exec(text)?.[1] ?? "";
  return [...block.matchAll(/^[^\S\n]*(?:([\w]+)\s+)?"([^"]+)"/gm)]
    .map((match) => match[1] ?? match[2]?.split("/").at(-1) ?? "")
    .filter((name) => /^[A-Za-z]\w*$/.test(name) && !/^v\d+$/.test(name));
}

function words(text: string): string[] {
  return text.match(/[A-Za-z_$][\w$]*/g) ?? [];
}

function counts(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const word of words(text)) found.set(word, (found.get(word) ?? 0) + 1);
  return found;
}
