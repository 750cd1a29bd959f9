import type { SgNode } from "@ast-grep/napi";
import type { SourceTree } from "../../source/source-tree.ts";
import { anyOf } from "../any-of.ts";
import type { Finding, Surroundings } from "./finding.ts";
import { GRAMMARS, type Parsed } from "./grammar.ts";
import { HOLE } from "./literal.ts";
import { hidesCode, hostsIn, isHarmless, isKeyFile, isKeyFileRead, isOutside } from "./places.ts";
import { receiverOf } from "./made.ts";
import { secretsPutTogether } from "./put-together.ts";
import { argumentsOf, calleeOf } from "./called.ts";
import { bindingKinds, type Reader, readerOf } from "./reader.ts";
import { isList, lettersOf, textsOf, type Value } from "./value.ts";

/** A rule for calls, as data. All of it has to hold. */
export type CallRule = {
  rule: string;
  /** What is called, by its full name, whatever the file calls it: `child_process.exec`. */
  call: RegExp;
  /** The arguments: texts as they come out, in quotes, `\0` for what is not known; else code. */
  given?: RegExp;
  unless?: RegExp;
  /** What the texts among its arguments are held against. */
  texts?: "hosts" | "keys" | "outside" | "hidden" | "hooks" | "known";
  /** Handing it on as a value counts as calling it. */
  value?: true;
  severe?: true;
};

const GIVEN_CHARS_MAX = 4_000;
const SIMPLE = /^[\w$]+(?:(?:\??\.|::)[\w$]+)*$/;
const KEY_FILES =
  /\.ssh|id_(?:rsa|ed25519|ecdsa)|\.aws|git-cred|gh.hosts|\.docker|\.kube|gnupg|\.codex|\.claude|\/etc\/|\/proc\/|Keychains/;
/** Functions that are as bad when they are handed on as when they are called. */
const RUNNERS = /(?:eval|exec|system)/;
const HANDED_ON = new RegExp(
  "^(?:arguments?|argument_list|array|list|tuple|pair|dictionary|return_statement|expression_list|" +
    "conditional_expression|ternary_expression|hash|literal_element|binary_expression|keyword_argument|" +
    "assignment_pattern|default_parameter|typed_default_parameter|object|arrow_function|lambda|" +
    "required_parameter|optional_parameter|assignment|assignment_expression|variable_declarator|" +
    "public_field_definition|field_definition|let_declaration|var_spec)$",
);

type Scan = { reader: Reader; rules: readonly CallRule[]; around: Surroundings };

/** Breaks of the rules by the calls of a tree, and by the paths of key files in its strings. */
export function callFindings(
  tree: SourceTree,
  language: Parsed,
  rules: readonly CallRule[],
  around: Surroundings,
): Finding[] {
  const { calls, strings, names, properties } = GRAMMARS[language];
  const known = unionOf(rules);
  const bindings = new Set(bindingKinds(language, around.path));
  const text = tree.textOf(tree.root);
  const kinds = [...Object.keys(calls), ...bindings, ...(language === "ruby" ? ["subshell"] : [])];
  const lookedAt = {
    any: [
      ...kinds.map((kind) => ({ kind })),
      ...(language === "ruby" ? [{ all: [{ kind: "binary" }, { regex: "^@?\\w+ *<<" }] }] : []),
      // Rare words: most files hold none of them, and are not searched for them.
      ...(KEY_FILES.test(text)
        ? strings.map((kind) => ({ all: [{ kind }, { regex: KEY_FILES.source }] }))
        : []),
      ...(RUNNERS.test(text)
        ? [...names, ...properties].map((kind) => ({
            all: [{ kind }, { regex: `^${RUNNERS.source}$` }],
          }))
        : []),
    ],
  };
  const nodes = tree.root.findAll({ rule: lookedAt });
  const reader = readerOf(tree, language, nodes);
  const scan = { reader, rules, around };
  const broken = nodes.flatMap((node): Finding[] => {
    const kind = String(node.kind());
    const found = (rule: string, severe: boolean) => [
      { rule, line: node.range().start.line + 1, text: reader.textOf(node), severe },
    ];
    if (bindings.has(kind) || kind === "binary") return [];
    if (names.includes(kind) || properties.includes(kind)) {
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
    const rule = brokenBy(node, scan, known);
    return rule ? found(rule.rule, rule.severe === true) : [];
  });
  return [...broken, ...secretsPutTogether(tree, reader)];
}

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
function wholeName(node: SgNode, { grammar }: Reader): SgNode {
  const parent = node.parent();
  const member = parent ? grammar.members[String(parent.kind())] : undefined;
  return parent && member && parent.field(member[1])?.id() === node.id() ? parent : node;
}

function isHandedOn(node: SgNode): boolean {
  const parent = node.parent();
  if (!parent || !HANDED_ON.test(String(parent.kind()))) return false;
  const key = parent.field("key") ?? parent.field("name") ?? parent.field("left");
  return key?.id() !== node.id();
}

const SENDS = /(^|\.)(?:send|public_send|__send__)$/;
const CALLED_THROUGH = /\.(?:value|call|apply|bind|__call__|\(\))$/;

function brokenBy(node: SgNode, { reader, rules, around }: Scan, known: RegExp): CallRule | null {
  const names = namesOf(node, reader).filter((name) => known.test(name));
  if (names.length === 0) return null;
  let given: Given | null = null;
  for (const rule of rules) {
    if (!names.some((name) => rule.call.test(name))) continue;
    if (!rule.given && !rule.unless && !rule.texts) return rule;
    given ??= givenTo(node, reader);
    if (rule.given?.test(given.said) === false || rule.unless?.test(given.said)) continue;
    if (rule.texts && !breaks(rule.texts, given, around)) continue;
    return rule;
  }
  return null;
}

/** What a call calls: also through `call` and `apply`, or by sending a name. */
function namesOf(node: SgNode, reader: Reader): string[] {
  const shape = reader.grammar.calls[String(node.kind())];
  const whole = shape && "whole" in shape ? node.field(shape.whole) : null;
  const written = whole ? reader.textOf(whole) : "";
  const name = SIMPLE.test(written) ? reader.resolved(written) : calleeOf(node, reader);
  const through = name.replace(CALLED_THROUGH, "");
  const names = through === name ? [name] : [name, through];
  if (reader.language === "ruby" && SENDS.test(name)) {
    const [first] = argumentsOf(node);
    const sent = (first && reader.fold(first)) ?? "?sent";
    names.push(sent, name.replace(SENDS, `$1${sent}`));
  }
  if (/^Reflect\.(?:apply|construct)$/.test(name)) {
    const [first] = argumentsOf(node);
    if (first) names.push(reader.nameOf(first));
  }
  return names;
}

type Given = { said: string; texts: string[] };

/** A known text or list as a rule's pattern sees it. */
function written(value: Value | null): string {
  if (isList(value)) return `[${value.map(written).join(", ")}]`;
  return JSON.stringify(typeof value === "number" ? value : (lettersOf(value) ?? HOLE));
}

function givenTo(node: SgNode, reader: Reader): Given {
  const texts: string[] = [];
  // The name that is sent is no argument of what it calls.
  const isSent = reader.language === "ruby" && SENDS.test(calleeOf(node, reader));
  const said = argumentsOf(node)
    .slice(isSent ? 1 : 0)
    .map((argument) => {
      const name = argument.field("name") ?? argument.field("key");
      const value = argument.field("value") ?? argument;
      const known = reader.evaluate(value);
      texts.push(...textsOf(known));
      const isKnown = typeof known === "string" || (isList(known) && textsOf(known).length > 0);
      const said = isKnown ? written(known) : code(value, reader, texts);
      return name && value !== argument ? `${reader.textOf(name)}=${said}` : said;
    });
  const shape = reader.grammar.calls[String(node.kind())];
  const callee = shape && node.field("whole" in shape ? shape.whole : shape.receiver);
  const on = receiverOf(node, reader) ?? callee;
  if (on) {
    if (callee && !SIMPLE.test(reader.textOf(callee))) code(on, reader, texts);
    texts.push(...textsOf(reader.evaluate(on)));
  }
  return { said: said.join(", ").slice(0, GIVEN_CHARS_MAX), texts };
}

/** Code as it is written, a name of something that is written out elsewhere as that. */
function code(node: SgNode, reader: Reader, texts: string[]): string {
  const { grammar, values, textOf } = reader;
  const value = grammar.names.includes(String(node.kind()))
    ? values.get(textOf(node)).at(-1)
    : null;
  // What a function does that is handed over is looked at call by call.
  if (/function|lambda|closure|block/.test(String(node.kind()))) return "function";
  let written = textOf(value ?? node).slice(0, GIVEN_CHARS_MAX);
  texts.push(...stringsIn(node, reader));
  for (const inner of node.findAll(anyKind(grammar.names)).slice(0, PARTS_MAX)) {
    const held = values.get(textOf(inner)).at(-1);
    if (!held) continue;
    const text = reader.fold(inner);
    if (text === null) texts.push(...stringsIn(held, reader).filter((said) => /[/:]/.test(said)));
    else texts.push(text);
    // What is spread, or taken by its place, stands where the name got it.
    if (!value && written.length < GIVEN_CHARS_MAX) written += ` ${textOf(held).slice(0, 300)}`;
  }
  for (const inner of node.findAll(anyKind(grammar.binary)).slice(0, PARTS_MAX)) {
    texts.push(reader.fold(inner) ?? "");
  }
  return written.replaceAll(/\s+/g, " ");
}

const PARTS_MAX = 50;

const anyKind = (kinds: readonly string[]) => ({ rule: { any: kinds.map((kind) => ({ kind })) } });

function stringsIn(node: SgNode, reader: Reader): string[] {
  const strings = node.findAll(anyKind(reader.grammar.strings));
  return strings.slice(0, PARTS_MAX).map((each) => reader.fold(each) ?? "");
}

const BARE_HOST = /^(?:[\w-]+\.)+[a-z]{2,}$|^\d{1,3}(?:\.\d{1,3}){3}$/i;

function breaks(
  against: NonNullable<CallRule["texts"]>,
  { said, texts }: Given,
  { hosts }: Surroundings,
): boolean {
  switch (against) {
    case "hosts": {
      const bare = texts.map((text) =>
        text.replaceAll(HOLE, "").replace(/^\./, "").replace(/:\d+$/, ""),
      );
      const reached = [...texts.flatMap(hostsIn), ...hostsIn(said), ...bare.filter(isBareHost)];
      return reached.some((host) => !isHarmless(host, hosts));
    }
    case "keys":
      return texts.some(isKeyFileRead) || isKeyFileRead(texts.join("/"));
    case "hidden":
      return texts.some(hidesCode);
    case "hooks":
      return [...texts, texts.join("/")].some((text) =>
        /\.git\/+(?:hooks|config)\b|\.husky\//.test(text),
      );
    case "known":
      return texts.some((text) => text.replaceAll(HOLE, "").length >= KNOWN_CHARS_MIN);
    case "outside":
      return [...texts, texts.join("/")].some(
        (text) => isOutside(text) && !text.startsWith("/var/tmp/"),
      );
  }
}

/** Less than this is no program that somebody packed. */
const KNOWN_CHARS_MIN = 16;
const FILE_ENDING =
  /\.(?:js|ts|json|py|txt|html?|md|sh|rb|go|rs|java|xml|css|ya?ml|log|local|env|sock)$/i;

function isBareHost(text: string): boolean {
  return BARE_HOST.test(text) && !FILE_ENDING.test(text);
}
