import { GRAMMARS, type Parsed } from "./reading/grammar.ts";

/** Paths of files that hold keys, wherever they are written. */
export const KEY_FILES =
  /\.ssh|id_(?:rsa|ed25519|ecdsa)|\.aws|git-cred|gh.hosts|\.docker|\.kube|gnupg|\.codex|\.claude|\/etc\/|\/proc\/|Keychains/;
/** Functions that are as bad when they are handed on as when they are called. */
const RUNNERS = /(?:eval|exec|system|popen)/;
const HAS_RUNNER = /\b(?:eval|exec|system|popen)\b/;
/** In a file of Python that reads objects also what reads them. */
const LOADERS = /(?:eval|exec|system|popen|loads?|Unpickler)/;
const LOADS_OBJECTS = /\b(?:_?pickle\w*|cPickle|marshal|dill|cloudpickle|shelve|joblib)\b/;
/** In scripts every pattern has an `exec` of its own. */
const SCRIPT_RUNNERS = /(?:eval|exec|execSync)/;
const HAS_SCRIPT_RUNNER = /\beval\b|child|\bcp\b/;

/** A letter of a name that is written as its number: `\u0065val`. */
export const ESCAPED = /\\u(?:00|\{)/;

/** The nodes of a tree that anything is asked about. */
export function lookedAt(language: Parsed, bindings: ReadonlySet<string>, text: string) {
  const { calls, strings, names, properties, functions } = GRAMMARS[language];
  const isScript = language === "javascript";
  const loads = language === "python" && LOADS_OBJECTS.test(text);
  const runners = (isScript ? SCRIPT_RUNNERS : loads ? LOADERS : RUNNERS).source;
  const more = language === "ruby" ? [...functions, "subshell"] : functions;
  const kinds = [...Object.keys(calls), ...bindings, ...more];
  return {
    any: [
      ...kinds.map((kind) => ({ kind })),
      ...(language === "ruby" ? [{ all: [{ kind: "binary" }, { regex: "^@?\\w+ *<<" }] }] : []),
      // Rare words: most files hold none of them, and are not searched for them.
      ...(KEY_FILES.test(text)
        ? strings.map((kind) => ({ all: [{ kind }, { regex: KEY_FILES.source }] }))
        : []),
      ...(isScript && ESCAPED.test(text)
        ? [...names, ...properties].map((kind) => ({
            all: [{ kind }, { regex: ESCAPED.source }],
          }))
        : []),
      ...(loads || (isScript ? HAS_SCRIPT_RUNNER : HAS_RUNNER).test(text)
        ? [...names, ...properties].map((kind) => ({
            all: [{ kind }, { regex: `^${runners}$` }],
          }))
        : []),
    ],
  };
}
