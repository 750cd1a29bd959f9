import { inFile, type Tooth } from "../tooth.ts";

const blobs = inFile("infra/log/blobs.ts", "infra/log/blobs.test.ts");
const secrets = inFile("infra/log/secrets.ts", "infra/log/secrets.test.ts");
const shapes = inFile("infra/log/secret-shapes.ts", "infra/log/secrets.test.ts");
const found = inFile("agents/verifier/secrets.ts", "agents/verifier/verifier.test.ts");

/** No secret enters a blob, and no blob is other than its name says (I12). */
export const blobTeeth: readonly Tooth[] = [
  blobs(
    "I12: secrets are masked before a body is kept",
    "(await maskSecrets(text)).text",
    "(await maskSecrets(text)) ? text : text",
  ),
  blobs("I8: a blob is 64 MiB at most", "bytes.length > BLOB_BYTES_MAX", "false"),
  blobs(
    "I9: a blob that was changed is not handed out",
    "if (sha256Of(bytes) !== sha256) throw",
    "if (false) throw",
  ),
  blobs("I11: a blob is named by its sha256 alone", "if (!isSha256(sha256))", "if (false)"),
  secrets(
    "I12: who wrote a text cannot switch the rules off",
    'text.replaceAll(/secretlint-(?=disable|enable)/g, "secretlint_")',
    "text",
  ),
  secrets(
    "I12: the keys of thirty services are known",
    "return { text: maskRanges(ours.text, theirs), found: ours.found + theirs.length };",
    "return { text: ours.text, found: ours.found };",
  ),
  shapes("I12: a private key is masked whole", '"PRIVATE KEY",', ""),
  found(
    "I12: a change that adds a secret fails",
    'outcome: added.length === 0 ? "pass" : "fail",',
    'outcome: "pass",',
  ),
];
