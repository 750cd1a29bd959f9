import { isAlive } from "@nightshift/infra/workers/sandbox/fixture";
import { node, printed, prints, succeeds } from "../escape.ts";
import type { Escape } from "../escape.ts";

/** Processes of others, processes that stay, and calls that open a kernel. */
const marker = `7${process.pid}99`;
/** Numbers of the calls that perl makes by number: tracing, keyrings, io_uring. */
const CALLS =
  process.arch === "arm64"
    ? { ptrace: 117, addKey: 217, keyctl: 219, ioUring: 425, bpf: 280 }
    : { ptrace: 101, addKey: 248, keyctl: 250, ioUring: 425, bpf: 321 };

export const processEscapes: readonly Escape[] = [
  {
    name: "look at processes of others",
    attempt: () =>
      `cat /proc/${process.pid}/environ && echo seen; ls /proc/${process.pid}/root/ && echo seen
       ls -d /proc/[0-9]* | wc -l | awk '$1 > 20 { print "seen" }'`,
    escaped: printed("seen"),
    honest: {
      name: "looking at itself",
      line: () => "grep -q NoNewPrivs /proc/self/status && ls /proc/self/fd",
      works: succeeds,
    },
  },
  {
    name: "end processes of others",
    attempt: () => `kill -9 ${process.pid} && echo ended; kill -9 -1; kill -9 -${process.pid}`,
    escaped: printed("ended"),
    honest: {
      name: "ending what it started",
      line: () => "sleep 50 & kill $! && wait $!; echo over",
      works: prints("over"),
    },
  },
  {
    name: "trace a process of others",
    attempt: () =>
      `perl -e 'for (1..4, ${process.pid}) { next if kill(0, $_) && $_ == $$;
        print "attached $_\\n" if $_ > 4 && syscall(${CALLS.ptrace}, 16, $_, 0, 0) == 0 }'
       dd if=/proc/${process.pid}/mem of=/dev/null bs=1 count=1 && echo attached`,
    escaped: printed("attached"),
    honest: {
      name: "tracing its own, as sanitizers do",
      line: () => `perl -e 'print "traced" if syscall(${CALLS.ptrace}, 0, 0, 0, 0) == 0'`,
      works: prints("traced"),
    },
  },
  {
    name: "survive its run",
    attempt: () =>
      `setsid sleep ${marker} & (setsid nohup sleep ${marker} >/dev/null 2>&1 &)
       ${node(`require("child_process").spawn("sleep",["${marker}"],{detached:true,stdio:"ignore"}).unref()`)}
       perl -e 'exit if fork; use POSIX; POSIX::setsid(); exit if fork; exec "sleep", "${marker}"'
       echo 'sleep ${marker}' | at now; (crontab -l; echo '* * * * * sleep ${marker}') | crontab -`,
    escaped: () => isAlive(marker),
    honest: {
      name: "a process beside it while it runs",
      line: () => "(sleep 0.2; echo beside) & wait",
      works: prints("beside"),
    },
  },
  {
    name: "type into the director's terminal",
    attempt: () =>
      `perl -e 'for my $f ("/dev/tty", "/dev/console", "/dev/pts/0", "/dev/tty0", "/dev/ptmx") {
        open(T, "+<", $f) or next; my $c = "x"; print "typed $f\\n" if ioctl(T, 0x5412, $c) }
        my $c = "x"; for (*STDIN, *STDOUT, *STDERR) { print "typed" if ioctl($_, 0x5412, $c) }'`,
    escaped: printed("typed"),
    honest: {
      name: "a terminal of its own",
      line: () => `perl -e 'print "opened" if open(T, "+<", "/dev/ptmx")'`,
      works: prints("opened"),
    },
  },
  {
    name: "become somebody else",
    attempt: () =>
      `su -c id root; sudo -n id; for f in /usr/bin/mount /usr/bin/passwd; do $f --version >/dev/null; done
       perl -e '$< = 0; $> = 0; print "uid=0\\n" if $> == 0; $( = 0; print "gid=0\\n" if $( + 0 == 0'
       grep -v '0000000000000000' /proc/self/status | grep CapEff && echo uid=0`,
    escaped: printed("uid=0"),
    honest: { name: "being uid 1000", line: () => "id -u", works: prints("1000") },
  },
  {
    name: "mount, or make namespaces in which it could",
    attempt: ({ home }) =>
      `mount -t tmpfs none /mnt && echo mounted; unshare -Urm true && echo mounted; umount -l ${home} && echo mounted
       unshare -Ur sh -c 'mount -t tmpfs none /mnt' && echo mounted; umount ${home} && echo mounted
       perl -e 'print "mounted" if syscall(${process.arch === "arm64" ? 220 : 56}, 0x10000011, 0) == 0'
       mount -o remount,rw / && echo mounted; chroot /tmp /bin/true && echo mounted`,
    escaped: printed("mounted"),
    honest: { name: "seeing what is mounted", line: () => "df /tmp", works: prints("/tmp") },
  },
  {
    name: "leave a key in the kernel",
    attempt: () =>
      `perl -e 'my @s = (-5 .. -1); for (@s) { my $k = syscall(${CALLS.addKey}, "user", "evil", "x", 1, $_);
        print "kept $k\\n" if $k > 0 }; print "kept" if syscall(${CALLS.keyctl}, 0, -3, 1) > 0'`,
    escaped: printed("kept"),
    honest: {
      name: "keys of its own in memory",
      line: () => node(`console.log(require("crypto").generateKeySync("hmac",{length:128}).type)`),
      works: prints("secret"),
    },
  },
  {
    name: "use calls that have opened kernels",
    attempt: () =>
      `perl -e 'my $p = "\\0" x 256; print "opened io_uring" if syscall(${CALLS.ioUring}, 4, $p) >= 0;
        print "opened bpf" if syscall(${CALLS.bpf}, 0, $p, 128) >= 0'`,
    escaped: printed("opened"),
    honest: {
      name: "threads",
      line: () =>
        node(`new (require("worker_threads").Worker)("console.log('a thread')",{eval:true})`),
      works: prints("a thread"),
    },
  },
  {
    name: "change the kernel's settings",
    attempt: () =>
      `for f in /proc/sys/kernel/core_pattern /proc/sys/vm/drop_caches /proc/sysrq-trigger /sys/power/state \
         /sys/kernel/uevent_helper /proc/sys/kernel/hostname; do echo h > $f && echo "set $f"; done
       hostname evil && echo set; date -s 2001-01-01 && echo set`,
    escaped: printed("set"),
    honest: {
      name: "reading them",
      line: () => "cat /proc/sys/kernel/ostype",
      works: prints("Linux"),
    },
  },
  {
    name: "open the devices of the machine",
    attempt: () =>
      `for d in /dev/mem /dev/kmem /dev/sda /dev/vda /dev/nvme0n1 /dev/kvm /dev/vsock /dev/fuse /dev/net/tun
         do head -c1 $d >/dev/null && echo opened; done
       mknod disk b 8 0 && echo opened; mknod mem c 1 1 && echo opened; rm -f disk mem`,
    escaped: printed("opened"),
    honest: {
      name: "those that everybody has",
      line: () => "head -c8 /dev/urandom > /dev/null && : < /dev/zero",
      works: succeeds,
    },
  },
  {
    name: "use a file that the house has open",
    attempt: () =>
      `for f in /proc/self/fd/*; do case $(readlink $f) in ''|/dev/null|pipe:*|socket:*|/proc/*) ;; *) echo "has $f" ;; esac; done
       for n in 3 4 5 6 7 8 9 10 11 12; do (: <&$n) 2>/dev/null && echo "has $n"; done; true`,
    escaped: printed("has"),
    honest: { name: "a pipe", line: () => "echo through | cat", works: prints("through") },
  },
];
