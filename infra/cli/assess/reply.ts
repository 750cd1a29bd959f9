import { createReadStream } from "node:fs";
import { BadInput } from "@nightshift/protocol/errors";
import { readMail } from "./mail-text.ts";

/** Bytes of a reply that are taken: a mail may bring what its program puts beside the text. */
const REPLY_BYTES_MAX = 5_000_000;
const KEY_CHARS_MIN = 16;
const HOW = "nightshift assess --mail <file>";

/** The variable with the words of a subject that only the director and their digests know. */
const MAIL_KEY = "NIGHTSHIFT_MAIL_KEY";

/**
 * A mentor's reply from a file or, for `-`, from what is piped in.
 * @throws BadInput where it cannot be read or is longer than 5 MB.
 */
export async function readReply(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of path === "-" ? process.stdin : createReadStream(path)) {
      chunks.push(Buffer.from(chunk));
      bytes += chunks.at(-1)?.length ?? 0;
      if (bytes > REPLY_BYTES_MAX) break;
    }
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new BadInput(`it cannot be read (${why})`, path, "nightshift assess --reply <file>");
  }
  if (bytes > REPLY_BYTES_MAX) {
    throw new BadInput(`it is longer than ${REPLY_BYTES_MAX} bytes`, path, "say it in fewer words");
  }
  return Buffer.concat(chunks);
}

/**
 * The plain text of a mail that answers a digest (B11). Anybody may write under anybody's name, so
 * what counts is a subject that holds the director's key; what is attached, forwarded or in HTML says
 * nothing.
 * @throws BadInput where the key is missing, here or there, or the mail has no plain text.
 */
export async function textOfMail(message: Buffer, path: string): Promise<string> {
  const key = process.env[MAIL_KEY]?.trim() ?? "";
  if (key.length < KEY_CHARS_MIN || /\s/.test(key)) {
    const missing = `${MAIL_KEY} is no key of ${KEY_CHARS_MIN} characters or more without a space`;
    throw new BadInput(missing, "the environment", `export ${MAIL_KEY}=$(openssl rand -hex 16)`);
  }
  const { subject, text } = await parsed(message, path);
  if (!subject.includes(key)) {
    const why = `its subject does not hold ${MAIL_KEY}, so it may be anybody's`;
    throw new BadInput(why, path, "answer a digest that was sent with the key in its subject");
  }
  if (text.trim() === "") throw new BadInput("it has no plain text", path, `${HOW}, sent as text`);
  return text;
}

async function parsed(message: Buffer, path: string) {
  try {
    return await readMail(message);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadInput(`it is no mail that can be read: ${why}`, path, HOW);
  }
}
