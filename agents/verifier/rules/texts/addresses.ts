import { blank } from "../../blank.ts";
import { lineIn } from "../../line-at.ts";
import type { Finding } from "../finding.ts";
import type { Parsed } from "../reading/grammar.ts";
import { HOST_ENDINGS, hostsIn, isHarmless } from "../places.ts";

/** Literals that are an address or a host and nothing else; prose that mentions one is none. */
const ADDRESS =
  /(["'`])((?:https?|wss?|s?ftp|tcp|udp|tls|ssh|smtps?|rediss?|amqps?|mqtts?|ldaps?|stuns?|turns?|mongodb(?:\+srv)?|socks5?h?):\/\/[^\s"'`]{3,500})\1/g;
const HOST = new RegExp(
  String.raw`(["'\x60])((?:[\w-]+\.)+(?:${HOST_ENDINGS}|gg|link|click|eu|host|space|store|tech|icu)|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?\1`,
  "g",
);
/** What turns a host into something that is reached; a list of names alone reaches nothing. */
const NETWORK =
  /\b(?:https?|net|dns|dgram|tls|sockets?|fetch|axios|got|undici|request\w*|httpx|aiohttp|urllib\d?|urlopen|ftplib|smtplib|smtp|telnetlib|paramiko|websockets?|URI|Faraday|HTTParty|Dial\w*|Lookup\w*|InetAddress|InetSocketAddress|HttpClient|URL|reqwest|ureq|hyper|TcpStream|UdpSocket|connect|lookup|resolve\w*|post|send\w*|upload)\b/i;
/** Hosts that are named for people to read on, which no program asks for anything. */
const TELLS =
  /^(?:docs?|developers?|help|support|learn|wiki)\.|(?:^|\.)(?:github\.com|gitlab\.com|bitbucket\.org|mozilla\.org|stackoverflow\.com|wikipedia\.org|w3\.org|json-schema\.org|schema\.org|schemastore\.org|rfc-editor\.org|ietf\.org|unicode\.org|nodejs\.org|python\.org|go\.dev|golang\.org|readthedocs\.io|npmjs\.com|npmjs\.org|spdx\.org|opensource\.org|apache\.org|creativecommons\.org|tc39\.es|whatwg\.org|aka\.ms|xmlsoap\.org|openxmlformats\.org|sun\.com|oracle\.com|jcp\.org|rust-lang\.org|docs\.rs|crates\.io|ruby-lang\.org|ruby-doc\.org|rubygems\.org|pypi\.org|typescriptlang\.org|eslint\.org|reactjs\.org|react\.dev|vuejs\.org|microsoft\.com)$/;

/** Hosts that nobody named, as literals of their own, whatever is done with them. */
export function addressFindings(
  text: string,
  language: Parsed,
  hosts: ReadonlySet<string>,
): Finding[] {
  const isForeign = (host: string) => !isHarmless(host, hosts) && !TELLS.test(host);
  const matches = [
    ...[...text.matchAll(ADDRESS)].filter(({ 2: said }) => hostsIn(said ?? "").some(isForeign)),
    ...(NETWORK.test(text)
      ? [...text.matchAll(HOST)].filter(({ 2: said }) => isForeign(said ?? "") && isPublic(said))
      : []),
  ];
  if (matches.length === 0) return [];
  const { withStrings } = blank(text, language);
  const lineAt = lineIn(text);
  return matches
    .filter(({ index, 0: said }) => withStrings.startsWith(said, index))
    .map(({ index, 0: said }) => {
      return { rule: "unknown-host", line: lineAt(index), text: said, severe: false };
    });
}

/** Numbers of addresses have parts below 256; an outline or a version seldom has four. */
function isPublic(said = ""): boolean {
  if (!/^[\d.]+$/.test(said)) return true;
  return said.split(".").every((part) => Number(part) < 256);
}
