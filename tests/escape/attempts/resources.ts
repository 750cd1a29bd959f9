import { statfsSync } from "node:fs";
import { node, prints, succeeds } from "../escape.ts";
import type { Escape } from "../escape.ts";

/**
 * Each process begins two more, eleven deep: without a limit 2,047 of them sleep, which a machine
 * can bear should the sandbox fail.
 */
const FORK_BOMB = `b() { if [ $1 -gt 0 ]; then b $(($1 - 1)) & b $(($1 - 1)) & wait
  else exec sleep 20; fi; }; b 10`;

/** Sixty programs of Node with ten threads and more each, all asleep. */
const MANY_THREADS = `for i in $(seq 60); do ${node("setTimeout(() => {}, 20_000)")} & done; wait`;

/** Using up the machine. What each may have is small here, so that it is soon used up. */
export const resourceEscapes: readonly Escape[] = [
  {
    name: "take the machine with a fork bomb",
    attempt: () => FORK_BOMB,
    escaped: ({ overLimit, timedOut }) => timedOut || overLimit !== "processes",
    honest: {
      name: "a build with many processes",
      line: () => "for i in $(seq 40); do sleep 0.3 & done; wait; echo built",
      works: prints("built"),
    },
    wallMs: 30_000,
  },
  {
    name: "take the machine with threads",
    attempt: () => MANY_THREADS,
    escaped: ({ overLimit, timedOut }) => timedOut || overLimit !== "processes",
    honest: {
      name: "a test runner with some threads",
      line: () =>
        node(`const{Worker}=require("worker_threads");let n=0;for(let i=0;i<4;i++)
          new Worker("",{eval:true}).on("exit",()=>++n===4&&console.log("all four ran"))`),
      works: prints("all four ran"),
    },
    wallMs: 30_000,
  },
  {
    name: "take all memory",
    attempt: () =>
      `for i in 1 2 3 4; do ${node(`const a=[];setInterval(()=>a.push(Buffer.alloc(2e8,1)),5)`)} & done; wait`,
    escaped: ({ overLimit }) => overLimit !== "memory",
    honest: {
      name: "a test that needs some",
      line: () => node(`const a=Buffer.alloc(3e8,1);console.log(a.length)`),
      works: prints("300000000"),
    },
  },
  {
    name: "fill the disk",
    attempt: () =>
      "for i in 1 2 3 4 5 6 7 8; do head -c 400000000 /dev/zero > big$i; done; sleep 30",
    escaped: ({ overLimit, world }) => {
      const { bavail, bsize } = statfsSync(world.clone.path);
      return overLimit !== "disk" || bavail * bsize < 1e8;
    },
    honest: {
      name: "a build of some size",
      line: () => "rm -f big*; head -c 100000000 /dev/zero > build.bin && rm build.bin",
      works: succeeds,
    },
  },
  {
    name: "fill the temporary folder, which is memory",
    attempt: () =>
      "head -c 3000000000 /dev/zero > /tmp/big; head -c 3000000000 /dev/zero > /dev/shm/big; du -smx /tmp | cut -f1",
    escaped: ({ stdout }) => Number(stdout.trim()) > 1_100,
    honest: {
      name: "temporary files",
      line: () => "head -c 50000000 /dev/zero > /tmp/some && echo fits",
      works: prints("fits"),
    },
  },
  {
    name: "drown the house in 1 GB of output",
    attempt: () => "head -c 1073741824 /dev/zero | tr '\\0' x; echo all of it",
    escaped: ({ overLimit, stdout, cut }) =>
      overLimit !== "output" || !cut || stdout.length > 100_000 || stdout.includes("all of it"),
    honest: {
      name: "a test run that talks a lot",
      line: () => "seq 200000; echo all of it",
      works: ({ stdout }) => stdout.startsWith("1\n") && stdout.endsWith("all of it\n"),
    },
  },
  {
    name: "outlast its time",
    attempt: () => `trap '' TERM INT HUP; ${node("for(;;);")} & while :; do :; done`,
    escaped: ({ timedOut, durationMs }) => !timedOut || durationMs > 20_000,
    honest: {
      name: "node --test",
      line: () => "node --test src/*.test.js",
      works: ({ stdout, exitCode }) => exitCode === 0 && /pass 1/.test(stdout),
    },
    wallMs: 3_000,
  },
];
