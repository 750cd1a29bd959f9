import type { Asked, Reply, ToolCall } from "./script.ts";

type Edits = { files: { path: string; content: string }[]; summary: string };

/**
 * What a model does to write files, with the tools it was given: read what is there (Claude Code
 * refuses to overwrite what it has not read), write, then say so. Without a tool that writes, the
 * files are told in the format that the house's builder reads.
 */
export function turnOf({ files, summary }: Edits, asked: Asked): Pick<Reply, "text" | "calls"> {
  const turns = callsFor(files, asked);
  if (turns === null) return { text: inWords(files, summary), calls: [] };
  const calls = turns[asked.toolTurns];
  return calls ? { text: "", calls } : { text: summary, calls: [] };
}

/** The calls of each turn, or null where no tool on offer writes files. */
function callsFor(files: Edits["files"], asked: Asked): ToolCall[][] | null {
  const offered = (name: string) => asked.tools.includes(name);
  if (offered("Write")) {
    const absolute = files.map(({ path, content }) => ({ file_path: below(asked, path), content }));
    const reads = absolute.map(({ file_path }) => ({ name: "Read", input: { file_path } }));
    const writes = absolute.map((input) => ({ name: "Write", input }));
    return offered("Read") ? [reads, writes] : [writes];
  }
  if (offered("apply_patch")) return [[{ name: "apply_patch", text: patchOf(files) }]];
  // Codex's newest models write a program that calls the tools.
  if (offered("exec")) {
    const patch = JSON.stringify(patchOf(files));
    return [[{ name: "exec", text: `text(await tools.apply_patch(${patch}));\n` }]];
  }
  const cmd = shellOf(files);
  if (offered("exec_command")) return [[{ name: "exec_command", input: { cmd } }]];
  if (offered("shell_command")) return [[{ name: "shell_command", input: { command: cmd } }]];
  if (offered("shell")) return [[{ name: "shell", input: { command: ["sh", "-c", cmd] } }]];
  if (offered("write"))
    return [files.map(({ path, content }) => call("write", { filePath: path, content }))];
  if (offered("write_file")) {
    const absolute = files.map(({ path, content }) => ({ file_path: below(asked, path), content }));
    const reads = absolute.map(({ file_path }) => call("read_file", { file_path }));
    const writes = absolute.map((input) => call("write_file", input));
    return offered("read_file") ? [reads, writes] : [writes];
  }
  // Copilot's `create` makes neither folders nor a file that is there already.
  if (offered("create") && offered("bash"))
    return [[call("bash", { command: cmd, description: "Write the files" })]];
  if (offered("create"))
    return [files.map(({ path, content }) => call("create", { path, file_text: content }))];
  return null;
}

function call(name: string, input: Record<string, unknown>): ToolCall {
  return { name, input };
}

/** Claude Code, Gemini and Qwen tell the model where it works; two of them want absolute paths. */
function below(asked: Asked, path: string): string {
  if (path.startsWith("/")) return path;
  const place = /^.*working (?:in the )?directory: (\/.*)$/im;
  const told = place.exec(`${asked.system}\n${asked.prompt}`);
  return told?.[1] ? `${told[1].trim()}/${path}` : path;
}

function patchOf(files: Edits["files"]): string {
  const parts = files.map(({ path, content }) => {
    const lines = content.replace(/\n$/, "").split("\n");
    return `*** Add File: ${path}\n${lines.map((line) => `+${line}\n`).join("")}`;
  });
  return `*** Begin Patch\n${parts.join("")}*** End Patch\n`;
}

/** Content in base64: no quoting of a shell can change it. */
function shellOf(files: Edits["files"]): string {
  return files
    .map(({ path, content }) => {
      const quoted = `'${path.replaceAll("'", `'\\''`)}'`;
      const body = Buffer.from(content).toString("base64");
      return `mkdir -p "$(dirname ${quoted})" && printf %s '${body}' | base64 -d > ${quoted}`;
    })
    .join(" && ");
}

function inWords(files: Edits["files"], summary: string): string {
  const told = files.map(({ path, content }) => {
    const whole = content.endsWith("\n") ? content : `${content}\n`;
    return `<file path="${path}">\n${whole}</file>`;
  });
  return [...told, summary].join("\n\n");
}
