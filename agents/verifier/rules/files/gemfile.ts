import { blank } from "../../blank.ts";
import { matchesAny } from "../../glob.ts";
import type { Finding } from "../finding.ts";
import { foreignIn } from "./registries.ts";

const LISTS = ["**/{Gemfile,gems.rb,Appraisals}", "**/{Gemfile.*,*.gemfile}"];
const SPECS = ["**/*.{gemspec,podspec}"];
const PODS = ["**/{Podfile,Brewfile,Berksfile,Puppetfile,Cheffile}"];

const KNOWN =
  /\bsource\s*(?:\(\s*)?(?::rubygems\b|["']https:\/\/(?:rubygems\.org|cdn\.cocoapods\.org)\/?["'])\s*(?:\)\s*)?(?:do\b|$)/;
const ELSEWHERE =
  /["':](?:git|github|gitlab|gist|bitbucket|svn|hg|source)["']?\s*=>|\b(?:git|github|gitlab|gist|bitbucket|svn|hg)["']?:\s|^\s*(?:git|github|gist|git_source|plugin|tap|eval_gemfile)\b\s*[("':]|\b(?:path|podspec)\b["']?\s*(?:(?::|=>)\s*)?["'](?:\/|~|(?:\.\.\/){2})/;
/** A list of packages is plain: what is worked out in it hides where they come from. */
const WORKED_OUT =
  /\.(?:reverse|unpack1?|pack|tr|join|chars|rotate|inject|reduce|sum|gsub|sub|decode64|swapcase|concat|prepend|insert|freeze\.\w+)\b|\b(?:Base64|format|sprintf|send|public_send|__send__|const_get|instance_eval|eval|method|URI|Net::HTTP)\b|\*\*?[a-z]\w*|["']\s*(?:\+|<<|%)\s|(?:\+|<<)\s*["']/;
const GIVEN = /^\s*(?:source|gem|mirror)\b(?:\s*\(\s*|\s+)(?!["':])/;
const RUNS =
  /\bextensions\b|\bextconf\b|\bmkrf\b|\bpost_install\b|\bpre_install\b|\bprepare_command\b|\bscript_phases?\b|\binstance_variable_set\b|\b(?:public_|__)?send(?:__)?\b|\bmethod\s*\(|\bGem\.(?:pre|post)_\w+/;

/** What lists of gems take from elsewhere, and what gems run when they are installed. */
export function gemFindings(path: string, text: string): Finding[] {
  const isList = matchesAny(path, [...LISTS, ...PODS]);
  const isSpec = matchesAny(path, SPECS);
  if (!isList && !isSpec) return [];
  const { withStrings } = blank(text, "ruby");
  return withStrings.split("\n").flatMap((said, at): Finding[] => {
    const rule = isList ? sourceRule(said) : RUNS.test(said) ? "install-script" : null;
    return rule ? [{ rule, line: at + 1, text: said.trim(), severe: true }] : [];
  });
}

function sourceRule(said: string): string | null {
  if (/^\s*source\b/.test(said)) return KNOWN.test(said) ? null : "registry";
  if (GIVEN.test(said) || WORKED_OUT.test(said) || /\bsource:\s/.test(said))
    return "foreign-source";
  if (RUNS.test(said)) return "install-script";
  return ELSEWHERE.test(said) || foreignIn(said) !== null ? "foreign-source" : null;
}
