// What is read of strace's output: where a call can be disturbed, and whether it was.
import { describe, expect, it } from 'vitest';
import { hasFailed, pointsOf, sample } from '../../sweep/points.js';

const trace = `strace: Process 7 attached with 3 threads
[pid     8] sendmsg(21<socket:[5]>, {msg_name={sa_family=AF_NETLINK}}, MSG_NOSIGNAL) = 40
[pid     7] write(9<anon_inode:[eventfd]>, "\\1\\0\\0\\0\\0\\0\\0\\0", 8) = 8
[pid     8] sendmsg(21<socket:[5]>, {msg_name={sa_family=AF_NETLINK}}, MSG_NOSIGNAL) = 40
[pid     9] sendmsg(22<socket:[6]>, {msg_name={sa_family=AF_NETLINK}}, MSG_NOSIGNAL) = 40
[pid     8] write(23</proc/sys/net/ipv4/ip_forward>, "1", 1) = 1
[pid     7] write(24<socket:[7]>, "*nat\\n-A "..., 90) = 90
[pid     7] write(5<pipe:[3]>, "*", 1) = 1
[pid    10] execve("/usr/sbin/iptables-restore", ["iptables-restore"], 0x7 /* 2 vars */) = 0
[pid    10] sendmsg(3<socket:[8]>, {msg_name={sa_family=AF_NETLINK}}, 0) = 40
[pid    10] write(1<socket:[9]>, "# np-echo"..., 20) = 20
+++ exited with 0 +++`;

describe('the points of a run', () => {
  it('are the calls of each thread by their number, once, and not those of programs it starts', () => {
    expect(pointsOf(trace)).toEqual([
      { call: 'sendmsg', when: 1 },
      { call: 'sendmsg', when: 2 },
      { call: 'write', when: 1, path: '/proc/sys/net/ipv4/ip_forward' },
      { call: 'write', when: 2, session: true },
    ]);
  });

  it('are reached where the call failed, or, of a talk with iptables, where no other did', () => {
    const failed = (line: string) => `${line} = -1 EPERM (Operation not permitted) (INJECTED)`;
    const session = { call: 'write', when: 2, session: true } as const;
    const talk = failed('[pid 7] write(24<socket:[7]>, "*nat\\n"..., 9)');
    const hop = failed('[pid 8] write(9<anon_inode:[eventfd]>, "\\1\\0"..., 8)');
    const others = failed('[pid 10] write(1<socket:[9]>, "# np"..., 9)');
    expect(hasFailed(failed('sendmsg(21<socket:[5]>, {}, 0)'), { call: 'sendmsg', when: 1 })).toBe(true);
    expect(hasFailed(trace, { call: 'sendmsg', when: 1 })).toBe(false);
    const unlocking = failed('[pid 7] write(5<pipe:[3]>, "*", 1)');
    expect(hasFailed(talk, session)).toBe(true);
    expect(hasFailed(unlocking, session)).toBe(false);
    expect(hasFailed(`${talk}\n${hop}`, session)).toBe(false);
    expect(hasFailed(`[pid 10] execve("/x", [], 0x7) = 0\n${others}\n${talk}`, session)).toBe(false);
    expect(hasFailed(`[pid 10] execve("/x", [], 0x7) = 0\n${others}`, session)).toBe(false);
  });
});

describe('a sample', () => {
  it('is the same for the same seed, another for another, and has each item once', () => {
    const items = Array.from({ length: 100 }, (_, at) => at);
    expect(sample(items, 10, 5)).toEqual(sample(items, 10, 5));
    expect(sample(items, 10, 5)).not.toEqual(sample(items, 10, 6));
    expect([...sample(items, 100, 5)].sort((a, b) => a - b)).toEqual(items);
  });
});
