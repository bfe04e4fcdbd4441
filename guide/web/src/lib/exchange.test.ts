import { describe, expect, it } from 'vitest';
import type { Answer, Outcome } from './api.ts';
import { Exchange, type Wire } from './exchange.ts';

type Reply = Outcome<Answer> | 'hold';
const OK: Reply = { kind: 'ok', data: { seq: 0 } as Answer };
const OFFLINE: Reply = { kind: 'offline' };
const refused = (status: number, code: string, retryAfterMs?: number): Reply => ({
  kind: 'problem',
  problem: { status, code, detail: '', ...(retryAfterMs ? { retryAfterMs } : {}) }
});

/** A service that gives the replies in order (then `ok`), and writes down what it was sent. */
function service(...replies: Reply[]) {
  const sent: string[] = [];
  const waits: number[] = [];
  const remembered: number[] = [];
  const connected: boolean[] = [];
  let release: () => void = () => undefined;
  const reply = async (line: string): Promise<Outcome<Answer>> => {
    sent.push(line);
    const next = replies.shift() ?? OK;
    if (next !== 'hold') return next;
    await new Promise<void>((resolve) => (release = resolve));
    return { kind: 'ok', data: { seq: 0 } as Answer };
  };
  const wire: Wire = {
    poll: (body) => reply(`poll ${JSON.stringify(body)}`),
    command: (body) => reply(`command ${JSON.stringify(body)}`)
  };
  const exchange = new Exchange(wire, {
    firstSeq: 1,
    remember: (seq) => remembered.push(seq),
    connected: (yes) => connected.push(yes),
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    }
  });
  return { exchange, sent, waits, remembered, connected, letGo: () => release() };
}
const poll = (at = 't') => ({ at });

describe('one line of messages', () => {
  it('numbers polls and commands from one counter', async () => {
    const { exchange, sent } = service();
    await exchange.poll(() => poll('a'));
    await exchange.command(() => ({ at: 'b', do: 'pause' }));
    await exchange.poll(() => poll('c'));
    expect(sent).toEqual([
      'poll {"at":"a","seq":1}',
      'command {"at":"b","do":"pause","seq":2}',
      'poll {"at":"c","seq":3}'
    ]);
  });

  it('sends the same number and the same body until there is an answer', async () => {
    const { exchange, sent, waits, connected } = service(OFFLINE, OFFLINE, OK);
    let asked = 0;
    await exchange.poll(() => poll(`fix ${(asked += 1)}`));
    expect(new Set(sent)).toEqual(new Set(['poll {"at":"fix 1","seq":1}']));
    expect(sent).toHaveLength(3);
    expect(waits).toEqual([500, 1000]);
    expect(connected).toEqual([false, false, true]);
  });

  it('sends one at a time, and asks for the fix only when its turn comes', async () => {
    const { exchange, sent, letGo } = service('hold');
    const first = exchange.poll(() => poll('early'));
    let late = 'too early';
    const second = exchange.poll(() => poll(late));
    await Promise.resolve();
    late = 'in time';
    expect(sent).toHaveLength(1);
    letGo();
    await Promise.all([first, second]);
    expect(sent[1]).toContain('in time');
  });

  it('knows that a command waits behind a poll', async () => {
    const { exchange, letGo } = service('hold');
    const first = exchange.poll(() => poll());
    await Promise.resolve();
    const second = exchange.command(() => ({ at: 'b', do: 'pause' }));
    expect(exchange.commanding).toBe(true);
    letGo();
    await Promise.all([first, second]);
    expect(exchange.commanding).toBe(false);
  });

  it('remembers the next number before it sends one', async () => {
    const { exchange, remembered } = service();
    await exchange.poll(() => poll());
    expect(remembered).toEqual([2]);
  });
});

describe('refusals', () => {
  it.each(['seq_reused', 'seq_out_of_order'])('%s: goes on far ahead with the same wish', async (code) => {
    const { exchange, sent } = service(refused(409, code));
    const result = await exchange.command(() => ({ at: 'b', do: 'skip' }));
    expect(result?.kind).toBe('ok');
    expect(sent.map((line) => Number(/"seq":(\d+)/.exec(line)?.[1]))).toEqual([1, 102]);
  });

  it('an ended visit is told to the page, not tried again', async () => {
    const { exchange, sent } = service(refused(410, 'visit_ended'));
    expect(await exchange.poll(() => poll())).toMatchObject({ kind: 'problem', problem: { status: 410 } });
    expect(sent).toHaveLength(1);
  });

  it('waits as long as the service asks when it is asked too often', async () => {
    const { exchange, waits } = service(refused(429, 'too_many', 7000));
    expect((await exchange.poll(() => poll()))?.kind).toBe('ok');
    expect(waits).toEqual([7000]);
  });

  it('sends nothing after it is closed', async () => {
    const { exchange, sent } = service();
    exchange.close();
    expect(await exchange.poll(() => poll())).toBeNull();
    expect(sent).toEqual([]);
  });
});
