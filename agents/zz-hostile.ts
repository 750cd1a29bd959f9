import { Lang, parse } from "@ast-grep/napi";
const make: Record<string, (n: number) => string> = {
  "(": (n) => "(".repeat(n), "[": (n) => "[".repeat(n), "{": (n) => "{".repeat(n), "()": (n) => "(".repeat(n / 2) + ")".repeat(n / 2),
  "`${": (n) => "`${".repeat(n / 3), "<": (n) => "a<".repeat(n / 2), "?": (n) => "a?b:".repeat(n / 4), "=>": (n) => "(a=>".repeat(n/4), "([{": (n)=>"([{".repeat(n/3),
  ";": (n) => ";".repeat(n), ")": (n) => ")".repeat(n), "class{": (n) => "class A{a(){".repeat(n / 12), "<a>": n => "<a>".repeat(n/3), "junk": n => "@#$%^&*".repeat(n/7), "fn": n=>"function(".repeat(n/9), "type": n=> "type A=B<".repeat(n/9), "async(": n => "async(".repeat(n/6), "x=[{a:": n=>"[{a:".repeat(n/4), "a,": n => "(a,".repeat(n/3)
};
for (const [k, f] of Object.entries(make)) for (const n of [20_000, 400_000]) {
  const text = f(n); const t = performance.now();
  const r = parse(Lang.TypeScript, text).root(); const a = performance.now();
  r.find({ rule: { kind: "ERROR" } }); const b = performance.now();
  const c = r.children().length; const d = performance.now();
  console.log(k, n, "parse", Math.round(a - t), "find", Math.round(b - a), "children", Math.round(d - b), c);
}
