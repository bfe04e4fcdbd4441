/** An audio element of the page, and what it is doing. It decides nothing: `follow` does. */
import {
  fadeLevel,
  playable,
  RISE_MS,
  riseLevel,
  volumeOf,
  type FadeOut,
  type Heard,
  type Narration,
  type PlayerState,
  type Step
} from './follow.ts';
import type { PlayerReport } from './api.ts';

export type Happening = 'played' | 'paused' | 'completed' | 'failed';
type Listener = (what: Happening, track: string, positionMs: number) => void;

const BEAT_MS = 100;
/** While the volume goes up or down: in steps of a tenth of a second a fade is heard as stairs. */
export const FADE_BEAT_MS = 20;

export class Player {
  state = $state<PlayerState>('idle');
  positionMs = $state(0);
  /** True where the browser wants another touch before it lets sound out. */
  blocked = $state(false);
  #playing = $state.raw<Narration | null>(null);
  #fade = $state.raw<FadeOut | null>(null);

  readonly #audio: HTMLAudioElement;
  readonly #listener: Listener;
  #sources: string[] = [];
  #fromMs = 0;
  /** Where the sound goes on in the middle of its narration and comes up; null once it is up. */
  #riseFromMs: number | null = null;
  #wanted = false;
  #beat: ReturnType<typeof setInterval>;
  #fadeBeat: ReturnType<typeof setTimeout> | undefined;

  constructor(listener: Listener, rule = 'ours') {
    this.#listener = listener;
    this.#audio = document.createElement('audio');
    this.#audio.dataset.rule = rule;
    this.#audio.preload = 'auto';
    document.body.append(this.#audio);
    this.#audio.addEventListener('loadedmetadata', () => this.#place());
    this.#audio.addEventListener('playing', () => this.#sounding());
    this.#audio.addEventListener('waiting', () => this.#waiting());
    this.#audio.addEventListener('pause', () => this.#interrupted());
    this.#audio.addEventListener('ended', () => this.#ended());
    this.#audio.addEventListener('error', () => this.#failed());
    this.#beat = setInterval(() => this.#measure(), BEAT_MS);
  }

  get track(): string | null {
    return this.#playing?.track ?? null;
  }

  get durationMs(): number {
    return this.#playing?.duration_ms ?? 0;
  }

  /** Goes on without a sound, so that it may be heard again at any moment. */
  mute(yes: boolean): void {
    this.#audio.muted = yes;
  }

  /** A short sound of its own, unless a narration is on: something is on offer. */
  chime(url: string | null, alternates: readonly string[], gainDb: number): void {
    if (this.#wanted || this.#audio.muted) return;
    const [source] = playable({ url, alternates: [...alternates] }, (type) => this.#audio.canPlayType(type));
    if (source === undefined) return;
    const bell = new Audio(source);
    bell.volume = volumeOf(gainDb);
    bell.play().catch(() => undefined); // the card on the page asks as well
  }

  /** What is heard at this very moment: a fade that began where the last beat was would begin with a step. */
  heard(): Heard {
    this.#measure();
    return { track: this.track, state: this.state, positionMs: this.positionMs, fade: this.#fade };
  }

  report(): PlayerReport {
    const track = this.track;
    if (track === null) return { state: 'idle' };
    return { state: this.state, track, position_ms: Math.round(this.positionMs) };
  }

  /** Called inside the visitor's first touch: a browser lets an element sound later only if it sounded then. */
  unlock(): void {
    this.#audio.src = '/silence.wav';
    this.#audio.play().catch(() => undefined);
  }

  take(step: Step): void {
    if (step.do === 'load') this.#load(step.playing, step.fromMs, step.play);
    else if (step.do === 'stop') this.#stop();
    else if (step.do === 'seek') this.seek(step.toMs, true);
    else if (step.do === 'pause') this.pause();
    else if (step.do === 'resume') this.resume();
    else {
      this.#fade = step.do === 'fade' ? step.fade : null;
      this.#measure();
    }
  }

  pause(): void {
    this.#wanted = false;
    this.state = 'paused';
    this.#audio.pause();
    this.#tell('paused');
  }

  resume(): void {
    if (this.track === null) return;
    this.#wanted = true;
    this.state = 'loading';
    this.#play();
  }

  seek(toMs: number, thenPlay = false): void {
    const last = Math.max(0, this.durationMs - 200);
    this.positionMs = Math.min(Math.max(0, toMs), last);
    this.#fade = null;
    this.#riseFromMs = this.positionMs > 0 ? this.positionMs : null;
    this.#audio.currentTime = this.positionMs / 1000;
    this.#setVolume();
    if (thenPlay) this.resume();
  }

  dispose(): void {
    clearInterval(this.#beat);
    clearTimeout(this.#fadeBeat);
    this.#stop();
    this.#audio.remove();
  }

  #load(playing: Narration, fromMs: number, play: boolean): void {
    this.#playing = playing;
    this.#sources = playable(playing, (type) => this.#audio.canPlayType(type));
    this.#fade = null;
    this.#fromMs = fromMs;
    this.#riseFromMs = fromMs > 0 ? fromMs : null;
    this.positionMs = fromMs;
    this.#wanted = play;
    this.state = play ? 'loading' : 'paused';
    this.#open();
  }

  #open(): void {
    const url = this.#sources.shift();
    if (url === undefined) {
      this.state = 'failed';
      this.#wanted = false;
      this.#tell('failed');
      return;
    }
    this.#audio.src = url;
    this.#setVolume();
    if (this.#wanted) this.#play();
  }

  #stop(): void {
    this.#playing = null;
    this.#wanted = false;
    this.#fade = null;
    this.#riseFromMs = null;
    this.state = 'idle';
    this.positionMs = 0;
    this.blocked = false;
    this.#audio.pause();
    this.#audio.removeAttribute('src');
    this.#audio.load();
  }

  #play(): void {
    this.#audio.play().catch((reason: unknown) => {
      // A newer load or pause cuts the older promise short, which is as it should be.
      if (!(reason instanceof DOMException) || reason.name !== 'NotAllowedError') return;
      this.blocked = true;
      this.#wanted = false;
      this.state = 'paused';
    });
  }

  #place(): void {
    if (this.track !== null && this.#fromMs > 0) this.#audio.currentTime = this.#fromMs / 1000;
  }

  #sounding(): void {
    if (this.track === null || !this.#wanted) return;
    this.blocked = false;
    if (this.state !== 'playing') this.#tell('played');
    this.state = 'playing';
    this.#measure();
  }

  #waiting(): void {
    if (this.#wanted && this.state === 'playing') this.state = 'loading';
  }

  /** Somebody else stopped the sound: headphones pulled out, a telephone call. */
  #interrupted(): void {
    if (this.#wanted && !this.#audio.ended && this.state === 'playing') {
      this.#wanted = false;
      this.state = 'paused';
      this.#tell('paused');
    }
  }

  #ended(): void {
    if (this.track === null) return;
    this.#wanted = false;
    this.state = 'ended';
    this.positionMs = this.durationMs;
    this.#tell('completed');
  }

  #failed(): void {
    if (this.track === null) return;
    this.#fromMs = this.positionMs;
    this.#riseFromMs = this.positionMs > 0 ? this.positionMs : null;
    this.#open();
  }

  #measure(): void {
    if (this.state !== 'playing' || this.#audio.seeking) return;
    this.positionMs = this.#audio.currentTime * 1000;
    if (this.#riseFromMs !== null && this.positionMs >= this.#riseFromMs + RISE_MS) this.#riseFromMs = null;
    this.#setVolume();
    clearTimeout(this.#fadeBeat);
    const turning = this.#riseFromMs !== null || (this.#fade !== null && this.positionMs > this.#fade.at_ms - BEAT_MS);
    if (turning) this.#fadeBeat = setTimeout(() => this.#measure(), FADE_BEAT_MS);
  }

  #setVolume(): void {
    const full = volumeOf(this.#playing?.gain_db ?? 0);
    this.#audio.volume = full * fadeLevel(this.positionMs, this.#fade) * riseLevel(this.positionMs, this.#riseFromMs);
  }

  #tell(what: Happening): void {
    if (this.track !== null) this.#listener(what, this.track, Math.round(this.positionMs));
  }
}
