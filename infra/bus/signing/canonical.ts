/**
 * What of a card is signed (A2A 8.4.1), as canonical JSON (RFC 8785): all of it but its signatures and
 * what says nothing, such as a requirement without scopes. The form is that of the SDKs.
 * @param card As it is on the wire, with fields of A2A 1.0 alone: see `knownCard`.
 */
export function canonicalCard(card: object): string {
  const { signatures: _, ...signed } = { signatures: undefined, ...card };
  return canonical(said(signed) ?? {});
}

/** Leaves out what ProtoJSON does not tell from what is not there: null, "", [] and {}. */
function said(value: unknown): unknown {
  if (value === "" || value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    const items = value.map(said).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (typeof value !== "object") return value;
  const fields = Object.entries(value)
    .map(([name, field]) => [name, said(field)] as const)
    .filter(([, field]) => field !== undefined);
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}

/** RFC 8785: keys by their UTF-16 units, no white space; text and numbers as JavaScript writes them. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(",")}}`;
}
