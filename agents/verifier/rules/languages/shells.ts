const NAMES = String.raw`(?:(?:ba|z|da|k|fi|c)?sh|(?:cmd|powershell|pwsh)(?:\.exe)?)`;
const INTERPRETERS = String.raw`(?:python[\d.]*|perl|node|ruby|php|deno|bun)`;

/** A shell among the arguments of what starts programs, by name or as the user's own. */
export const ASKS_SHELL = new RegExp(
  String.raw`["'\`](?:[^"'\`\s]*/)?${NAMES}["'\`]|\bSHELL\b|\b(?:COMSPEC|ComSpec)\b`,
);

/** An interpreter that is handed its program on the command line. */
export const RUNS_TEXT = new RegExp(
  String.raw`(?:["'\`](?:[^"'\`\s]*/)?${INTERPRETERS}["'\`]|sys\.executable|process\.execPath),\s*` +
    String.raw`(?:[[{(&\w\]]{0,12}\s*)?["'\`](?:-e|-c|--eval|-r|-p|-pe)["'\`]`,
);
