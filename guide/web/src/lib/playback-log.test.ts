import { describe, expect, it } from 'vitest';
import type { Outcome, PlaybackEvent } from './api.ts';
import { PlaybackLog } from './playback-log.ts';

const AT = new Date('2026-11-22T10:00:00Z');

function ear(...outcomes: Outcome<unknown>['kind'][]) {
  const told: number[][] = [];
  return {
    told,
    playback(events: PlaybackEvent[]): Promise<Outcome<unknown>> {
      told.push(events.map((event) => event.seq));
      const kind = outcomes.shift() ?? 'ok';
      if (kind === 'problem') return Promise.resolve({ kind, problem: { status: 422, code: 'malformed', detail: '' } });
      return Promise.resolve(kind === 'ok' ? { kind, data: null } : { kind });
    }
  };
}

describe('what was heard', () => {
  it('is told once, with its own numbers', async () => {
    const log = new PlaybackLog();
    const service = ear();
    log.add('played', 'v2.en', 0, AT);
    log.add('completed', 'v2.en', 60_000, AT);
    await log.send(service);
    await log.send(service);
    expect(service.told).toEqual([[1, 2]]);
  });
  it('is told again, under the same number, where the service was out of reach', async () => {
    const log = new PlaybackLog();
    const service = ear('offline');
    log.add('played', 'v2.en', 0, AT);
    await log.send(service);
    log.add('paused', 'v2.en', 5, AT);
    await log.send(service);
    expect(service.told).toEqual([[1], [1, 2]]);
  });
  it('does not hold up what follows where the service refuses it', async () => {
    const log = new PlaybackLog();
    const service = ear('problem');
    log.add('played', 'v2.en', 0, AT);
    await log.send(service);
    log.add('played', 'v1.en', 0, AT);
    await log.send(service);
    expect(service.told).toEqual([[1], [2]]);
  });
});
