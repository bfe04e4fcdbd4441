import { expect, it } from 'vitest';
import type { Notice } from './api.ts';
import { toldOnce } from './notices.ts';

const notice = (id: string, kind: Notice['kind'], exhibit: string | null): Notice => ({
  id,
  kind,
  exhibit,
  text: id,
  available: []
});
const GAP = notice('gap-1', 'language_gap', 'press');
const AGAIN = notice('gap-2', 'language_gap', 'press');
const OTHER = notice('gap-3', 'language_gap', 'radio');
const LOUD = notice('loud', 'loudness', 'press');

const table: [fact: string, notices: Notice[], dismissed: string[], shown: string[]][] = [
  ['a gap that is told twice is shown once, as it was told last', [GAP, AGAIN], [], ['gap-2']],
  ['gaps at two exhibits are two', [GAP, OTHER], [], ['gap-1', 'gap-3']],
  ['two kinds about one exhibit are two', [GAP, LOUD], [], ['gap-1', 'loud']],
  ['what was put away stays away', [GAP, LOUD], ['gap-1'], ['loud']]
];
it.each(table)('%s', (_fact, notices, dismissed, shown) =>
  expect(toldOnce(notices, new Set(dismissed)).map(({ id }) => id)).toEqual(shown)
);
