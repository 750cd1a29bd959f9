import { z } from "zod";
import type { Change } from "../changes.ts";
import { matchesAny } from "../glob.ts";
import type { Finding } from "./finding.ts";

const INSTALL_SCRIPTS = /^(?:pre|post)?install$|^(?:pre|post)?prepare$|^prepublish$|^dependencies$/;
const FOREIGN_SOURCE =
  /^(?:git(?:\+|:)|https?:|github:|gitlab:|bitbucket:|gist:|ssh:|[\w-]+\/[\w.-]+(?:#|$))/;

const Manifest = z.object({
  scripts: z.record(z.string(), z.string()).catch({}),
  dependencies: z.record(z.string(), z.string()).catch({}),
  devDependencies: z.record(z.string(), z.string()).catch({}),
  peerDependencies: z.record(z.string(), z.string()).catch({}),
  resolutions: z.record(z.string(), z.string()).catch({}),
  overrides: z.record(z.string(), z.string()).catch({}),
  optionalDependencies: z.record(z.string(), z.string()).catch({}),
});

/** What a package.json runs when it is installed, and what it takes from outside the registry. */
export function manifestFindings(text: string): Finding[] {
  const read = manifestOf(text);
  if (!read) return [];
  const { scripts, dependencies, devDependencies, optionalDependencies } = read;
  const { peerDependencies, resolutions, overrides } = read;
  const own = { ...dependencies, ...devDependencies, ...optionalDependencies };
  const sources = { ...peerDependencies, ...resolutions, ...overrides, ...own };
  const broken = [
    ...Object.entries(scripts)
      .filter(([name]) => INSTALL_SCRIPTS.test(name))
      .map(([name, command]) => ({ rule: "install-script", name, value: command })),
    ...Object.entries(sources)
      .filter(([, version]) => FOREIGN_SOURCE.test(version))
      .map(([name, version]) => ({ rule: "foreign-source", name, value: version })),
  ];
  return broken.map(({ rule, name, value }) => ({
    rule,
    line: lineOf(text, name),
    text: `"${name}": ${JSON.stringify(value)}`,
    severe: true,
  }));
}

export function manifestOf(text: string): z.infer<typeof Manifest> | null {
  try {
    return Manifest.parse({
      scripts: {},
      ...z.record(z.string(), z.unknown()).parse(JSON.parse(text)),
    });
  } catch {
    // Not JSON, or no object: the truncation guard and the tests say what is wrong with it.
    return null;
  }
}

function lineOf(text: string, name: string): number {
  const at = text.indexOf(JSON.stringify(name));
  return at === -1 ? 1 : text.slice(0, at).split("\n").length;
}

const RUNS_UNASKED: readonly (readonly [rule: string, globs: readonly string[]])[] = [
  [
    "git-hook",
    [".husky/**", ".githooks/**", ".git/**", "**/.pre-commit-config.yaml", "lefthook.{yml,yaml}"],
  ],
  [
    "continuous-integration",
    [
      ".github/workflows/**",
      ".github/actions/**",
      ".{gitlab-ci,travis,drone,woodpecker}.{yml,yaml}",
      ".{forgejo,gitea}/workflows/**",
      "{appveyor,.appveyor,codemagic,cloudbuild,buildspec,bitrise}.{yml,yaml}",
      ".{teamcity,semaphore,gitlab}/**",
      ".circleci/**",
      ".buildkite/**",
      "azure-pipelines.{yml,yaml}",
      "Jenkinsfile",
      "bitbucket-pipelines.{yml,yaml}",
      ".woodpecker/**",
    ],
  ],
  ["install-script", ["**/binding.gyp", "build.rs", "**/extconf.rb"]],
  ["registry", ["**/{.npmrc,.yarnrc,.yarnrc.yml,.pypirc,pip.conf,.pnpmfile.cjs}"]],
  [
    "start-up",
    [".vscode/{tasks,launch,settings}.json", ".devcontainer/**", "**/.envrc", ".idea/**"],
  ],
  ["agent-orders", [".claude/**", ".codex/**", ".gemini/**", ".cursor/**", ".mcp.json"]],
  ["another-repository", [".gitmodules"]],
];

/** Files that run or steer something without being called, and links out of the tree. */
export function pathFindings({ path, status, after, special }: Change): Finding[] {
  const finding = (rule: string, text: string) => [{ rule, line: 0, text, severe: true }];
  if (special === "repository") return finding("another-repository", path);
  if (special === "link" && leadsOut(path, after)) {
    return finding("path-escape", `${path} -> ${after ?? "?"}`);
  }
  if (status === "deleted") return [];
  if (/(?:^|\/)\.gitattributes$/.test(path) && /\b(?:filter|diff|merge)=/.test(after ?? "")) {
    return finding("git-hook", path);
  }
  const named = RUNS_UNASKED.find(([, globs]) => matchesAny(path, globs));
  return named ? finding(named[0], path) : [];
}

/** Whether a link's target, relative to where it stands, is outside the repository. */
function leadsOut(path: string, target: string | null): boolean {
  if (target === null || target.startsWith("/") || /^[A-Za-z]:/.test(target)) return true;
  let depth = path.split("/").length - 1;
  for (const step of target.trim().split("/")) {
    if (step === "..") depth -= 1;
    else if (step !== "." && step !== "") depth += 1;
    if (depth < 0) return true;
  }
  return false;
}
