import bash from "@ast-grep/lang-bash";
import go from "@ast-grep/lang-go";
import java from "@ast-grep/lang-java";
import python from "@ast-grep/lang-python";
import ruby from "@ast-grep/lang-ruby";
import rust from "@ast-grep/lang-rust";
import { parse, registerDynamicLanguage, type SgNode } from "@ast-grep/napi";

/** Languages whose parsers are not part of ast-grep itself. */
export type Grown = "python" | "go" | "ruby" | "java" | "rust" | "shell";

const NAMES: Readonly<Record<Grown, string>> = {
  python: "python",
  go: "go",
  ruby: "ruby",
  java: "java",
  rust: "rust",
  shell: "bash",
};
let registered = false;

/** A file of such a language as a tree. The parsers cost some 8 MB when the first file is read. */
export function grownRoot(language: Grown, text: string): SgNode {
  // ast-grep takes its languages in one call, and only once in a process.
  if (!registered) registerDynamicLanguage({ bash, go, java, python, ruby, rust });
  registered = true;
  return parse(NAMES[language], text).root();
}
