import { describe, expect, it } from 'vitest';
import type { Zone } from '../api.ts';
import { extentAround, lengthOf, REVIEWERS_WALK, spotAt, zonesOf, type Recording } from './recording.ts';

const WALK: Recording = {
  level: 'hall',
  marks: [
    [0, 0, 0],
    [10, 10, 0],
    [12, 10, 0],
    [16, 10, 8]
  ]
};
const zone = (id: string, x: number): Zone => ({
  id,
  exhibit: id,
  levels: ['hall'],
  priority: 0,
  mode: 'auto',
  parts: [
    {
      outline: [
        [x, -1],
        [x + 2, -1],
        [x + 2, 1],
        [x, 1]
      ],
      holes: []
    }
  ]
});

describe('a recorded walk', () => {
  const table: [fact: string, seconds: number, x: number, y: number][] = [
    ['begins at its first mark', 0, 0, 0],
    ['goes straight on between two marks', 2.5, 2.5, 0],
    ['stands where two marks are alike', 11, 10, 0],
    ['stays at its end', 99, 10, 8],
    ['has not moved before it begins', -3, 0, 0]
  ];
  it.each(table)('%s', (_fact, seconds, x, y) => expect(spotAt(WALK, seconds)).toEqual({ x, y, level: 'hall' }));
  it('knows how long it is', () => expect(lengthOf(WALK)).toBe(16));
  it('names the zones that it stands in', () =>
    expect(
      zonesOf(WALK, { zones: [zone('first', -1), zone('far', 50), zone('second', 9)] }).map(({ id }) => id)
    ).toEqual(['first', 'second']));
  it('is looked at with room around it', () => expect(extentAround(WALK)).toEqual([-7, -4, 17, 12]));
});

describe('the reviewer’s walk', () => {
  const steps = REVIEWERS_WALK.marks.slice(1).map(([at, x, y], index) => {
    const [before = 0, fromX = 0, fromY = 0] = REVIEWERS_WALK.marks[index] ?? [];
    return Math.hypot(x - fromX, y - fromY) / (at - before);
  });
  it('goes at a stroller’s pace, never faster than 1.7 m a second', () =>
    expect(Math.max(...steps)).toBeLessThanOrEqual(1.7));
  it('takes a minute and a half', () => expect(lengthOf(REVIEWERS_WALK)).toBe(90));
});
