import { Tangled } from "../../../source/source-tree.ts";
import { blank } from "../../blank.ts";
import { lineIn } from "../../line-at.ts";
import type { Finding } from "../finding.ts";
import type { Parsed } from "../reading/grammar.ts";

/** The environment as a whole; not one of its names, nor what a program that is started gets. */
const WHOLE: Readonly<Record<Parsed, RegExp>> = {
  javascript:
    /(?<!\benv\s*[:=]\s*(?:\{\s*\.\.\.|Object\.assign\(\{\},\s*)?)(?<!\}\s*=\s*)(?<!\bin\s+)(?<!\btypeof\s+)(?:\bprocess\s*(?:\.\s*env|\[\s*(?:["'`]env["'`]|[a-zA-Z_$][\w$]*)\s*\])|\bBun\.env|\b(?:Deno\.)?env\.toObject\b(?:\(\))?)(?!\s*(?:\?\.|\.|\[|!\.|\)?\s*(?:\?\?|\|\|)?=[^=>]))(?![\w$])|\b(?:for|of)\b[^\n;{]{0,60}(?:\bin|\bof)\s+[\w.(]*process\.env\b|\.\.\.\s*\w+\s*\}\s*=\s*process\.env\b|\benvironmentVariables\b(?=\s*[;,})\]])/g,
  python:
    /\bfor\b[^\n:]{0,80}\bin\s+[\w.(]*os\.environb?\b|(?<!\bin\s+)(?<!\benv\s*=\s*(?:dict\(|\{\*\*)?)(?<!\bimport\s[^\n]*)\bos\.environb?\b(?!\s*(?:\[|\.\s*(?:get|setdefault|pop|update|clear|__getitem__|__contains__)\b|\(|=[^=]|,\s*["']))/g,
  go: /\b(?<!\.?Env\s*(?::=|=|:)\s*(?:append\(\s*(?:\[\]string\{\},?\s*)?)?)\w+\.Environ\(\)|\b(?:os|syscall|unix|execenv)\.Environ\b(?!\s*\()/g,
  ruby: /(?<![\w.:])ENV\b(?!\s*(?:\[|=|\.\s*(?:fetch|key\?|has_key\?|include\?|member\?|delete|update|store|values_at|dig|replace|merge!|clear|slice)(?![\w])))/g,
  java: /\bSystem\s*\.\s*getenv\(\s*\)(?!\s*\.\s*(?:get|containsKey|getOrDefault)\b)|\bSystem::getenv\b|\bnew ProcessBuilder\(\)\s*\.\s*environment\(\)|(?<![\w.])getenv\(\s*\)|\.environment\(\)\s*\.\s*(?:entrySet|forEach|toString|values)\b/g,
  rust: /\b(?<!\.envs\(\s*)\w+::vars(?:_os)?\(\)|(?<![\w.:])vars(?:_os)?\(\)|\buse\s+std::env::[^;\n]{0,400}\bvars(?:_os)?\s+as\b|\benv::vars(?:_os)?\b(?!\s*\()/g,
};

const NAMES_IT = /env|\bprocess\s*\[/i;
/** Names of the environment that are followed in one file. */
const NAMES_MAX = 50;
/** A name that stands for the environment; what it is used for tells whether it is copied. */
const RENAMED: Partial<Record<Parsed, RegExp>> = {
  javascript:
    /\b(?:const|let|var)\s+(\w+)\s*=\s*(?:\w+\s*(?:\?\?|\|\|)\s*)?process\.env\s*(?:;|\n|$)|\{[^}\n]{0,400}(?:\benv\b(?!["'`])|\[\s*["'`]env["'`]\s*\])(?:\s*(?::|\bas\b)\s*(\w+))?[^}\n]{0,400}\}\s*(?:=\s*(?:globalThis\.)?process\b|from\s*["'](?:node:)?process["'])/g,
  python:
    /^[^\S\n]*(\w+)\s*=\s*os\.environ\s*$|^[^\S\n]*from\s+os\s+import\b[^\n]{0,400}\benvironb?\b(?:\s+as\s+(\w+))?/gm,
};

/**
 * The environment copied whole, however that is written.
 * @throws Tangled where it has too many names.
 */
export function environmentFindings(written: string, language: Parsed): Finding[] {
  if (!NAMES_IT.test(written) && !/\bvars\b/.test(written)) return [];
  const text = plainlyNamed(written, language);
  const whole = WHOLE[language];
  const renamed = [...text.matchAll(RENAMED[language] ?? /(?!)/g)];
  // Most files have neither: they are not blanked for it.
  if (renamed.length === 0 && text.search(whole) === -1) return [];
  const { code, withStrings } = blank(text, language);
  const lineAt = lineIn(code);
  const at = (index: number, said: string): Finding => {
    return { rule: "credentials", line: lineAt(index), text: said, severe: true };
  };
  const isRenaming = (index: number) =>
    renamed.some((match) => index >= match.index && index < match.index + match[0].length);
  // A key is written as a string: what is blanked is where the match begins, if that is no code.
  const direct = [...withStrings.matchAll(whole)]
    .filter(({ index, 0: said }) => code.startsWith(said.slice(0, 3), index) && !isRenaming(index))
    .map(({ index, 0: said }) => at(index, said));
  const names = new Set(renamed.map((match) => match[1] ?? match[2] ?? nameOf(language)));
  if (names.size > NAMES_MAX) throw new Tangled("its environment has too many names to be read");
  const copied = [...names].flatMap((name) =>
    [...withStrings.matchAll(usedWhole(name))]
      .filter(({ index, 0: said }) => code.startsWith(said, index) && !isRenaming(index))
      .map(({ index, 0: said }) => at(index, said)),
  );
  return [...direct, ...copied];
}

const MODULES: Partial<Record<Parsed, readonly [name: string, renamed: RegExp]>> = {
  javascript: [
    "process",
    /\bimport\s+(?:\*\s*as\s+)?(\w+)\s+from\s*["'](?:node:)?process["']|\b(\w+)\s*=\s*(?:globalThis\.process|process|require\(["'](?:node:)?process["']\))\s*(?:;|\n|,|$)/g,
  ],
  go: ["os", /^[ \t]*(?:import[ \t]+)?(\w+)[ \t]+"(?:os|syscall|golang\.org\/x\/sys\/unix)"/gm],
  rust: ["env", /\benv\s+as\s+(\w+)\b/g],
  python: ["os", /\bimport\s+os\s+as\s+(\w+)|\b(\w+)\s*=\s*__import__\(["']os["']\)/g],
};

/** Modules called by their own names, whatever the file calls them; lines stay where they are. */
function plainlyNamed(text: string, language: Parsed): string {
  const [name, renamed] = MODULES[language] ?? ["", /(?!)/g];
  const plain = text.replaceAll(/\brequire\(["'](?:node:)?process["']\)(?=\s*\.)/g, "process");
  const others = new Set([...text.matchAll(renamed)].map((match) => match[1] ?? match[2] ?? ""));
  if (others.size === 0) return plain;
  return plain.replaceAll(/(?<![\w.$])\w+\b(?=\s*(?:[.[]|::))/g, (word) =>
    others.has(word) ? name : word,
  );
}

function nameOf(language: Parsed): string {
  return language === "python" ? "environ" : "env";
}

/** A name that is not asked for one of its parts, nor handed to a program as its environment. */
function usedWhole(name: string): RegExp {
  return new RegExp(
    String.raw`(?<![\w$"'\x60/-]|(?<!\.\.)\.|\benv\s*[:=]\s*(?:\{\s*(?:\.\.\.|\*\*))?|\bin\s|\b(?:spawn|exec|fork|run|execa)\w*\([^\n]{0,200}[{,]\s*)${name}\b(?!\s*(?:\?\.|\.|\[|[:=]|\())|(?<![\w.])${name}\s*\.\s*(?:items|copy|values|keys)(?:\(|\s*[,;)\]]|\s*$)|\bfor\b[^\n:;{]{0,80}\b(?:in|of)\s+[\w.(]*${name}\b(?!\s*(?:\.\s*get|\[))`,
    "gm",
  );
}
