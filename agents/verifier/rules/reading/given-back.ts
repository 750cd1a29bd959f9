import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { receiverOf } from "../made/made.ts";
import { anyOf } from "./alternatives.ts";
import { argumentsOf, calleeOf, joined } from "./called.ts";
import { entryAt } from "./fields.ts";
import { boundBy, type Shape, shapeOf } from "./functions.ts";
import type { Reader } from "./reader.ts";
import { elementsOf, printed } from "./value.ts";

const LOADS = new RegExp(
  "(?:^|\\.)(?:require|__import__|import_module|getBuiltinModule|const_get|_load|createRequire\\(\\))$" +
    "|^import$",
);
/** What takes something by its whole name: `resolve_name("os:system")`. */
const NAMES_BY_TEXT =
  /^(?:pkgutil\.resolve_name|pydoc\.locate|(?:werkzeug\.utils\.|django\.utils\.module_loading\.)?import_string)$/;
const TAKES =
  /^(?:getattr|Reflect\.get|Object\.getOwnPropertyDescriptor|inspect\.getattr_static|object\.__getattribute__)$/;
const PASSES_ON =
  /^(?:promisify|util\.promisify|partial|functools\.(?:partial|wraps|cache|lru_cache)|operator\.methodcaller|method|Kernel\.method|staticmethod|reflect\.ValueOf|Proxy|Object\.(?:create|freeze|assign|seal)|types\.MethodType|once|debounce|itemgetter|(?:Box|Rc|Arc|Some|Ok)(?:\.new)?|Promise\.resolve)$/;
const HOLDS = /\.(?:get|fetch|dig|at|getOrDefault)$/;

/** What a call gives back, where that can be told. */
export function givenBack(node: SyntaxNode, reader: Reader, depth: number): string {
  const name = calleeOf(node, reader, depth);
  const given = argumentsOf(node);
  const [first, second] = given;
  const text = (which: SyntaxNode | undefined) =>
    which === undefined ? "?" : (reader.fold(which, depth + 1) ?? "?");
  if (LOADS.test(name)) return text(first).replace(/^node:/, "");
  if (NAMES_BY_TEXT.test(name)) return text(first).replace(":", ".");
  if (/^(?:functools\.)?reduce$/.test(name) && first && reader.textOf(first) === "getattr") {
    const steps = second ? elementsOf(reader.evaluate(second, depth + 1)) : null;
    const [, , on] = given;
    return [on ? reader.nameOf(on, depth + 1) : "?", ...(steps ?? ["?"]).map(printed)].join(".");
  }
  if (TAKES.test(name) && first) return joined(reader.nameOf(first, depth + 1), text(second));
  if (PASSES_ON.test(name) && first) {
    const symbol = reader.fold(first, depth + 1);
    return symbol === null ? reader.nameOf(first, depth + 1) : symbol;
  }
  // What is built in has no other owner.
  if (name === "__getattribute__") return text(first);
  if (name.endsWith(".__getattribute__")) {
    return joined(name.slice(0, -".__getattribute__".length), text(first));
  }
  if (/^(?:operator\.)?attrgetter\(\)$/.test(name)) return attribute(node, first, reader, depth);
  const on = HOLDS.test(name) ? receiverOf(node, reader) : null;
  const entry = on ? entryAt(on, text(first), reader, depth) : null;
  if (entry) return reader.nameOf(entry, depth + 1);
  const known = on && first ? anyOf(reader.fold(first, depth + 1), on, reader, depth) : null;
  if (known !== null) return known;
  const simple = /^(?:own\.)?(\w+)$/.exec(name)?.[1];
  const own = simple === undefined ? ownCalled(node, name, reader) : reader.functionOf(simple);
  const shape = own ? shapeOf(own, reader) : null;
  if (shape) {
    const plain = reader.nameOf(shape.body, depth + 1);
    const back = plain === "?" && given.length > 0 ? told(shape, given, reader, depth) : plain;
    if (/^[\w$/]+(?:\.[\w$?]+)*$/.test(back) && back !== "?") return back;
  }
  if (
    /\.(?:bind|to_proc|unbind|clone|dup|itself|then)$/.test(name) &&
    name !== "child_process.then"
  ) {
    return name.replace(/\.\w+$/, "");
  }
  if (/\.(?:method|public_method|instance_method|singleton_method)$/.test(name))
    return joined(name.replace(/\.\w+$/, ""), text(first));
  if (/^(?:globals|locals)$/.test(name)) return "globalThis";
  if (name === "vars") return first ? reader.nameOf(first, depth + 1) : "globalThis";
  return `${name}()`;
}

/** The function that a name of the file's own stands for. */
function ownCalled(node: SyntaxNode, name: string, reader: Reader): SyntaxNode | null {
  const callee = name === "function()" ? node.field("function") : null;
  return callee ? reader.functionOf(reader.textOf(callee)) : null;
}

/** What a function of the file's own gives back when it is told something. */
function told(shape: Shape, given: readonly SyntaxNode[], reader: Reader, depth: number): string {
  const values = given.map((each) => reader.evaluate(each, depth + 1));
  return reader.within(boundBy(shape, values, reader, depth)).nameOf(shape.body, depth + 1);
}

/** `attrgetter("system")(os)` */
function attribute(
  node: SyntaxNode,
  on: SyntaxNode | undefined,
  reader: Reader,
  depth: number,
): string {
  const getter = node.field("function");
  const [name] = getter ? argumentsOf(getter) : [];
  return joined(
    on ? reader.nameOf(on, depth + 1) : "?",
    (name && reader.fold(name, depth + 1)) ?? "?",
  );
}
