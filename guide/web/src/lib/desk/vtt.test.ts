import { describe, expect, it } from 'vitest';
import { cueOnLine, faultsOf, millisOf, newCue, readText, stampOf, wordsOf, writeText } from './vtt.ts';

const TEXT = `WEBVTT Ida

NOTE own text

00:00:01.000 --> 00:00:02.500 align:start
First.

intro-2
00:00:03.000 --> 00:00:04.000
<lang fr>Deux.
Encore.</lang>

NOTE the end

01:00:05.000 --> 01:00:06.000
<v Guide>Three</v> & four.

NOTE after all
`;

describe('a text', () => {
  it('is the same after reading and writing', () => expect(writeText(readText(TEXT)).text).toBe(TEXT));
  it('is read with windows’ line ends and a mark before it', () =>
    expect(readText(`\uFEFF${TEXT.replaceAll('\n', '\r\n')}`)).toMatchObject({ head: 'WEBVTT Ida' }));
  it('shows a language that holds for a whole cue, and leaves other marks in the words', () =>
    expect(readText(TEXT).cues.map(({ language, text }) => [language, text])).toEqual([
      ['', 'First.'],
      ['fr', 'Deux.\nEncore.'],
      ['', '<v Guide>Three</v> & four.']
    ]));
  it('knows the line of each cue', () => {
    const { lines } = writeText(readText(TEXT));
    expect(lines).toEqual([5, 8, 15]);
    expect([4, 5, 6, 11, 99].map((line) => cueOnLine(lines, line))).toEqual([-1, 0, 0, 1, 2]);
  });
  it('gives its words without marks', () =>
    expect(wordsOf(readText(TEXT).cues)).toBe('First.\n\nDeux.\nEncore.\n\nThree & four.'));
  it('never lets an empty line end a cue', () =>
    expect(writeText({ head: 'WEBVTT', cues: [{ ...newCue('0:01', '0:02'), text: 'a\n\nb' }], tail: '' }).text).toBe(
      'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na\nb\n'
    ));
});

describe('a time', () => {
  const table: [text: string, ms: number | null][] = [
    ['0:01.5', 1500],
    ['1:02,25', 62_250],
    ['01:00:05.000', 3_605_000],
    ['75:00', 4_500_000],
    ['0:61', null],
    ['soon', null],
    ['', null]
  ];
  it.each(table)('%s', (text, ms) => expect(millisOf(text)).toBe(ms));
  it('is written with hours only where there are any', () =>
    expect([stampOf(62_250), stampOf(3_605_000)]).toEqual(['1:02.250', '1:00:05.000']));
});

describe('a cue is at fault', () => {
  const cue = (start: string, end: string, text = 'Words.'): ReturnType<typeof newCue> => ({
    ...newCue(start, end),
    text
  });
  const table: [fact: string, cues: ReturnType<typeof newCue>[], faults: string[][]][] = [
    ['where its time is none', [cue('soon', '0:02')], [['start']]],
    ['where it ends before it begins', [cue('0:03', '0:02')], [['reversed']]],
    ['where it begins before the one above', [cue('0:03', '0:04'), cue('0:01', '0:02')], [[], ['order']]],
    ['where it begins after the sound', [cue('1:10', '1:12')], [['late']]],
    ['where it says nothing', [cue('0:01', '0:02', ' ')], [['empty']]],
    ['where its words look like a time', [cue('0:01', '0:02', 'a --> b')], [['arrow']]],
    ['nowhere, if two are right', [cue('0:01', '0:02'), cue('0:02', '0:03')], [[], []]]
  ];
  it.each(table)('%s', (_fact, cues, faults) => expect(faultsOf(cues, 60_000)).toEqual(faults));
});
