import { describe, expect, it } from 'vitest';
import { isTranscript, targetOf, type Known } from './names.ts';

const KNOWN: Known = {
  exhibits: [
    { id: 'v2', number: '123' },
    { id: 'v2-engine', number: '124' },
    { id: 'ida', number: '9' },
    { id: 'shop', number: null }
  ],
  languages: ['fr', 'en', 'pt-BR']
};

describe('the name of a file says', () => {
  const table: [name: string, exhibit: string, language: string, variant: string][] = [
    ['v2.en.mp3', 'v2', 'en', 'standard'],
    ['E09_fr.mp3', 'ida', 'fr', 'standard'],
    ['009 fr.wav', 'ida', 'fr', 'standard'],
    ['124-en-family.flac', 'v2-engine', 'en', 'family'],
    ['v2-engine.fr.opus', 'v2-engine', 'fr', 'standard'],
    ['V2_EN_audio-description.m4a', 'v2', 'en', 'audio-description'],
    ['shop.pt-BR.vtt', 'shop', 'pt-BR', 'standard'],
    ['ida.plain.fr.ogg', 'ida', 'fr', 'plain'],
    ['holiday.mp3', '', '', 'standard'],
    ['v2.mp3', 'v2', '', 'standard'],
    ['v22.en.mp3', '', 'en', 'standard']
  ];
  it.each(table)('%s', (name, exhibit, language, variant) =>
    expect(targetOf(name, KNOWN)).toEqual({ exhibit, language, variant })
  );
  it('whether it is a text', () => expect([isTranscript('a.VTT'), isTranscript('a.mp3')]).toEqual([true, false]));
});
