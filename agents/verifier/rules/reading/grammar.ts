import type { Grown } from "../../../source/grammars.ts";

/** Languages that are read as trees; shells have a reader of their own. */
export type Parsed = "javascript" | Exclude<Grown, "shell">;

/** How a language's tree says what all of them have: calls, names, strings and what is put together. */
export type Grammar = {
  /** Kinds of calls with the fields that tell what is called: a whole, or receiver and name. */
  calls: Readonly<Record<string, { whole: string } | { receiver: string; name: string }>>;
  /** Kinds of `a.b` with the fields of both. */
  members: Readonly<Record<string, readonly [object: string, property: string]>>;
  /** Kinds of `a[b]`. */
  subscripts: Readonly<Record<string, readonly [object: string, index: string]>>;
  /** Kinds that give a name a value. */
  assigned: Readonly<Record<string, readonly [name: string, value: string]>>;
  /** Kinds that give a name a type. */
  typed: Readonly<Record<string, readonly [name: string, type: string]>>;
  strings: readonly string[];
  holes: readonly string[];
  binary: readonly string[];
  lists: readonly string[];
  /** Kinds that give keys values. */
  maps: readonly string[];
  names: readonly string[];
  /** What stands behind the dot, where it has a kind of its own. */
  properties: readonly string[];
  /** Kinds that stand for their only, or last, child. */
  wrappers: readonly string[];
  /** Kinds that stand for their first child: what follows is a type. */
  casts: readonly string[];
  imports: readonly string[];
  /** Kinds of functions that have a name, and the kind of what they give back. */
  functions: readonly string[];
  returns: string;
};

const NONE = {} as const;

export const GRAMMARS: Readonly<Record<Parsed, Grammar>> = {
  javascript: {
    calls: { call_expression: { whole: "function" }, new_expression: { whole: "constructor" } },
    members: { member_expression: ["object", "property"] },
    subscripts: { subscript_expression: ["object", "index"] },
    assigned: {
      variable_declarator: ["name", "value"],
      assignment_expression: ["left", "right"],
      augmented_assignment_expression: ["left", "right"],
      public_field_definition: ["name", "value"],
      field_definition: ["property", "value"],
      enum_declaration: ["name", "body"],
    },
    typed: NONE,
    strings: ["string", "template_string"],
    holes: ["template_substitution"],
    binary: ["binary_expression"],
    lists: ["array"],
    maps: ["object", "enum_body"],
    names: ["identifier"],
    properties: ["property_identifier", "shorthand_property_identifier"],
    wrappers: [
      "parenthesized_expression",
      "await_expression",
      "sequence_expression",
      "spread_element",
    ],
    casts: ["non_null_expression", "as_expression", "satisfies_expression"],
    imports: ["import_statement"],
    functions: ["function_declaration", "generator_function_declaration", "method_definition"],
    returns: "return_statement",
  },
  python: {
    calls: { call: { whole: "function" } },
    members: { attribute: ["object", "attribute"] },
    subscripts: { subscript: ["value", "subscript"] },
    assigned: {
      assignment: ["left", "right"],
      named_expression: ["name", "value"],
      augmented_assignment: ["left", "right"],
    },
    typed: NONE,
    strings: ["string", "concatenated_string"],
    holes: ["interpolation"],
    binary: ["binary_operator", "boolean_operator"],
    lists: ["list", "tuple", "set", "expression_list"],
    maps: ["dictionary"],
    names: ["identifier"],
    properties: [],
    wrappers: ["parenthesized_expression", "await", "list_splat", "dictionary_splat"],
    casts: [],
    imports: ["import_statement", "import_from_statement"],
    functions: ["function_definition"],
    returns: "return_statement",
  },
  go: {
    calls: { call_expression: { whole: "function" }, composite_literal: { whole: "type" } },
    members: { selector_expression: ["operand", "field"] },
    subscripts: { index_expression: ["operand", "index"], slice_expression: ["operand", "start"] },
    assigned: {
      short_var_declaration: ["left", "right"],
      var_spec: ["name", "value"],
      const_spec: ["name", "value"],
      assignment_statement: ["left", "right"],
      type_alias: ["name", "type"],
    },
    typed: NONE,
    strings: ["interpreted_string_literal", "raw_string_literal"],
    holes: [],
    binary: ["binary_expression"],
    lists: ["literal_value"],
    maps: [],
    names: ["identifier", "package_identifier"],
    properties: ["field_identifier"],
    wrappers: [
      "parenthesized_expression",
      "expression_list",
      "literal_element",
      "composite_literal",
      "type_conversion_expression",
      "variadic_argument",
    ],
    casts: [],
    imports: ["import_spec"],
    functions: ["function_declaration", "method_declaration"],
    returns: "return_statement",
  },
  ruby: {
    calls: { call: { receiver: "receiver", name: "method" } },
    members: { scope_resolution: ["scope", "name"] },
    subscripts: { element_reference: ["object", "index"] },
    assigned: { assignment: ["left", "right"], operator_assignment: ["left", "right"] },
    typed: NONE,
    strings: [
      "string",
      "simple_symbol",
      "delimited_symbol",
      "chained_string",
      "bare_string",
      "bare_symbol",
    ],
    holes: ["interpolation"],
    binary: ["binary"],
    lists: ["array", "string_array", "symbol_array"],
    maps: ["hash"],
    names: ["identifier", "constant", "instance_variable", "class_variable", "global_variable"],
    properties: [],
    wrappers: ["parenthesized_statements", "splat_argument", "hash_splat_argument"],
    casts: [],
    imports: ["alias"],
    functions: ["method", "singleton_method"],
    returns: "return",
  },
  java: {
    calls: {
      method_invocation: { receiver: "object", name: "name" },
      object_creation_expression: { whole: "type" },
    },
    members: { field_access: ["object", "field"] },
    subscripts: { array_access: ["array", "index"] },
    assigned: {
      variable_declarator: ["name", "value"],
      assignment_expression: ["left", "right"],
      resource: ["name", "value"],
    },
    typed: { formal_parameter: ["name", "type"] },
    strings: ["string_literal"],
    holes: [],
    binary: ["binary_expression"],
    lists: ["array_initializer"],
    maps: [],
    names: ["identifier", "type_identifier"],
    properties: [],
    wrappers: ["parenthesized_expression", "cast_expression", "array_creation_expression"],
    casts: [],
    imports: ["import_declaration"],
    functions: ["method_declaration", "constructor_declaration", "record_declaration"],
    returns: "return_statement",
  },
  rust: {
    calls: { call_expression: { whole: "function" }, macro_invocation: { whole: "macro" } },
    members: { field_expression: ["value", "field"], scoped_identifier: ["path", "name"] },
    subscripts: { index_expression: ["object", "index"] },
    assigned: {
      let_declaration: ["pattern", "value"],
      const_item: ["name", "value"],
      static_item: ["name", "value"],
      assignment_expression: ["left", "right"],
      compound_assignment_expr: ["left", "right"],
      let_condition: ["pattern", "value"],
      type_item: ["name", "type"],
    },
    typed: NONE,
    strings: ["string_literal", "raw_string_literal"],
    holes: [],
    binary: ["binary_expression"],
    lists: ["array_expression", "tuple_expression"],
    maps: ["struct_expression"],
    names: ["identifier"],
    properties: ["field_identifier"],
    wrappers: [
      "parenthesized_expression",
      "reference_expression",
      "await_expression",
      "try_expression",
    ],
    casts: ["type_cast_expression"],
    imports: ["use_declaration"],
    functions: ["function_item"],
    returns: "return_expression",
  },
};
