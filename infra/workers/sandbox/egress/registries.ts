import { hostOf } from "./allow-list.ts";

/**
 * Where dependencies are installed from: the public registries of the languages, their downloads,
 * and source hosts that lock files name. Reached while an environment is prepared, and only then.
 */
const REGISTRIES = `
  registry.npmjs.org registry.yarnpkg.com repo.yarnpkg.com npm.jsr.io jsr.io deno.land
  nodejs.org binaries.prisma.sh cdn.playwright.dev playwright.download.prss.microsoft.com
  storage.googleapis.com pypi.org files.pythonhosted.org download.pytorch.org
  index.crates.io static.crates.io crates.io static.rust-lang.org
  proxy.golang.org sum.golang.org go.dev dl.google.com
  rubygems.org index.rubygems.org repo.packagist.org packagist.org api.nuget.org
  repo.maven.apache.org repo1.maven.org plugins.gradle.org services.gradle.org
  github.com codeload.github.com api.github.com *.githubusercontent.com gitlab.com bitbucket.org`
  .trim()
  .split(/\s+/);

/** Variables in which a company names its own. */
const VARIABLES = [
  "NPM_CONFIG_REGISTRY",
  "PIP_INDEX_URL",
  "PIP_EXTRA_INDEX_URL",
  "UV_INDEX_URL",
  "GOPROXY",
];

/** Hosts that a preparation may reach; registries of the environment may be private servers. */
export function registriesOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  const named = VARIABLES.flatMap((name) => [name, name.toLowerCase()])
    .flatMap((name) => (environment[name] ?? "").split(/[\s,|]+/))
    .filter((word) => /^https?:\/\//.test(word) && URL.canParse(word))
    .map(hostOf);
  return [...REGISTRIES, ...new Set(named)];
}
