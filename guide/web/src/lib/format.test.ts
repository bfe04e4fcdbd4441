import { describe, expect, it } from 'vitest';
import { clock, dayOf, inLanguage, nameIn, ownName, timeOfDay } from './format.ts';

describe('words', () => {
  it.each([
    [0, '0:00'],
    [72_400, '1:12'],
    [3_600_000, '60:00'],
    [-5, '0:00']
  ])('%i ms reads %s', (ms, text) => expect(clock(ms)).toBe(text));

  it.each([
    ['fr', 'Français'],
    ['nl', 'Nederlands'],
    ['de', 'Deutsch']
  ])('%s calls itself %s', (language, name) => expect(ownName(language)).toBe(name));

  it('names a language for the reader', () => expect(nameIn('nl', 'fr')).toBe('néerlandais'));
  it('keeps a language that nobody can name', () => expect(nameIn('not a tag', 'en')).toBe('not a tag'));

  it('takes the first language there is', () => {
    const title = { fr: 'Le V-2', nl: 'De V-2' };
    expect(inLanguage(title, 'en', 'nl')).toEqual({ text: 'De V-2', language: 'nl' });
    expect(inLanguage(title, 'en')).toEqual({ text: 'Le V-2', language: 'fr' });
    expect(inLanguage({}, 'en')).toEqual({ text: '', language: '' });
  });

  it.each([
    ['2026-05-04', 'en', '4 May 2026'],
    ['2026-05-04', 'fr', '4 mai 2026'],
    ['soon', 'en', 'soon']
  ])('the day %s reads in %s', (date, reader, text) => expect(dayOf(date, reader)).toBe(text));

  it('tells the time of the museum', () => {
    expect(timeOfDay('2026-11-22T10:00:12Z', 'fr', 'Europe/Paris')).toBe('11:00:12');
  });
});
