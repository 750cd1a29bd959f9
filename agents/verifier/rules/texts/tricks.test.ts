import { expect, test } from "vitest";
import { decoderOf } from "../reading/decoders.ts";
import { usesTricks } from "./tricks.ts";

test.each([
  "base64.b32decode",
  "base64.a85decode",
  "bytes.fromhex",
  "binascii.a2b_hex",
  "binascii.a2b_base64",
  "binascii.a2b_uu",
  "base64.decodebytes",
  "quopri.decodestring",
  "urllib.parse.unquote",
  "atob",
  "decodeURIComponent",
  "unescape",
  "hex.DecodeString",
  "url.PathUnescape",
  "url.QueryUnescape",
  "html.UnescapeString",
  "strconv.Unquote",
  "Base64.decode64",
  "Base64.strict_decode64",
  "CGI.unescape",
  "URI.decode_www_form_component",
  "HexFormat.of().parseHex",
  "DatatypeConverter.parseHexBinary",
  "DatatypeConverter.parseBase64Binary",
  "Base64.getDecoder().decode",
  "URLDecoder.decode",
  "hex::decode",
  "STANDARD.decode",
  "percent_decode_str",
  "rot13.Rot13",
])("a file that decodes by %s is looked at for what it hides", (name) => {
  expect(decoderOf(name.replaceAll("::", "."))).toBeDefined();
  expect(usesTricks(`x = ${name}(y)\n`)).toBe(true);
});

test.each(["const a = b.c(d);\n", "line.encode()\n", 'text.decode("utf8")\n', "decode()\n"])(
  "a file that hides nothing is not: %j",
  (text) => expect(usesTricks(text)).toBe(false),
);
