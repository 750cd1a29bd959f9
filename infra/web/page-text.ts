import { Parser } from "htmlparser2";

/** What a reader of a page would see, as plain text, a block a line. */
export type PageText = { title: string; text: string };

const TEXT_CHARS_MAX = 200_000;
const TITLE_CHARS_MAX = 300;

/** What is no text, and what stands around the text of every page of a site. */
const SKIPPED = new Set(
  `script style noscript template svg math iframe object embed canvas video audio head nav footer
aside form button select textarea dialog`.split(/\s+/),
);
const BLOCKS = new Set(
  `address article blockquote br dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 header hr li main
ol p pre section table td th tr ul`.split(/\s+/),
);

/** Takes the text out of a page of HTML. Nothing of it is run, fetched or followed. */
export function pageText(html: string): PageText {
  const lines: string[] = [];
  let line = "";
  let title = "";
  let heading = "";
  let chars = 0;
  const skipping: string[] = [];
  const inside: string[] = [];
  const end = () => {
    const text = line.replaceAll(/\s+/g, " ").trim();
    line = "";
    if (text === "" || chars > TEXT_CHARS_MAX) return;
    chars += text.length + 1;
    lines.push(text);
  };
  const parser = new Parser(
    {
      onopentag(name, { hidden, "aria-hidden": unseen }) {
        if (name === "title" || name === "h1") inside.push(name);
        const isHidden = hidden !== undefined || unseen === "true";
        if (skipping.length > 0 || SKIPPED.has(name) || (isHidden && !VOID.has(name))) {
          if (!VOID.has(name)) skipping.push(name);
        } else if (BLOCKS.has(name)) end();
      },
      ontext(text) {
        const within = inside.at(-1);
        if (within === "title" && title.length < TITLE_CHARS_MAX) title += text;
        if (skipping.length > 0) return;
        if (within === "h1" && heading.length < TITLE_CHARS_MAX) heading += text;
        if (chars <= TEXT_CHARS_MAX) line += text.slice(0, TEXT_CHARS_MAX);
      },
      onclosetag(name) {
        if (inside.at(-1) === name) inside.pop();
        if (skipping.at(-1) === name) skipping.pop();
        else if (skipping.length === 0 && BLOCKS.has(name)) end();
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.write(html);
  parser.end();
  end();
  const named = (title.trim() || heading.trim()).replaceAll(/\s+/g, " ");
  return { title: named.slice(0, TITLE_CHARS_MAX), text: lines.join("\n") };
}

const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
