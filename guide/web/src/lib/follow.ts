/**
 * What the device does with an answer. `playing` says in full what should be heard now, so the device
 * compares it with what it plays and takes the few steps between the two; a lost answer loses nothing.
 */
import type { Answer, Playing } from './api.ts';

export type PlayerState = 'idle' | 'loading' | 'playing' | 'paused' | 'ended' | 'failed';

export interface FadeOut {
  at_ms: number;
  duration_ms: number;
}

/** What the player is doing, as `follow` sees it. */
export interface Heard {
  track: string | null;
  state: PlayerState;
  positionMs: number;
  fade: FadeOut | null;
}

/** What a player needs to know of a narration. */
export type Narration = Pick<Playing, 'track' | 'url' | 'alternates' | 'duration_ms' | 'gain_db'>;

export type Step =
  | { do: 'stop' }
  | { do: 'load'; playing: Narration; fromMs: number; play: boolean }
  | { do: 'seek'; toMs: number }
  | { do: 'pause' }
  | { do: 'resume' }
  | { do: 'fade'; fade: FadeOut }
  | { do: 'unfade' };

/**
 * Actions whose position the device takes over. With `continue` the device is the truth about playback:
 * following the answer's position there would pull the sound back by the age of its own report.
 */
const POSITIONED = new Set(['start', 'resume', 'switch']);

/** Nearer than this to the wished position the sound stays where it is: a retried answer must not stutter. */
const SAME_PLACE_MS = 1500;

export function follow(answer: Pick<Answer, 'playing' | 'action' | 'fade_out'>, heard: Heard): Step[] {
  const { playing } = answer;
  if (!playing) return heard.track === null ? [] : [{ do: 'stop' }];
  const positioned = POSITIONED.has(answer.action);
  if (playing.track !== heard.track || (positioned && heard.state === 'failed')) return load(playing, answer.fade_out);
  return [
    ...reposition(playing, heard, positioned),
    ...pauseOrResume(playing, heard),
    ...refade(answer.fade_out, heard)
  ];
}

function load(playing: Playing, fade: FadeOut | null): Step[] {
  const first: Step = { do: 'load', playing, fromMs: playing.position_ms, play: !playing.paused };
  return fade ? [first, { do: 'fade', fade }] : [first];
}

function reposition(playing: Playing, heard: Heard, positioned: boolean): Step[] {
  const away = heard.state === 'ended' || Math.abs(heard.positionMs - playing.position_ms) > SAME_PLACE_MS;
  return positioned && away ? [{ do: 'seek', toMs: playing.position_ms }] : [];
}

function pauseOrResume(playing: Playing, heard: Heard): Step[] {
  const sounding = heard.state === 'playing' || heard.state === 'loading';
  if (playing.paused) return sounding ? [{ do: 'pause' }] : [];
  return heard.state === 'paused' ? [{ do: 'resume' }] : [];
}

function refade(wanted: FadeOut | null, heard: Heard): Step[] {
  if (!wanted) return heard.fade ? [{ do: 'unfade' }] : [];
  const same = heard.fade?.at_ms === wanted.at_ms && heard.fade.duration_ms === wanted.duration_ms;
  return same ? [] : [{ do: 'fade', fade: wanted }];
}

/** The share of full volume at a position: 1 before the fade, falling in a straight line, 0 after it. */
export function fadeLevel(positionMs: number, fade: FadeOut | null): number {
  if (!fade || positionMs <= fade.at_ms) return 1;
  if (positionMs >= fade.at_ms + fade.duration_ms) return 0;
  return 1 - (positionMs - fade.at_ms) / fade.duration_ms;
}

/** How long a fade that is under way still takes, where an answer goes on to something else: it is heard to its end. */
export function fadeLeft(answer: Pick<Answer, 'playing'>, heard: Heard): number {
  const { fade, positionMs } = heard;
  if (!fade || heard.state !== 'playing' || answer.playing?.track === heard.track || positionMs < fade.at_ms) return 0;
  return Math.max(0, fade.at_ms + fade.duration_ms - positionMs);
}

/** How long a narration takes to go where something else cuts in; the service plans its own fades with as much. */
export const CUT_MS = 800;
/** The same where the visitor asked for something else: soft to the ear, and immediate to the hand. */
export const OWN_CUT_MS = 150;

/**
 * The fade that takes out what sounds, where an answer cuts it off; null where nothing is cut, and where a fade is
 * under way that nobody wants shorter. It goes down from where an earlier fade has brought the sound.
 */
export function cutOff(answer: Pick<Answer, 'playing'>, heard: Heard, own: boolean): FadeOut | null {
  if (heard.track === null || heard.state !== 'playing' || answer.playing?.track === heard.track) return null;
  const longest = own ? OWN_CUT_MS : CUT_MS;
  const left = fadeLeft(answer, heard);
  if (left > 0 && (!own || left <= OWN_CUT_MS)) return null;
  const level = fadeLevel(heard.positionMs, heard.fade);
  return level > 0 ? { at_ms: heard.positionMs - (1 - level) * longest, duration_ms: longest } : null;
}

/** How long the sound takes to come up where it does not begin at the beginning: no click, and no syllable lost. */
export const RISE_MS = 120;

/** The share of full volume after a sound went on at a position: 0 there, rising in a straight line. */
export function riseLevel(positionMs: number, fromMs: number | null): number {
  return fromMs === null ? 1 : Math.min(1, Math.max(0, (positionMs - fromMs) / RISE_MS));
}

/** A gain in decibels as an element's volume; a browser can only turn down. */
export function volumeOf(gainDb: number): number {
  return Math.min(1, 10 ** (gainDb / 20));
}

const TYPES: Record<string, string> = {
  opus: 'audio/ogg; codecs="opus"',
  ogg: 'audio/ogg; codecs="opus"',
  m4a: 'audio/mp4; codecs="mp4a.40.2"',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac'
};

/** The renditions this browser says it can play, best first; all of them where it knows none, to be tried. */
export function playable(playing: Pick<Playing, 'url' | 'alternates'>, canPlay: (type: string) => string): string[] {
  const all = [playing.url, ...playing.alternates].filter((url) => url !== null);
  const known = all.filter((url) => canPlay(TYPES[url.split('.').pop() ?? ''] ?? '') !== '');
  return known.length > 0 ? known : all;
}
