import { describe, expect, it } from 'vitest';
import type { Answer, Playing } from './api.ts';
import {
  CUT_MS,
  cutOff,
  fadeLeft,
  fadeLevel,
  follow,
  OWN_CUT_MS,
  playable,
  riseLevel,
  volumeOf,
  type Heard,
  type Step
} from './follow.ts';

const V2: Playing = {
  exhibit: 'v2',
  number: '101',
  title: 'The V-2',
  track: 'v2.en',
  paused: false,
  language: 'en',
  requested: 'en',
  fallback: false,
  text_language: null,
  url: '/api/v1/media/aa.opus',
  alternates: ['/api/v1/media/bb.m4a'],
  transcript: null,
  duration_ms: 60_000,
  position_ms: 0,
  gain_db: 0
};
const SILENT: Heard = { track: null, state: 'idle', positionMs: 0, fade: null };
const HEARING: Heard = { track: 'v2.en', state: 'playing', positionMs: 20_000, fade: null };
const FADE = { at_ms: 30_000, duration_ms: 800 };

type Told = Pick<Answer, 'playing' | 'action' | 'fade_out'>;
const answer = (action: Answer['action'], playing: Partial<Playing> | null, fade: Answer['fade_out'] = null): Told => ({
  action,
  playing: playing && { ...V2, ...playing },
  fade_out: fade
});
const done = (steps: Step[]): string[] => steps.map((step) => step.do);

describe('following an answer', () => {
  const table: [fact: string, told: Told, heard: Heard, steps: string[]][] = [
    ['silence asks nothing of a silent device', answer('none', null), SILENT, []],
    ['silence stops what is heard', answer('stop', null), HEARING, ['stop']],
    ['a start loads the narration', answer('start', {}), SILENT, ['load']],
    [
      'a narration in full is taken up even where its start was lost',
      answer('continue', { position_ms: 9000 }),
      SILENT,
      ['load']
    ],
    ['what goes on is left alone', answer('continue', { position_ms: 15_000 }), HEARING, []],
    ['a retried start does not stutter', answer('start', { position_ms: 19_500 }), HEARING, []],
    ['a replay goes back to the beginning', answer('start', { position_ms: 0 }), HEARING, ['seek']],
    ['a switch loads the other track', answer('switch', { track: 'v1.en' }), HEARING, ['load']],
    ['a pause by another hand is followed', answer('pause', { paused: true }), HEARING, ['pause']],
    ['a pause is not said twice', answer('none', { paused: true }), { ...HEARING, state: 'paused' }, []],
    ['a resume is followed', answer('resume', { position_ms: 20_000 }), { ...HEARING, state: 'paused' }, ['resume']],
    [
      'an ended narration is not begun again by a late answer',
      answer('continue', {}),
      { ...HEARING, state: 'ended' },
      []
    ],
    ['an ended narration is heard again when asked for', answer('start', {}), { ...HEARING, state: 'ended' }, ['seek']],
    ['what cannot be played is not tried at every poll', answer('continue', {}), { ...HEARING, state: 'failed' }, []],
    [
      'what could not be played is tried again when asked for',
      answer('start', {}),
      { ...HEARING, state: 'failed' },
      ['load']
    ],
    ['a fade is taken up', answer('continue', {}, FADE), HEARING, ['fade']],
    ['a fade is taken up once', answer('continue', {}, FADE), { ...HEARING, fade: FADE }, []],
    ['a fade that is called off is undone', answer('continue', {}), { ...HEARING, fade: FADE }, ['unfade']],
    ['a fade is known after a reload too', answer('continue', {}, FADE), SILENT, ['load', 'fade']]
  ];
  it.each(table)('%s', (_fact, told, heard, steps) => {
    expect(done(follow(told, heard))).toEqual(steps);
  });

  it('loads where the narration stands, and stays quiet when it is paused', () => {
    expect(follow(answer('none', { position_ms: 5000, paused: true }), SILENT)).toMatchObject([
      { do: 'load', fromMs: 5000, play: false }
    ]);
  });
});

describe('fading', () => {
  it.each([
    [29_999, 1],
    [30_400, 0.5],
    [30_800, 0],
    [31_000, 0]
  ])('at %i ms the sound is at %f', (position, level) => {
    expect(fadeLevel(position, FADE)).toBeCloseTo(level);
  });
  it('needs a fade', () => expect(fadeLevel(99_000, null)).toBe(1));
});

describe('what comes after a fade', () => {
  const fading = (positionMs: number): Heard => ({ track: 'ida.en', state: 'playing', positionMs, fade: FADE });
  it.each([
    ['waits until it is over', fading(30_300), V2, 500],
    ['silence waits too', fading(30_300), null, 500],
    ['begins at once when it is over', fading(30_900), V2, 0],
    ['begins at once before it', fading(29_900), V2, 0],
    ['begins at once where nothing sounds', { ...fading(30_300), state: 'paused' as const }, V2, 0],
    ['the same narration goes on', { ...fading(30_300), track: V2.track }, V2, 0],
    ['begins at once without one', { ...fading(30_300), fade: null }, V2, 0]
  ])('%s', (_, heard, playing, left) => {
    expect(fadeLeft({ playing }, heard)).toBe(left);
  });
});

describe('what something else cuts off', () => {
  const other: Playing = { ...V2, track: 'ida.en' };
  const at = (positionMs: number, fade: Heard['fade'] = null): Heard => ({ ...HEARING, positionMs, fade });
  it.each<[string, Heard, Playing | null, boolean, Heard['fade']]>([
    ['fades from here', at(20_000), other, false, { at_ms: 20_000, duration_ms: CUT_MS }],
    ['fades briefly by the own hand', at(20_000), other, true, { at_ms: 20_000, duration_ms: OWN_CUT_MS }],
    ['fades before silence too', at(20_000), null, true, { at_ms: 20_000, duration_ms: OWN_CUT_MS }],
    ['does not wait for a planned fade', at(20_000, FADE), other, false, { at_ms: 20_000, duration_ms: CUT_MS }],
    ['keeps the fade that is under way', at(30_200, FADE), other, false, null],
    ['hurries it by the own hand', at(30_400, FADE), other, true, { at_ms: 30_325, duration_ms: OWN_CUT_MS }],
    ['needs nothing where it is out', at(30_900, FADE), other, true, null],
    ['is not cut where it goes on', at(20_000), V2, true, null],
    ['is not heard while it pauses', { ...at(20_000), state: 'paused' }, other, true, null],
    ['is not there', SILENT, other, false, null]
  ])('%s', (_, heard, playing, own, fade) => {
    expect(cutOff({ playing }, heard, own)).toEqual(fade);
  });
  it('goes down from where the earlier fade has brought it', () => {
    const heard = at(30_400, FADE);
    expect(fadeLevel(heard.positionMs, cutOff({ playing: other }, heard, true))).toBeCloseTo(
      fadeLevel(heard.positionMs, FADE)
    );
  });
});

describe('going on in the middle', () => {
  it.each([
    [17_990, 0],
    [18_000, 0],
    [18_030, 0.25],
    [18_120, 1],
    [30_000, 1]
  ])('at %i ms the sound is at %f', (position, level) => {
    expect(riseLevel(position, 18_000)).toBeCloseTo(level);
  });
  it('a beginning is at full volume', () => expect(riseLevel(0, null)).toBe(1));
});

describe('volume', () => {
  it('turns down by decibels', () => expect(volumeOf(-6)).toBeCloseTo(0.501, 3));
  it('never turns up', () => expect(volumeOf(6)).toBe(1));
});

describe('renditions', () => {
  const browser = (known: string) => (type: string) => (type.includes(known) ? 'probably' : '');
  it.each([
    ['opus', ['/api/v1/media/aa.opus']],
    ['mp4', ['/api/v1/media/bb.m4a']],
    ['flac', ['/api/v1/media/aa.opus', '/api/v1/media/bb.m4a']]
  ])('a browser that plays %s gets %j', (known, urls) => {
    expect(playable(V2, browser(known))).toEqual(urls);
  });
  it('a narration of text alone has none', () => {
    expect(playable({ url: null, alternates: [] }, browser('opus'))).toEqual([]);
  });
});
