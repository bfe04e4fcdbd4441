import { describe, expect, it } from 'vitest';
import { cueAt, parseTranscript } from './transcript.ts';

const VTT = `WEBVTT - The V-2

NOTE spoken by a synthesiser

intro
00:00.500 --> 00:03.250 align:start
Beneath five metres of concrete,
engineers planned

01:00:04.000 --> 01:00:06.000
<lang fr>Les fusées</lang> &amp; <b>the</b> <v Anna>hall
`;

describe('a transcript', () => {
  const cues = parseTranscript(VTT);
  it('has a cue for each block with times, on one line', () => {
    expect(cues).toEqual([
      { startMs: 500, endMs: 3250, text: 'Beneath five metres of concrete, engineers planned', language: null },
      { startMs: 3_604_000, endMs: 3_606_000, text: 'Les fusées & the hall', language: 'fr' }
    ]);
  });
  it('is read with the line ends of any system', () => {
    expect(parseTranscript(VTT.replaceAll('\n', '\r\n'))).toEqual(cues);
  });
  it('of nothing but its heading is empty', () => expect(parseTranscript('WEBVTT\n')).toEqual([]));

  it.each([
    [0, -1],
    [500, 0],
    [60_000, 0],
    [3_605_000, 1]
  ])('at %i ms shows cue %i, and keeps it through silence', (position, index) => {
    expect(cueAt(cues, position)).toBe(index);
  });
});
