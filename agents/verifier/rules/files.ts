import { matchesAny } from "../glob.ts";
import type { Finding } from "./finding.ts";
import { hostsIn, isHarmless } from "./places.ts";

/** What a file that steers a tool may not say, line by line; files that are code have own rules. */
type FileRule = { rule: string; files: readonly string[]; line: RegExp };

const PYTHON_LISTS = ["**/requirements*.{txt,in}", "**/constraints*.txt"];
const REGISTRIES = new Set([
  "pypi.org",
  "files.pythonhosted.org",
  "rubygems.org",
  "repo.maven.apache.org",
  "repo1.maven.org",
  "crates.io",
  "proxy.golang.org",
  "registry.npmjs.org",
]);

const RULES: readonly FileRule[] = [
  {
    rule: "install-script",
    files: ["**/setup.py", "**/setup.cfg"],
    line: /\bcmdclass\b|\bscript_args\b/,
  },
  { rule: "install-script", files: ["**/pyproject.toml"], line: /^\s*(?:backend-path|build)\s*=/ },
  { rule: "install-script", files: ["**/Cargo.toml"], line: /^\s*build\s*=\s*["']/ },
  { rule: "install-script", files: ["**/*.gemspec"], line: /\.extensions\b/ },
  {
    rule: "install-script",
    files: ["**/composer.json"],
    line: /"(?:pre|post)-(?:install|update|autoload|package)[\w-]*"/,
  },
  {
    rule: "install-script",
    files: ["**/pom.xml"],
    line: /<artifactId>\s*(?:exec-maven-plugin|maven-antrun-plugin|gmaven\w*|groovy-maven-plugin)/,
  },
  {
    rule: "install-script",
    files: ["**/*.go"],
    line: /^\/\/go:generate\s+(?:(?:ba|z)?sh|curl|wget|python)/,
  },
  {
    rule: "foreign-source",
    files: PYTHON_LISTS,
    line: /^\s*(?:-e\s+)?(?:git\+|hg\+|svn\+|https?:|file:)|@\s*(?:git\+|https?:)/,
  },
  {
    rule: "registry",
    files: PYTHON_LISTS,
    line: /^\s*--?(?:extra-index-url|index-url|i|find-links|trusted-host)\b/,
  },
  {
    rule: "foreign-source",
    files: ["**/pyproject.toml", "**/Pipfile"],
    line: /@\s*(?:(?:git|hg|svn)\+|https?:|git@|file:)|\b["']?git["']?\s*=\s*["']|^\s*(?:hg|svn)\s*=|\burl\s*=\s*["']https?:[^"']*\.(?:whl|zip|tar\.gz)/,
  },
  {
    rule: "foreign-source",
    files: ["**/Cargo.toml"],
    line: /(?:^|[{,.\s])["']?git["']?\s*=\s*["']|\bregistry-index\s*=/,
  },
  {
    rule: "foreign-source",
    files: ["**/setup.py", "**/setup.cfg"],
    line: /\bdependency_links\b|["'\s]@\s*(?:git\+|https?:)|git\+(?:https?|ssh):/,
  },
  {
    rule: "foreign-source",
    files: ["**/composer.json"],
    line: /"type"\s*:\s*"(?:vcs|git|package|artifact)"/,
  },
  { rule: "foreign-source", files: ["**/pubspec.yaml"], line: /^\s+(?:git|hosted):/ },
  {
    rule: "foreign-source",
    files: ["**/build.gradle*", "**/settings.gradle*"],
    line: /jitpack\.io|\bgitRepository\s*\(|\bsourceControl\s*\{/,
  },
  {
    rule: "foreign-source",
    files: ["**/go.mod"],
    line: /^\s*(?:replace\s+)?\S+(?:\s+v\S+)?\s*=>\s*(?!\.)\S/,
  },
  {
    rule: "foreign-source",
    files: ["**/Gemfile", "**/*.gemspec"],
    line: /\b(?:git(?:hub|lab|ea)?|bitbucket|gist|svn|hg):\s*\S|:(?:git(?:hub|lab)?|bitbucket|gist|svn|path)\s*=>|["']git(?:hub)?["']\s*=>|^\s*(?:git(?:hub|_source)?|gist|path)\b\s*[("':]/,
  },
  {
    rule: "registry",
    files: ["**/.cargo/config*", "**/bunfig.toml", "**/uv.toml", "**/gradle.properties"],
    line: /\S/,
  },
  { rule: "start-up", files: ["**/{sitecustomize,usercustomize}.py", "**/*.pth"], line: /\S/ },
  {
    rule: "shell",
    files: ["**/build.gradle", "**/build.gradle.kts"],
    line: /\bexec\s*\{|commandLine\b|\.execute\(\)/,
  },
];
/** Places where packages come from have to be the registries themselves. */
const SOURCES: readonly FileRule[] = [
  { rule: "registry", files: ["**/Gemfile"], line: /^\s*source\s+["']/ },
  {
    rule: "registry",
    files: ["**/pom.xml", "**/build.gradle*", "**/settings.gradle*"],
    line: /<url>|\burl\s*[=(]/,
  },
  {
    rule: "registry",
    files: ["**/{package-lock.json,yarn.lock,pnpm-lock.yaml}"],
    line: /["']?(?:resolved|tarball)["']?:?\s/,
  },
];

/** Breaks in files that package managers and build tools read. */
export function fileFindings(path: string, text: string): Finding[] {
  const rules = RULES.filter(({ files }) => matchesAny(path, files));
  const sources = SOURCES.filter(({ files }) => matchesAny(path, files));
  if (rules.length + sources.length === 0) return [];
  return text.split("\n").flatMap((said, at) => {
    const broken = [
      ...rules.filter(({ line }) => line.test(said)),
      ...sources.filter(({ line }) => line.test(said) && leadsElsewhere(said)),
    ];
    const plain = said.trim();
    return broken.map(({ rule }) => ({ rule, line: at + 1, text: plain, severe: true }));
  });
}

function leadsElsewhere(said: string): boolean {
  return hostsIn(said).some((host) => !isHarmless(host, REGISTRIES));
}
