import { matchesAny } from "../../glob.ts";
import type { Finding } from "../finding.ts";
import { unescaped } from "../reading/literal.ts";
import { foreignIn } from "./registries.ts";
import { tomlEntries, type TomlEntry } from "./toml.ts";

const FILES = [
  "**/{pyproject,Cargo,pixi,poetry,hatch,pdm,Project,Manifest,rust-toolchain,libs.versions}.toml",
  "**/{Pipfile,rust-toolchain}",
];
/** Names whose values only tell people where to read on. */
const TELLS =
  /^(?:project\.(?:urls|readme|license|authors|maintainers|description)|tool\.poetry\.(?:urls|homepage|repository|documentation|readme|description)|tool\.(?:towncrier|semantic_release|commitizen|git-cliff|cliff|mypy|ruff|black|isort|hatch\.metadata)|(?:workspace\.)?package\.(?:homepage|documentation|repository|readme|description|authors|metadata))(?:\.|$)|(?:^|\.)(?:homepage|documentation|changelog|description|license|authors|see-also)$/;
/** Names that say where something is taken from. */
const SOURCES =
  /(?:^|\.)(?:git|hg|svn|bzr|registry|registry-index|replace-with|index-url|extra-index-url|find-links|trusted-host|index-strategy)$/;
/** What builds a package of Python; any other builder is a program that nobody looked at. */
const BUILDERS =
  /^["'](?:setuptools\.build_meta(?::__legacy__)?|hatchling\.build|flit_core\.buildapi|flit\.buildapi|poetry\.core\.masonry\.api|poetry_dynamic_versioning\.backend|pdm\.backend|pdm\.pep517\.api|maturin|scikit_build_core\.build|mesonpy|uv_build|whey|jupyter_packaging\.build_api)["']/;
const RUNS_AT_BUILD =
  /^build-system\.backend-path$|^tool\.poetry\.build(?:\.script)?$|^tool\.poetry\.build\.generate-setup-file$|^tool\.hatch\.build\b.*\bhooks\.custom|^tool\.hatch\.metadata\.hooks\.custom|^tool\.hatch\.envs\b.*\b(?:pre|post)-install-commands$|^tool\.setuptools\.cmdclass|^tool\.distutils|^tool\.pdm\.build\.(?:run-setuptools|custom-hook|setup-script)|^tool\.pdm\.scripts\.(?:pre|post)_|^project\.entry-points\.["']?(?:distutils|setuptools|egg_info|pytest11|hatch)/;

/** What a TOML file of a package manager takes from elsewhere, and what it runs when it builds. */
export function tomlFindings(path: string, text: string): Finding[] {
  if (!matchesAny(path, FILES)) return [];
  const isCargo = /(?:^|\/)Cargo\.toml$/i.test(path);
  return tomlEntries(text).flatMap((entry): Finding[] => {
    const rule = ruleOf(entry, isCargo);
    const said = `${entry.path} = ${entry.value.trim()}`;
    return rule ? [{ rule, line: entry.line, text: said, severe: true }] : [];
  });
}

function ruleOf({ path, value }: TomlEntry, isCargo: boolean): string | null {
  const said = unescaped(value);
  if (!TELLS.test(path)) {
    if (foreignIn(said) !== null) return "foreign-source";
    if (SOURCES.test(path) && !/:\/\//.test(said) && !/^\s*\{/.test(said)) return "foreign-source";
    if (/(?:^|\.)url$/.test(path) && /\$/.test(said)) return "foreign-source";
    if (/(?:^|\.)(?:path|file)$/.test(path) && /^["'](?:\/|~|(?:\.\.\/){3})/.test(said)) {
      return "foreign-source";
    }
  }
  const runs = isCargo ? runsByCargo(path, said) : runsByPython(path, said);
  return runs ? "install-script" : null;
}

function runsByCargo(path: string, value: string): boolean {
  if (path === "package.build") return !/^\s*false\b/.test(value);
  if (path === "lib.proc-macro" || path === "lib.proc_macro") return /^\s*true\b/.test(value);
  return path === "package.links" || /^target\..*\.(?:runner|linker)$/.test(path);
}

function runsByPython(path: string, value: string): boolean {
  if (path === "build-system.build-backend") return !BUILDERS.test(value.trim());
  if (path === "tool.poetry.build") return true;
  return RUNS_AT_BUILD.test(path);
}
