import { describe, expect, it } from 'vitest';
import type { Site } from './api.ts';
import { codeOf, shelves } from './exhibits.ts';

const exhibit = (id: string, number: string | null, languages: string[]): Site['exhibits'][number] => ({
  id,
  number,
  title: { en: id },
  languages,
  advisories: null,
  image: null,
  credit: null
});
const zone = (id: string, on: string | null, level: string): Site['zones'][number] => ({
  id,
  exhibit: on,
  levels: [level],
  priority: 0,
  mode: 'auto',
  parts: []
});
const level = (id: string, ordinal: number): Site['levels'][number] => ({
  id,
  ordinal,
  name: { en: id },
  plan: null,
  plan_origin: null,
  plan_size: null,
  outline: null
});
const SITE = {
  languages: ['fr', 'en'],
  levels: [level('dome', 1), level('tunnel', -1)],
  zones: [zone('z2', 'v2', 'dome'), zone('z1', 'ida', 'tunnel'), zone('door', null, 'tunnel')],
  exhibits: [exhibit('v2', '110', ['fr', 'en']), exhibit('ida', '9', ['fr']), exhibit('book', null, [])]
} as unknown as Site;

describe('the list', () => {
  const told = shelves(SITE, ['en-GB'], 'en').map(
    ({ level: on, exhibits }) =>
      `${on?.id ?? '-'}: ${exhibits.map((one) => `${one.exhibit.id} ${one.audible}`).join(', ')}`
  );
  it('goes from the lowest level up, says what can be heard, and keeps what has no zone', () => {
    expect(told).toEqual(['tunnel: ida false', 'dome: v2 true', '-: book false']);
  });
  it.each([
    [0, '110'],
    [2, 'door']
  ])('zone %i is labelled %s', (index, code) => {
    const shown = SITE.zones[index];
    expect(shown && codeOf(shown, SITE)).toBe(code);
  });
});
