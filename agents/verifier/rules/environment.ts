import { blank } from "../blank.ts";
import type { Finding } from "./finding.ts";
import type { Parsed } from "./grammar.ts";

type Copies = {
  /** The environment as a whole; not one of its names, nor what a program that is started gets. */
  whole: RegExp;
  /** What takes something out of the machine. */
  sends: RegExp;
};

const COPIES: Readonly<Record<Parsed, Copies>> = {
  javascript: {
    whole:
      /(?<!\benv\s*[:=]\s*(?:\{\s*\.\.\.|Object\.assign\(\{\},\s*)?)(?<!\}\s*=\s*)(?<!\bin\s+)(?<!\btypeof\s+)(?:\bprocess\s*(?:\.\s*env|\[\s*["'`]env["'`]\s*\])|\bBun\.env|\bDeno\.env\.toObject\(\))(?!\s*(?:\?\.|\.|\[|!\.|\)?\s*(?:\?\?|\|\|)?=[^=>]))(?![\w$])|\b(?:for|of)\b[^\n;{]{0,60}(?:\bin|\bof)\s+[\w.(]*process\.env\b|\.\.\.\s*\w+\s*\}\s*=\s*process\.env\b/g,
    sends:
      /\b(?:fetch|axios|got|ky|superagent|needle|undici|XMLHttpRequest|WebSocket|EventSource|sendBeacon|dgram)\b|\b(?:https?|http2|net|tls)\b\s*\.\s*(?:request|get|connect|createConnection)\b|\.(?:post|put|patch|request|send)\s*\(/,
  },
  python: {
    whole:
      /\bfor\b[^\n:]{0,80}\bin\s+[\w.(]*(?:os\.)?environb?\b|(?<!\bin\s+)(?<!\benv\s*=\s*(?:dict\(|\{\*\*)?)(?<!\bimport\s[^\n]*)(?:\bos\.environb?|(?<![.\w])environ)\b(?!\s*(?:\[|\.\s*(?:get|setdefault|pop|update|clear|__getitem__|__contains__)\b|\(|=[^=]|,\s*["']))/g,
    sends:
      /\b(?:requests|httpx|urllib\d?|aiohttp|http\.client|socket|smtplib|ftplib|paramiko|websockets?|pycurl|treq)\b|\.(?:post|put|patch|sendall|sendto|urlopen)\s*\(/,
  },
  go: {
    whole:
      /(?<!\.?Env\s*(?::=|=|:)\s*(?:append\(\s*(?:\[\]string\{\},?\s*)?)?)\b(?:os|syscall)\.Environ\(\)/g,
    sends:
      /\bhttp\.(?:Post|PostForm|Get|NewRequest\w*|DefaultClient|Client|Head)\b|\bnet\.Dial\w*|\bsmtp\.\w+|\.Do\(|websocket\./,
  },
  ruby: {
    whole:
      /(?<![\w.:])ENV\b(?!\s*(?:\[|=|\.\s*(?:fetch|key\?|has_key\?|include\?|member\?|delete|update|store|values_at|dig|replace|merge!|clear|slice)(?![\w])))/g,
    sends:
      /\bNet::(?:HTTP|SMTP|FTP)|\b(?:Faraday|HTTParty|RestClient|Excon|Typhoeus|TCPSocket|UDPSocket|HTTPX?)\b|\bURI\.open\b|\bopen-uri\b|\.(?:post|put|patch)\b/,
  },
  java: {
    whole:
      /\bSystem\s*\.\s*getenv\(\s*\)(?!\s*\.\s*(?:get|containsKey|getOrDefault)\b)|\bSystem::getenv\b|\.environment\(\)\s*\.\s*(?:entrySet|forEach|toString|values)\b/g,
    sends:
      /\bHttp(?:Client|URLConnection|sURLConnection|Request|Post|Put)\b|\bopenConnection\b|\bopenStream\b|\bSocket\s*\(|\bRestTemplate\b|\bOkHttpClient\b|\bWebClient\b|\bDatagramPacket\b|\bnewCall\b/,
  },
  rust: {
    whole: /(?<!\.envs\(\s*)\b(?:env::|std::env::)vars(?:_os)?\(\)|(?<![\w.:])vars(?:_os)?\(\)/g,
    sends:
      /\b(?:reqwest|ureq|hyper|isahc|surf|attohttpc|curl|tungstenite)\b|\b(?:TcpStream|UdpSocket)\b|\.(?:post|put|send_to|write_all)\s*\(/,
  },
};

const NAMES_IT = /env/i;

/** The environment copied whole, however that is written, beside what could send it. */
export function environmentFindings(text: string, language: Parsed): Finding[] {
  const { whole, sends } = COPIES[language];
  // Most files have neither: they are not blanked for it.
  if (!NAMES_IT.test(text) || !sends.test(text) || text.search(whole) === -1) return [];
  const { code } = blank(text, language);
  if (!sends.test(code)) return [];
  return [...code.matchAll(whole)].map(({ index, 0: said }) => ({
    rule: "credentials",
    line: text.slice(0, index).split("\n").length,
    text: said,
    severe: true,
  }));
}
