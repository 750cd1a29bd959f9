/** How programs with a network get out of this machine, as the director's environment tells it. */
export type WayOut = {
  variables: Record<string, string>;
  /** Certificates that must be readable for that. */
  files: string[];
};

/** Proxies and registries; tools read them in small letters or capitals. */
const ADDRESSES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].concat([
  "NPM_CONFIG_REGISTRY",
  "PIP_INDEX_URL",
  "UV_INDEX_URL",
  "GOPROXY",
]);
/** Certificates of a company whose proxy looks into what passes. */
const CERTIFICATES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"].concat([
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "CARGO_HTTP_CAINFO",
  "PIP_CERT",
  "NPM_CONFIG_CAFILE",
]);

/**
 * What a program needs to reach the network where it is not open to everyone. An address with a
 * name or password in it is left out: what is not trusted must not learn it (I12).
 */
export function wayOut(environment: Readonly<Record<string, string | undefined>>): WayOut {
  const given = (names: readonly string[]) =>
    names
      .flatMap((name) => [name, name.toLowerCase()])
      .flatMap((name) => {
        const value = environment[name];
        return value ? [{ name, value }] : [];
      });
  const addresses = given(ADDRESSES).filter(({ value }) => !/:\/\/[^/,\s]*@/.test(value));
  const certificates = given(CERTIFICATES).filter(({ value }) => value.startsWith("/"));
  const all = [...addresses, ...given(["NO_PROXY"]), ...certificates];
  return {
    variables: Object.fromEntries(all.map(({ name, value }) => [name, value])),
    files: certificates.map(({ value }) => value),
  };
}
