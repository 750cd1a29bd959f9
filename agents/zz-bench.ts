import { Lang, parse } from "@ast-grep/napi";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { definitionsOf } from "./implementer/definitions.ts";
const files: { path: string; text: string }[] = [];
let chars = 0;
function walk(dir: string) {
  for (const e of readdirSync(dir, { withFileTypes: true })) {
    if (e.name === "node_modules" || e.name.startsWith(".git")) continue;
    const p = join(dir, e.name);
    if (e.isDirectory()) walk(p);
    else if (/\.[mc]?[tj]sx?$/.test(e.name) && statSync(p).size < 400000) files.push({ path: p, text: readFileSync(p, "utf8") });
  }
}
walk("/work/main");
const base = files.slice();
const sources: typeof files = [];
for (let i = 0; sources.length < 3000 && chars < 7.5e6; i++) { const f = base[i % base.length]!; sources.push(f); chars += f.text.length; }
console.log(base.length, "distinct", sources.length, "files", chars);
let t = performance.now();
let n = 0;
for (const { path, text } of sources) n += definitionsOf(path, text).length;
console.log("definitionsOf", Math.round(performance.now() - t), n);
t = performance.now();
for (const { path, text } of sources) parse(Lang.TypeScript, text);
console.log("parse", Math.round(performance.now() - t));
t = performance.now();
for (const { path, text } of sources) { const r = parse(Lang.TypeScript, text).root(); r.find({ rule: { kind: "ERROR" } }); }
console.log("parse+find", Math.round(performance.now() - t));
t = performance.now();
n = 0;
for (const { path, text } of sources) { const r = parse(Lang.TypeScript, text).root(); for (const c of r.children()) { c.kind(); n++; } }
console.log("parse+children", Math.round(performance.now() - t), n);
import { indexRepo } from "./implementer/repo-index.ts";
const three: typeof files = []; 
const small = base.filter((f) => f.text.length < 6000);
for (let i = 0; three.length < 3000; i++) { const f = base[i % base.length]!; three.push({ path: `${i}/${f.path}`, text: f.text.slice(0, 1e9) }); }
let total = 0; const picked = three.filter(f => (total += f.text.length) < 7.5e6 );
t = performance.now();
indexRepo(picked.map(f => f.path), picked);
console.log("indexRepo", picked.length, Math.round(performance.now() - t), "load", (await import("node:os")).loadavg());
