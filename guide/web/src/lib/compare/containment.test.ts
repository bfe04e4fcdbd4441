import { describe, expect, it } from 'vitest';
import type { Zone } from '../api.ts';
import { contained } from './containment.ts';

const zone = (id: string, left: number, right: number, more: Partial<Zone> = {}): Zone => ({
  id,
  exhibit: id,
  levels: ['tunnel'],
  priority: 0,
  mode: 'auto',
  parts: [
    {
      outline: [
        [left, 0],
        [right, 0],
        [right, 5],
        [left, 5]
      ],
      holes: []
    }
  ],
  ...more
});
// 0 ... a ... 9 ab 10 ... b ... 20   22 offered 30
const ZONES = [zone('a', 0, 10), zone('b', 9, 20), zone('offered', 22, 30, { mode: 'offer' })];
const at = (x: number, level = 'tunnel'): { x: number; y: number; level: string } => ({ x, y: 2, level });

describe('raw containment', () => {
  const table: [fact: string, x: number, before: string | null, after: string | null][] = [
    ['plays the zone one enters', 5, null, 'a'],
    ['plays nothing outside', 21, 'b', null],
    ['changes as soon as one has left', 10.1, 'a', 'b'],
    ['stays with what it plays where two zones overlap', 9.5, 'b', 'b'],
    ['takes the first by name where two zones overlap and nothing plays', 9.5, null, 'a'],
    ['leaves alone what is only offered', 25, null, null]
  ];
  it.each(table)('%s', (_fact, x, before, after) => expect(contained(ZONES, at(x), before)).toBe(after));
  it('takes the zone of higher priority', () =>
    expect(contained([zone('a', 0, 10), zone('b', 0, 10, { priority: 2 })], at(5), null)).toBe('b'));
  it('knows the level', () => expect(contained(ZONES, at(5, 'dome'), 'a')).toBeNull());
});
