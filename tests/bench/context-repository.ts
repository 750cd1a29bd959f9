/**
 * A repository of a given size in six languages, the same for the same seed: files that define what
 * others use, as people write them, so that parsers, ranking and map have their real work.
 */
export function contextRepository(bytesMin: number, seed = 1): Record<string, string> {
  const files: Record<string, string> = { "README.md": "# Shop\n\nSells things.\n" };
  const next = numbers(seed);
  let bytes = 0;
  for (let at = 0; bytes < bytesMin; at++) {
    const language = LANGUAGES[at % LANGUAGES.length] ?? LANGUAGES[0];
    if (!language) throw new Error("no language");
    const parts = Array.from({ length: 18 + Math.floor(next() * 30) }, (_, part) => {
      const used = Math.floor(next() * Math.max(1, at));
      return language.part(`thing${at}Of${part}`, `thing${used}Of${Math.floor(next() * 18)}`);
    });
    const text = language.file(`Shop${at}`, parts.join("\n"));
    files[`src/area${at % 40}/module${at % 7}/file${at}.${language.ending}`] = text;
    bytes += text.length;
  }
  return files;
}

type Language = {
  ending: string;
  part(name: string, used: string): string;
  file(name: string, body: string): string;
};

const PROSE = "Adds up what the customer chose, without what is not in stock any more";

const LANGUAGES: readonly Language[] = [
  {
    ending: "ts",
    part: (name, used) => `/** ${PROSE}. */
export function ${name}(items: readonly Item[], rate = 0.19): number {
  const chosen = items.filter(({ stock }) => stock > 0).map((item) => ({ ...item, rate }));
  return chosen.reduce((sum, { price }) => sum + ${used}([], price), 0) * (1 + rate);
}`,
    file: (name, body) =>
      `import type { Item } from "./item.ts";\n\nexport class ${name} {}\n${body}\n`,
  },
  {
    ending: "js",
    part: (name, used) => `// ${PROSE}.
export const ${name} = async (items, options = {}) => {
  for (const item of items) if (item.stock > 0) await ${used}([item], { ...options, deep: true });
  return items.length > 3 ? { ok: true, items } : null;
};`,
    file: (name, body) => `export class ${name} {}\n${body}\n`,
  },
  {
    ending: "py",
    part: (name, used) => `def ${name}(items: list["Item"], rate: float = 0.19) -> float:
    """${PROSE}."""
    chosen = [item for item in items if item.stock > 0 and item.name != "gift"]
    return sum(${used}([], item.price) for item in chosen) * (1 + rate)
`,
    file: (name, body) => `from .item import Item\n\n\nclass ${name}:\n    pass\n\n\n${body}\n`,
  },
  {
    ending: "go",
    part: (name, used) => `// ${name}: ${PROSE}.
func ${name}(items []Item, rate float64) (float64, error) {
	sum := 0.0
	for _, item := range items {
		if item.Stock > 0 {
			part, err := ${used}(nil, item.Price)
			if err != nil {
				return 0, err
			}
			sum += part
		}
	}
	return sum * (1 + rate), nil
}`,
    file: (name, body) => `package shop\n\ntype ${name} struct {\n\tItems []Item\n}\n\n${body}\n`,
  },
  {
    ending: "rs",
    part: (name, used) => `/// ${PROSE}.
pub fn ${name}(items: &[Item], rate: f64) -> Result<f64, Error> {
    let chosen = items.iter().filter(|item| item.stock > 0);
    let sum: f64 = chosen.map(|item| ${used}(&[], item.price).unwrap_or(0.0)).sum();
    Ok(sum * (1.0 + rate))
}`,
    file: (name, body) => `use crate::item::Item;\n\npub struct ${name};\n\n${body}\n`,
  },
  {
    ending: "java",
    part: (name, used) => `    /** ${PROSE}. */
    public static double ${name}(List<Item> items, double rate) {
        double sum = 0;
        for (Item item : items) if (item.stock() > 0) sum += Helper.${used}(List.of(), item.price());
        return sum * (1 + rate);
    }`,
    file: (name, body) =>
      `package shop;\n\nimport java.util.List;\n\npublic class ${name} {\n${body}\n}\n`,
  },
];

function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
