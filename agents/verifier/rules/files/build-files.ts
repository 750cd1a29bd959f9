import { matchesAny } from "../../glob.ts";
import type { Finding } from "../finding.ts";

/** What a file of a build tool may not say, line by line. */
type LineRule = { rule: string; files: readonly string[]; line: RegExp };

/** Modules that describe a package; anything else in its setup runs when it is installed. */
const SETUP_NEEDS =
  /^(?:setuptools(?!\.command|\.dist|\.build)|distutils\.core|os|os\.path|sys|re|io|pathlib|codecs|ast|glob|json|typing|platform|textwrap|itertools|functools|collections|datetime|__future__|warnings|tomllib|tomli|versioneer|Cython|Cython\.Build|numpy|pybind11(?:\.setup_helpers)?|configparser|string|packaging(?:\.\w+)?)$/;
const SETUP_RUNS =
  /\bcmdclass\b|\bscript_args\b|\bdistclass\b|\bcommand_packages\b|\bdistutils\.commands\b|\begg_info\.writers\b|\bsetup_requires\b|\b__import__\b|\bgetattr\s*\(|\batexit\b|\bos\.(?:system|popen|exec\w+|spawn\w+|fork|rename|remove|chmod|symlink|environ\[[^\]\n]{0,200}\]\s*=)|\bexec\s*\(|\beval\s*\(|\bsetup\s*\(\s*\*\*\s*(?!\{|config|options\b|setup_args|kwargs|metadata|setup_kwargs)\w/;
const GENERATORS =
  /^\/\/go:generate\s+(?:stringer|mockgen|mockery|moq|counterfeiter|protoc|buf|sqlc|ent|wire|easyjson|ffjson|msgp|enumer|go-enum|controller-gen|deepcopy-gen|swag|oapi-codegen|gqlgen|templ|goyacc|ragel|statik|go-bindata|genqlient|bpf2go|gofmt|goimports|gofumpt|go\s+(?:vet|fmt)|go\s+(?:run|tool)\s+(?:-\w+(?:=\S+)?\s+)*(?:(?:golang\.org\/x|google\.golang\.org|go\.uber\.org|github\.com)\/\S+|(?:\.\/|\.\.\/)?[\w/-]+(?:\.go)?(?=\s|$)))/;
const SHELL_WORDS =
  /\b(?:curl|wget|base64|xxd|eval|nc|ncat|python[\d.]*\s+-c|perl\s+-e|ruby\s+-e|node\s+-e|(?:ba|z|da|k)?sh\s+-c|openssl|ssh|scp|source)\b/;

const RULES: readonly LineRule[] = [
  { rule: "install-script", files: ["**/setup.py"], line: SETUP_RUNS },
  {
    rule: "install-script",
    files: ["**/composer.json"],
    line: /"(?:pre|post)-(?:install|update|autoload|package|status|archive|root|create|file|command|pool|operations)[\w-]*"/,
  },
  {
    rule: "foreign-source",
    files: ["**/composer.json"],
    line: /"type"\s*:\s*"(?:vcs|git|github|gitlab|svn|hg|package|artifact|path|composer)"/,
  },
  {
    rule: "install-script",
    files: ["**/{CMakeLists.txt,*.cmake}"],
    line: /\b(?:execute_process|exec_program|try_run)\s*\(|^(?:(?!\bCOMMAND\b)[^])*\bCOMMAND\b[^]*(?:\b(?:ba|z|da)?sh\b|curl|wget|python|node|perl|\bcmake\s+-P)/i,
  },
  {
    rule: "foreign-source",
    files: ["**/{CMakeLists.txt,*.cmake}"],
    line: /\b(?:ExternalProject_Add|FetchContent_Declare|CPMAddPackage|FetchContent_Populate)\s*\(|\b(?:GIT_REPOSITORY|SVN_REPOSITORY|HG_REPOSITORY)\b|\bfile\s*\(\s*DOWNLOAD\b/i,
  },
  {
    rule: "install-script",
    files: ["**/{meson.build,BUILD,BUILD.bazel,*.bzl,SConstruct,SConscript,wscript}"],
    line: /\b(?:run_command|add_install_script|add_postconf_script|genrule|repository_rule|sh_binary|custom_target)\s*\(|\bexecute\s*\(\s*\[/,
  },
  {
    rule: "install-script",
    files: ["**/{*.cabal,package.yaml}"],
    line: /^\s*build-type\s*:\s*(?:Custom|Configure|Make)\b/i,
  },
  { rule: "install-script", files: ["**/opam", "**/*.opam"], line: /^\s*(?:build|install)\s*:/ },
  {
    rule: "registry",
    files: ["**/{bunfig,uv,netlify,mise,.mise}.toml", "**/gradle.properties", "**/vercel.json"],
    line: /\S/,
  },
  {
    rule: "start-up",
    files: ["**/.env", "**/.env.*", "**/*.env"],
    line: /^\s*(?:export\s+)?(?:NODE_OPTIONS|LD_PRELOAD|DYLD_INSERT_LIBRARIES|PYTHONSTARTUP|PYTHONPATH|BASH_ENV|RUBYOPT|PERL5OPT|JAVA_TOOL_OPTIONS|GIT_SSH_COMMAND|RUSTC_WRAPPER|GOFLAGS|PROMPT_COMMAND)\s*=/,
  },
  {
    rule: "native-code",
    files: ["**/*.go"],
    line: /^\/\/go:linkname\b|^\s*#cgo\b|^\s*import\s+"C"|^\/\/go:cgo_/,
  },
];

/** Breaks in files that steer a build. */
export function buildFindings(path: string, text: string): Finding[] {
  const rules = RULES.filter(({ files }) => matchesAny(path, files));
  const asks = [
    ...rules.map(
      ({ rule, line }) =>
        (said: string) =>
          line.test(said) ? rule : null,
    ),
    ...(/(?:^|\/)setup\.py$/i.test(path) ? [importedBySetup] : []),
    ...(path.endsWith(".go") ? [generated] : []),
    ...(/(?:^|\/)(?:gnu)?makefile$|\.mk$/i.test(path) ? [made] : []),
  ];
  if (asks.length === 0) return [];
  return text.split("\n").flatMap((said, at): Finding[] =>
    asks.flatMap((ask) => {
      const rule = ask(said);
      return rule ? [{ rule, line: at + 1, text: said.trim(), severe: true }] : [];
    }),
  );
}

function importedBySetup(said: string): string | null {
  const [, from, list] = /^\s*(?:from\s+([\w.]+)\s+import\b|import\s+([\w., ]+))/.exec(said) ?? [];
  const modules = from === undefined ? (list ?? "").split(",") : [from];
  const names = modules.map((name) => name.trim().split(/\s+as\s+/)[0] ?? "");
  if (from?.startsWith("setuptools") && /\bimport\b.*\bcommand\b/.test(said))
    return "install-script";
  return names.some((name) => name !== "" && !SETUP_NEEDS.test(name)) ? "install-script" : null;
}

function generated(said: string): string | null {
  if (!/^\/\/go:generate\b/.test(said)) return null;
  return GENERATORS.test(said) && !SHELL_WORDS.test(said) ? null : "install-script";
}

/** What is asked of a shell while a makefile is being read runs whatever its target is. */
function made(said: string): string | null {
  const asked = /\$\(shell\s+([^)]*)|!=\s*(.*)$/.exec(said);
  if (!asked) return null;
  return SHELL_WORDS.test(asked[1] ?? asked[2] ?? "") ? "install-script" : null;
}
