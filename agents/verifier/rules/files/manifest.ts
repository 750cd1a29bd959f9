import { z } from "zod";
import { codeFindings } from "../code.ts";
import { shellFindings } from "../shell/findings.ts";
import type { Finding, Surroundings } from "../finding.ts";
import { foreignIn } from "./registries.ts";

/** A script of a package is one for a shell. */
const STEP = "step.sh";
const INSTALL_SCRIPTS =
  /^(?:(?:pre|post)?(?:install|prepare|publish|pack|prepublish|version|shrinkwrap|dependencies|rebuild)|prepublishOnly)$/;
/** What honest packages do before they are published: nothing that a user of them runs. */
const FOR_AUTHORS = /^(?:prepublishOnly|(?:pre|post)?(?:publish|pack|version)|prepublish)$/;
const RUNS_CODE =
  /\b(?:curl|wget|base64|eval|nc|(?:ba|z|da)?sh\s+-c|python[\d.]*\s+-c|(?:node|bun|deno|perl|ruby|php)\s+(?:-\w*[erp]\w*|--eval|--print|eval)\b|powershell|certutil)\b/;
const DEPENDENCIES =
  /^(?:(?:dev|peer|optional|bundled?)?[dD]ependencies|resolutions|overrides|catalogs?|configDependencies|packageExtensions|dependencyOverrides)$/;
/** A version, a range of versions, a tag, or what the same repository holds. */
const REGISTERED =
  /^(?:$|\*|x|(?:workspace|catalog):.*|\$[\w@/-]+|(?:npm:(?:@[\w.-]+\/)?[\w.-]+(?:@[\w.^~<>=|*\s-]*)?)|jsr:[@\w./^~<>=|*\s-]*|[\w.-]+|[v=<>~^\s\d][\w.+^~<>=|*\s-]*)$/;
const INSIDE = /^(?:file|link|portal|patch):(?!\/|~|(?:\.\.\/){2})/;
const HOOKS =
  /^(?:husky|simple-git-hooks|gitHooks|ghooks|yorkie|pre-commit|pre-push|commit-msg|hooks|lefthook|nano-staged|git-hooks)$/;
const BUILT =
  /^(?:onlyBuiltDependencies|trustedDependencies|allowScripts|allowBuilds|neverBuiltDependencies|dangerouslyAllowAllBuilds|gypfile|allowedScripts|lavamoat)$/;

const Written = z.record(z.string(), z.unknown());
const Scripts = z.object({ scripts: z.record(z.string(), z.string()).catch({}) });

type Broken = { rule: string; name: string; value: unknown };

/** What a package.json runs unasked, and what it takes from outside the registry. */
export function manifestFindings(text: string, around: Surroundings): Finding[] {
  const read = written(text);
  if (!read) return [];
  const scripts = Scripts.parse({ scripts: {}, ...read }).scripts;
  const broken = [
    ...Object.entries(scripts).flatMap((script) => scriptBroken(script, around)),
    ...settingsBroken(read, 0),
  ];
  return broken.map(({ rule, name, value }) => ({
    rule,
    line: lineOf(text, name),
    text: `"${name}": ${JSON.stringify(value)}`,
    severe: true,
  }));
}

/** The scripts of a manifest; null where it is none. */
export function manifestOf(text: string): z.infer<typeof Scripts> | null {
  const read = written(text);
  return read && Scripts.parse({ scripts: {}, ...read });
}

function written(text: string): z.infer<typeof Written> | null {
  try {
    // A mark of the byte order is no part of the text: package managers pass it over.
    return Written.parse(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch {
    // Not JSON, or no object: the truncation guard and the tests say what is wrong with it.
    return null;
  }
}

function scriptBroken([name, value]: [string, string], around: Surroundings): Broken[] {
  if (INSTALL_SCRIPTS.test(name) && (!FOR_AUTHORS.test(name) || RUNS_CODE.test(value))) {
    return [{ rule: "install-script", name, value }];
  }
  if (/^(?:pre|post)\w/.test(name) && RUNS_CODE.test(value)) {
    return [{ rule: "install-script", name, value }];
  }
  const [first] = shellFindings(value, { ...around, path: STEP }, codeFindings);
  return first ? [{ rule: first.rule, name, value }] : [];
}

const DEPTH_MAX = 6;

function settingsBroken(settings: z.infer<typeof Written>, depth: number): Broken[] {
  if (depth > DEPTH_MAX) return [];
  return Object.entries(settings).flatMap(([name, value]): Broken[] => {
    if (DEPENDENCIES.test(name)) return sourcesBroken(value, depth);
    if (HOOKS.test(name) && depth <= 1) return [{ rule: "git-hook", name, value }];
    if (BUILT.test(name) && value !== false) return [{ rule: "install-script", name, value }];
    const isRegistry = /^(?:registry|npmRegistryServer|packageManager)$|:registry$/.test(name);
    if (isRegistry && typeof value === "string" && foreignIn(value) !== null) {
      return [{ rule: "registry", name, value }];
    }
    const nested = /^(?:pnpm|config|publishConfig|lavamoat|bun|yarn|workspaces)$/.test(name);
    const inner = nested ? Written.safeParse(value).data : undefined;
    return inner ? settingsBroken(inner, depth + 1) : [];
  });
}

function sourcesBroken(value: unknown, depth: number): Broken[] {
  const all = Written.safeParse(value).data;
  if (!all || depth > DEPTH_MAX) return [];
  return Object.entries(all).flatMap(([name, version]): Broken[] => {
    if (typeof version !== "string") return sourcesBroken(version, depth + 1);
    const isRegistered = REGISTERED.test(version) || INSIDE.test(version);
    return isRegistered ? [] : [{ rule: "foreign-source", name, value: version }];
  });
}

function lineOf(text: string, name: string): number {
  const at = text.indexOf(JSON.stringify(name));
  return at === -1 ? 1 : text.slice(0, at).split("\n").length;
}
