import { inFile, type Tooth } from "../tooth.ts";

const TEST = "agents/verifier/hostile-values.test.ts";
const values = (file: string) => inFile(`agents/verifier/rules/${file}.ts`, TEST);

/** What no text of an agent may make the reader do, and what it may not make it pass over. */
export const hostileValuesTeeth: readonly Tooth[] = [
  values("reading/growth")(
    "I8: what is joined is no longer than a value may be",
    "if (text.length >= SIZE_MAX) break;",
    "",
  ),
  values("reading/growth")(
    "I8: what is gathered is no longer than a value may be",
    "if (all.length >= SIZE_MAX) break;",
    "",
  ),
  values("reading/growth")(
    "I8: what is replaced is no longer than a value may be",
    'if (Number(told[at]) + grown >= SIZE_MAX) return "";',
    "",
  ),
  values("reading/value")(
    "I8: a list is no deeper than a value may be",
    "if (depth > NESTED_MAX) return null;",
    "",
  ),
  values("reading/effort")(
    "I8: all values of a file together have a maximum",
    "effort.size -= sizeOf(value);",
    "",
  ),
  values("reading/effort")(
    "row 6: each question has steps of its own",
    "effort.steps = STEPS_MAX;",
    "",
  ),
  values("reading/effort")(
    "I8: the steps of a file have a maximum",
    "effort.ofFile -= STEPS_MAX - effort.steps;",
    "",
  ),
  values("reading/effort")(
    "row 6: what was cut off is read again",
    "if (effort.cuts > cuts) (all.cut ??= new Map()).set(key, { depth, steps });",
    "",
  ),
  values("reading/names")(
    "I8: how often a name is given something has a maximum",
    "(known?.length ?? 0) >= BINDINGS_MAX || ",
    "",
  ),
  values("reading/objects-sites")(
    "row 6: what a method is called on is no argument",
    "isMethod ? names.slice(1) : names",
    "names",
  ),
  values("reading/macros")(
    "row 6: what a macro is given is of the place that it stands in",
    "isWhole ? given : null)",
    "isWhole ? given : tokens.namedChildren())",
  ),
];
