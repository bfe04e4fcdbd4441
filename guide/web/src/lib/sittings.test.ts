import { describe, expect, it } from 'vitest';
import { sittingsAt } from './sittings.ts';

const DAY = ['10:00', '14:00', '15:30'].map((time) => ({
  starts_at: `2026-11-22T${time}:00.000Z`,
  ends_at: new Date(Date.parse(`2026-11-22T${time}:00.000Z`) + 45 * 60_000).toISOString()
}));
const at = (time: string): string[] =>
  sittingsAt(DAY, Date.parse(`2026-11-22T${time}Z`)).map(({ state, minutesLeft }) =>
    state === 'next' ? `next in ${minutesLeft}` : state
  );

describe('the sittings of a day', () => {
  const table: [fact: string, time: string, states: string[]][] = [
    ['begin with the next one in the morning', '09:30:00', ['next in 30', 'later', 'later']],
    ['tell what is on', '10:10:00', ['on', 'next in 230', 'later']],
    ['are over after their end', '11:00:00', ['over', 'next in 180', 'later']],
    ['count minutes up, so that nobody comes late', '13:59:10', ['over', 'next in 1', 'later']],
    ['are all over in the evening', '20:00:00', ['over', 'over', 'over']]
  ];
  it.each(table)('%s', (_fact, time, states) => expect(at(time)).toEqual(states));
});
