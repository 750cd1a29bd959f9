import type { SyntaxNode } from "../../source/syntax-node.ts";
import { type SourceTree, Tangled } from "../../source/source-tree.ts";
import { anyOf } from "../any-of.ts";
import { type Against, breaks, saysOf } from "./against.ts";
import { APPLIED, calleesOf } from "./callees.ts";
import type { Finding, Surroundings } from "./finding.ts";
import { GRAMMARS, type Parsed } from "./reading/grammar.ts";
import { handsOver, lookedAgain, standIns } from "./reading/handed.ts";
import { givenKeys } from "./reading/given-keys.ts";
import { type Given, givenTo } from "./given.ts";
import { isOpaque } from "./opaque.ts";
import { putsIn } from "./put-in.ts";
import { isTest } from "../languages.ts";
import { isKeyFile } from "./places.ts";
import { couldBeSought } from "./sought.ts";
import { usesTricks } from "./texts/tricks.ts";
import { workedOutFindings } from "./worked-out.ts";
import { ESCAPED, lookedAt } from "./looked-at.ts";
import { metIn } from "./reading/met.ts";
import { bindingKinds, type Reader, readerOf } from "./reading/reader.ts";

/** A rule for calls, as data. All of it has to hold. */
export type CallRule = {
  rule: string;
  /** What is called, by its full name, whatever the file calls it: `child_process.exec`. */
  call: RegExp;
  /** The arguments: texts as they come out, in quotes, `\0` for what is not known; else code. */
  given?: RegExp;
  unless?: RegExp;
  /** What the texts among its arguments are held against. */
  texts?: Against;
  /** Handing it on as a value counts as calling it. */
  value?: true;
  severe?: true;
  /** What the file has to say somewhere: where it does not, nothing has to be looked at. */
  when?: RegExp;
  /** Named so widely that only what is known of its arguments counts. */
  wide?: true;
};

const HANDED_ON = new RegExp(
  "^(?:arguments?|argument_list|array|list|tuple|pair|dictionary|return_statement|expression_list|" +
    "conditional_expression|ternary_expression|hash|literal_element|binary_expression|keyword_argument|" +
    "assignment_pattern|default_parameter|typed_default_parameter|object|arrow_function|lambda|" +
    "required_parameter|optional_parameter|assignment|assignment_expression|variable_declarator|" +
    "public_field_definition|field_definition|let_declaration|var_spec|as_expression|" +
    "satisfies_expression|non_null_expression|object_assignment_pattern|" +
    "export_specifier|yield_expression)$",
);

type Scan = {
  reader: Reader;
  rules: readonly CallRule[];
  around: Surroundings;
  /** The rules that a name breaks, as far as names tell. */
  byName: Map<string, readonly CallRule[]>;
  /** What is called, by how that is written. */
  byWords: Map<string, readonly string[]>;
  /** Whether the file says anything of that kind at all. */
  says: (kind: Against) => boolean;
  /** Calls that break a rule or not by what they are given, which could not be told. */
  open: { node: SyntaxNode; callees: readonly string[] }[];
  /** Whether calls are looked at again, with what their functions are given. */
  isAgain?: true;
};

/**
 * Breaks of the rules by the calls of a tree, and by the paths of key files in its strings.
 * @throws Tangled where it calls more than can be looked at.
 */
export function callFindings(
  tree: SourceTree,
  language: Parsed,
  rules: readonly CallRule[],
  around: Surroundings,
): Finding[] {
  const { strings, names, properties, functions } = GRAMMARS[language];
  const plain = new Set([...names, ...properties]);
  const bindings = new Set(bindingKinds(language, around.path));
  const text = tree.text;
  const nodes = metIn(tree, lookedAt(language, bindings, text), GRAMMARS[language]);
  const reader = readerOf(tree, language, nodes);
  const scan: Scan = {
    reader,
    rules,
    around,
    byName: new Map(),
    byWords: new Map(),
    says: saysOf(text),
    open: [],
  };
  const puts = putsIn(reader, around);
  const called: { node: SyntaxNode; name: string }[] = [];
  const standing: { node: SyntaxNode; callees: readonly string[] }[] = [];
  const handsOn = !isTest(around.path) && handsOver(reader);
  const own = nodes.filter(({ kind }) => functions.includes(kind)).map(({ node }) => node);
  const isSought = couldBeSought(text, around.sought, own);
  const broken = nodes.flatMap((met): Finding[] => {
    const { node, kind } = met;
    const found = (rule: string, severe: boolean) => [
      { rule, line: node.range().start.line + 1, text: reader.textOf(node), severe },
    ];
    if (kind === "binary" || functions.includes(kind) || !isSought(node)) return [];
    if (bindings.has(kind)) {
      const value = GRAMMARS[language].assigned[kind]?.[1];
      const rule = value === undefined ? null : puts(node, value);
      return rule ? found(rule, rule === "secret") : [];
    }
    if (plain.has(kind)) {
      if (ESCAPED.test(reader.textOf(node))) return found("hidden-code", true);
      const whole = wholeName(node, reader);
      const rule = isHandedOn(whole) ? ruleFor(reader.nameOf(whole), rules) : null;
      return rule ? found(rule.rule, rule.severe === true) : [];
    }
    if (kind === "subshell") {
      return /#\{|[|;&$<>]/.test(reader.textOf(node)) ? found("shell", false) : [];
    }
    if (strings.includes(kind)) {
      const said = reader.fold(node) ?? "";
      return isKeyFile(said) ? found("credentials", true) : [];
    }
    const callees = calleesOf(met, scan);
    called.push({ node, name: callees[0] ?? "?" });
    const rule = brokenBy(node, callees, scan);
    if (rule) return found(rule.rule, rule.severe === true);
    if (handsOn && couldStandIn(callees)) standing.push({ node, callees });
    return [];
  });
  const handed = handedFindings(standing, scan);
  const again = lookedAgain(scan.open, reader, (node, callees, within) =>
    brokenBy(node, callees, { ...scan, reader: within, isAgain: true }),
  ).map(({ node, found }) => foundAt(node, found, reader));
  return [
    ...broken,
    ...handed,
    ...again,
    ...givenKeys(tree.root, called, reader, around),
    ...workedOutFindings(tree, called, reader, around),
  ];
}

/** Breaks by functions that were handed over, where plain names are called. */
function handedFindings(standing: Scan["open"], scan: Scan): Finding[] {
  if (standing.length > STANDING_MAX) throw new Tangled("it calls too much to be read");
  return standing.flatMap((open) => {
    const names = standIns(open, scan.reader);
    const rule = names.length > 0 ? brokenBy(open.node, names, scan) : null;
    return rule ? [foundAt(open.node, rule, scan.reader)] : [];
  });
}

function foundAt(node: SyntaxNode, { rule, severe }: CallRule, reader: Reader): Finding {
  const line = node.range().start.line + 1;
  return { rule, line, text: reader.textOf(node), severe: severe === true };
}

/** Calls of plain names that are looked at for functions handed over. */
const STANDING_MAX = 5_000;

/** A plain name, or a part of one, that may be a function that was handed over. */
const couldStandIn = ([name = ""]: readonly string[]): boolean =>
  APPLIED.test(name) || /^[a-z_]\w*(?:\.\w+)*(?:\(\)[\w.()]*)?$/.test(name);

/** One pattern for all names that any rule asks for: most calls are none of them. */
const unions = new WeakMap<readonly CallRule[], RegExp>();
function unionOf(rules: readonly CallRule[]): RegExp {
  const known = unions.get(rules) ?? anyOf(rules.map(({ call }) => call));
  unions.set(rules, known);
  return known;
}

function ruleFor(name: string, rules: readonly CallRule[]): CallRule | null {
  return rules.find(({ call, value }) => value === true && call.test(name)) ?? null;
}

/** `os.system` of its `system`. */
function wholeName(node: SyntaxNode, { grammar }: Reader): SyntaxNode {
  const parent = node.parent();
  const member = parent ? grammar.members[parent.kind()] : undefined;
  return parent && member && parent.field(member[1])?.id() === node.id() ? parent : node;
}

function isHandedOn(node: SyntaxNode): boolean {
  const parent = node.parent();
  if (!parent || !HANDED_ON.test(parent.kind())) return false;
  const key = parent.field("key") ?? parent.field("name") ?? parent.field("left");
  return key?.id() !== node.id();
}

/** Functions that open, write or do away with what they are given, whatever else is called so. */
const OPENS =
  /(?:^|\.)(?:open\w*|chdir|empty\w+|read\w+|write\w+|append\w+|create\w*|remove\w*|rm\w*|unlink\w*|delete\w*|mkdir\w*|rename|copy\w+|symlink\w*|chmod|rmtree|File\w*|load)$|(?:^|[./])(?:fs|fs\/promises|shutil|ioutil|FileUtils|Files|Pathname(?:\.new)?\(\))\.\w+$/i;

/** Whether a rule is about what a call reaches: a host, a program, a library, a file. */
function reachesOut({ rule, texts, wide }: CallRule, names: readonly string[]): boolean {
  if (wide && texts === undefined) return false;
  if (texts === "hosts" || /^(?:shell|native-code|remote-code)$/.test(rule)) return true;
  return texts !== undefined && texts !== "hidden" && names.some((name) => OPENS.test(name));
}

function brokenBy(node: SyntaxNode, callees: readonly string[], scan: Scan): CallRule | null {
  const { reader, around, says } = scan;
  const matching = callees.length === 1 ? named(callees[0] ?? "", scan) : ofAll(callees, scan);
  if (matching.length === 0) return null;
  let given: Given | null = null;
  let couldBreak = false;
  for (const rule of matching) {
    if (!rule.given && !rule.unless && !rule.texts) return rule;
    if (rule.texts && !says(rule.texts)) continue;
    couldBreak ||= rule.texts !== undefined || asksShell(reader);
    given ??= givenTo(node, reader);
    if (rule.given?.test(given.said) === false || rule.unless?.test(given.said)) continue;
    if (rule.texts && !breaks(rule.texts, given, around)) continue;
    return rule;
  }
  if (scan.isAgain === true) return null;
  // What cannot be told is no excuse where somebody took care that it cannot.
  const sinks = matching.filter((rule) => reachesOut(rule, callees));
  const opaque = sinks.find((sink) => isOpaque(node, sink, reader)) ?? null;
  if (!opaque && couldBreak && given?.isOpen) scan.open.push({ node, callees });
  return opaque;
}

const SHELL_NAMED =
  /["'`](?:[^"'`\s]*\/)?(?:(?:ba|z|da|k)?sh|cmd(?:\.exe)?|powershell|pwsh|python[\d.]*|perl|node|ruby|php)["'`]|\bSHELL\b/;
const askingShell = new WeakMap<object, boolean>();

/** Whether a file names a shell at all, or could put its name together. */
function asksShell(reader: Reader): boolean {
  const known = askingShell.get(reader.values);
  if (known !== undefined) return known;
  const text = reader.text();
  const asks = SHELL_NAMED.test(text) || usesTricks(text);
  askingShell.set(reader.values, asks);
  return asks;
}

/** The rules for a name, in their order; looked for once a file. */
function named(name: string, { reader, rules, byName }: Scan): readonly CallRule[] {
  const known = byName.get(name);
  if (known) return known;
  const found = unionOf(rules).test(name)
    ? rules.filter(({ call, when }) => call.test(name) && when?.test(reader.text()) !== false)
    : [];
  byName.set(name, found);
  return found;
}

function ofAll(names: readonly string[], scan: Scan): readonly CallRule[] {
  const found = new Set(names.flatMap((name) => named(name, scan)));
  return scan.rules.filter((rule) => found.has(rule));
}
