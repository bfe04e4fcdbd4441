import { describe, expect, it } from 'vitest';
import { hear, tallyOf, type Piece, type Sounding } from './score.ts';

const begins = (exhibit: string): Sounding => ({ exhibit, atBeginning: true });
type Heard = [at: number, now: Sounding, how?: Piece['ended']];

const walk = (...heard: Heard[]): Piece[] =>
  heard.reduce<Piece[]>((pieces, [at, now, how = 'cut']) => hear(pieces, now, at, how), []);

describe('the tally of a walk', () => {
  const table: [fact: string, heard: Heard[], starts: number, restarts: number, cuts: number][] = [
    ['counts nothing in silence', [[1, null]], 0, 0, 0],
    ['counts a narration that goes on once', [[1, begins('a')], [2, begins('a')], [3, begins('a')]], 1, 0, 0], // prettier-ignore
    [
      'counts what was told to its end as no cut',
      [
        [1, begins('a')],
        [60, null, 'finished']
      ],
      1,
      0,
      0
    ],
    [
      'counts a narration that another one breaks off as cut',
      [
        [1, begins('a')],
        [9, begins('b')]
      ],
      2,
      0,
      1
    ],
    ['counts what begins again as a restart', [[1, begins('a')], [9, begins('b')], [12, begins('a')]], 2, 1, 2], // prettier-ignore
    [
      'counts silence in the middle as a cut',
      [
        [1, begins('a')],
        [9, null]
      ],
      1,
      0,
      1
    ],
    [
      'counts what the visitor stopped as no cut',
      [
        [1, begins('a')],
        [9, null, 'asked']
      ],
      1,
      0,
      0
    ],
    ['counts what goes on where it was left as no restart', [[1, begins('a')], [9, null], [12, { exhibit: 'a', atBeginning: false }]], 1, 0, 1] // prettier-ignore
  ];
  it.each(table)('%s', (_fact, heard, starts, restarts, cuts) =>
    expect(tallyOf(walk(...heard))).toEqual({ starts, restarts, cuts })
  );
  it('knows when each piece was heard', () =>
    expect(walk([1, begins('a')], [4, begins('a')], [9, begins('b')]).map(({ from, to }) => [from, to])).toEqual([
      [1, 9],
      [9, 9]
    ]));
});
