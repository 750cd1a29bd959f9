import PostalMime from "postal-mime";
import { z } from "zod";

/** A mail is a tree of parts under headers; more of either is no letter. */
const [NESTING_MAX, HEADER_BYTES_MAX] = [20, 262_144];

/**
 * The subject of a mail, and what its writer wrote as plain text: the text parts that are neither
 * attached nor a file with a name. The parser's own text holds HTML and files as well, as it is made
 * for showing a mail; so its tree is read instead.
 * @throws Error where it is no mail, or too deep a one.
 */
export async function readMail(message: Buffer): Promise<{ subject: string; text: string }> {
  const limits = { maxNestingDepth: NESTING_MAX, maxHeadersSize: HEADER_BYTES_MAX };
  const parser = new PostalMime({ ...limits, maxRfc822NestingDepth: 0 });
  const { subject = "" } = await parser.parse(message);
  const { root } = z.object({ root: Part }).parse(parser);
  return { subject, text: plainTexts(root).join("\n") };
}

const Header = z.object({
  parsed: z.object({ value: z.string(), params: z.record(z.string(), z.string()) }),
});
const Shape = z.object({
  childNodes: z.array(z.unknown()),
  contentType: Header,
  contentDisposition: Header,
  getTextContent: z.function(),
});
type Part = {
  childNodes: unknown[];
  contentType: z.infer<typeof Header>;
  contentDisposition: z.infer<typeof Header>;
  getTextContent: () => string;
};
/** Part of a parsed mail, itself and not a copy: the parser tells its types nothing of it. */
const Part = z.custom<Part>((value) => Shape.safeParse(value).success);

/** What is attached or has a name is somebody's file, however many parts it holds. */
function plainTexts(part: Part): string[] {
  const { parsed: type } = part.contentType;
  const { parsed: disposition } = part.contentDisposition;
  const isNamed = "filename" in disposition.params || "name" in type.params;
  if (disposition.value === "attachment" || isNamed) return [];
  if (part.childNodes.length > 0) return z.array(Part).parse(part.childNodes).flatMap(plainTexts);
  return type.value === "text/plain" ? [part.getTextContent()] : [];
}
