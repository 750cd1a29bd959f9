/** Whether a file holds steps for a shell among other things: a Makefile, a Dockerfile. */
const STEPS: readonly (readonly [name: RegExp, read: (text: string) => string])[] = [
  [/(?:^|\/)(?:gnu)?makefile[^/]*$|\.mk$/i, ofMake],
  [/(?:^|\/)(?:dockerfile|containerfile)[^/]*$|\.dockerfile$/i, ofDocker],
];

/**
 * A file as one script: what a Makefile or a Dockerfile gives names, and the steps that it has a
 * shell run. Lines stay where they are; a script is what it is.
 */
export function asScript(path: string, text: string): string {
  return STEPS.find(([name]) => name.test(path))?.[1](text) ?? text;
}

const GIVES = /^(?:export\s+|override\s+)*([A-Za-z_][\w.]*)\s*(\+|:{0,2}|\?|!)=\s*([^]*)$/;

function ofMake(text: string): string {
  let isContinued = false;
  return text
    .split("\n")
    .map((line) => {
      const isStep = line.startsWith("\t") || isContinued;
      isContinued = line.endsWith("\\") && isStep;
      if (isStep) return plainOf(line.replace(/^\s*[@+-]*\s*/, ""));
      const [, name, operator, value = ""] = GIVES.exec(line) ?? [];
      if (name !== undefined) {
        const said = plainOf(value.trim());
        // What a shell prints is asked for without quotes about it.
        const quoted = said.startsWith("$(") ? said : `"${said.replaceAll('"', '\\"')}"`;
        return operator === "!"
          ? `${name}=$(${said})`
          : `${name}${operator === "+" ? "+" : ""}=${quoted}`;
      }
      const step = /^[^\s#][^=;:#]*:[^=;#]*;\s*@?([^]*)$/.exec(line)?.[1];
      if (step !== undefined) return plainOf(step);
      // The body of a `define` is a step, too.
      return /^\s*[\w./-]+\s[^:=]*$/.test(line) ? plainOf(line) : line.replace(/^(?=\S)/, "# ");
    })
    .join("\n");
}

const DOLLAR = "\u0002";

/** `$(NAME)` is `${NAME}`, `$(shell …)` is `$(…)`, `$$` is `$`. */
function plainOf(said: string): string {
  return said
    .replaceAll("$$", DOLLAR)
    .replaceAll(/\$[@<^+?*]/g, "it")
    .replaceAll(/\$\(shell\s+/g, "$(")
    .replaceAll(/\$\(([A-Za-z_]\w*)\)/g, "${$1}")
    .replaceAll(DOLLAR, "$");
}

function ofDocker(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      const [, order = "", said = ""] = /^\s*([A-Za-z]+)\s+([^]*)$/.exec(line) ?? [];
      switch (order.toUpperCase()) {
        case "ENV":
        case "ARG":
          return /^\w+=/.test(said)
            ? `export ${said}`
            : said.replace(/^(\w+)\s+([^]*)$/, '$1="$2"');
        case "RUN":
        case "CMD":
        case "ENTRYPOINT":
          return wordsOf(said.replace(/^(?:--\S+\s+)+/, ""));
        case "HEALTHCHECK":
          return wordsOf(said.replace(/^(?:--\S+\s+)*CMD\s+/, ""));
        default:
          return line;
      }
    })
    .join("\n");
}

/** `["sh", "-c", "…"]` as one would type it. */
function wordsOf(said: string): string {
  const words = /^\[\s*"[^]*"\s*\]\s*$/.test(said)
    ? [...said.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? "")
    : [];
  if (words.length === 0) return said;
  return words
    .map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "")}'`))
    .join(" ");
}
