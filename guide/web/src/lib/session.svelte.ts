/**
 * One visit in this page: polls, follows, reports, and holds what the page shows. All decisions are the
 * service's; this class only carries them out and says in words when it cannot.
 */
import { SvelteSet } from 'svelte/reactivity';
import { announcer } from './announcer.svelte.ts';
import {
  createVisit,
  fetchText,
  VisitCalls,
  type Answer,
  type CommandBody,
  type NewVisit,
  type Playing,
  type PollBody,
  type Problem
} from './api.ts';
import { Exchange, type Result } from './exchange.ts';
import { cutOff, fadeLeft, follow } from './follow.ts';
import { forget, keep, kept } from './keeper.ts';
import { FADE_BEAT_MS, Player } from './player.svelte.ts';
import { PlaybackLog } from './playback-log.ts';
import { isOver, whyOver, wordsFor } from './problems.ts';
import { toldOnce } from './notices.ts';
import { now, waitOrOnline } from './handset.ts';
import { m } from './paraglide/messages.js';
import { parseTranscript, type Cue } from './transcript.ts';

export type Phase = 'welcome' | 'starting' | 'running' | 'ended';
export type Where = Pick<PollBody, 'x' | 'y' | 'level' | 'accuracy' | 'place'>;

export interface Surroundings {
  simulated: boolean;
  /** Where the visitor is now; empty where nothing says so, which makes the poll a mere tick. */
  where(): Where;
  /** Milliseconds between polls; null leaves it to the service. */
  period(): number | null;
  /** The positioning profile to ask for; null leaves it to the site. */
  profile(): string | null;
}

export class VisitSession {
  phase = $state<Phase>('welcome');
  answer = $state.raw<Answer | null>(null);
  languages = $state.raw<string[]>([]);
  online = $state(true);
  /** What went wrong, in words; gone when the next thing works. */
  trouble = $state('');
  /** Why the visit is over, where it was not the visitor who ended it. */
  farewell = $state('');
  cues = $state.raw<Cue[]>([]);
  heard = new SvelteSet<string>();
  dismissed = new SvelteSet<string>();
  readonly player: Player;

  #id = '';
  #calls: VisitCalls | null = null;
  #exchange: Exchange | null = null;
  #log = new PlaybackLog();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** An answer that waits for a fade to end. */
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #transcript: string | null = null;
  #announced = new SvelteSet<string>();
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
    this.player = new Player((what, track, positionMs) => {
      this.#log.add(what, track, positionMs);
      if (what === 'completed') {
        const exhibit = this.answer?.playing?.exhibit;
        if (exhibit) this.heard.add(exhibit);
        void this.#poll();
      }
    });
  }

  get id(): string {
    return this.#id;
  }

  get calls(): VisitCalls | null {
    return this.#calls;
  }

  get playing(): Playing | null {
    return this.answer?.playing ?? null;
  }

  get notices(): Answer['notices'] {
    return toldOnce(this.answer?.notices ?? [], this.dismissed);
  }

  /** The visit this tab had before it was loaded again. */
  get interrupted(): boolean {
    return !this.#around.simulated && kept() !== null;
  }

  /** Must be called inside the visitor's touch, or the browser keeps the sound locked. */
  async start(languages: string[], child = false): Promise<void> {
    this.player.unlock();
    this.phase = 'starting';
    const outcome = await createVisit(this.#wish(languages, child));
    if (outcome.kind === 'ok') {
      const { id, key } = outcome.data;
      this.#run(id, key ?? '', 1, languages);
      return;
    }
    this.phase = 'welcome';
    this.#complain(outcome.kind === 'offline' ? m.problem_offline_start() : wordsFor(outcome.problem));
  }

  resumeInterrupted(): void {
    const before = kept();
    if (!before) return;
    this.player.unlock();
    this.#run(before.visit, before.key, before.nextSeq, before.languages);
  }

  play(exhibit: string): void {
    this.#command({ do: 'play', exhibit });
  }

  toggle(): void {
    const { player } = this;
    if (player.state === 'playing' || player.state === 'loading') {
      player.pause();
      this.#command({ do: 'pause' });
    } else if (player.blocked && this.playing?.paused === false) {
      player.resume();
    } else {
      player.resume();
      this.#command({ do: 'resume' });
    }
  }

  skip(): void {
    this.#command({ do: 'skip' });
  }

  replay(): void {
    this.#command({ do: 'replay' });
  }

  nudge(byMs: number): void {
    if (this.playing) this.player.seek(this.player.positionMs + byMs);
  }

  async changeLanguages(languages: string[], now: boolean): Promise<boolean> {
    const outcome = await this.#calls?.change({ languages, now });
    if (outcome?.kind !== 'ok') {
      this.#complain(outcome?.kind === 'problem' ? wordsFor(outcome.problem) : m.problem_offline());
      return false;
    }
    this.languages = languages;
    this.trouble = '';
    void this.#poll();
    return true;
  }

  /** The visitor understands one more language after all, and wants to hear an exhibit in it. */
  async understand(language: string, exhibit: string): Promise<void> {
    if (await this.changeLanguages([...this.languages, language], false)) this.play(exhibit);
  }

  async end(): Promise<void> {
    const calls = this.#calls;
    this.#close('');
    await calls?.end();
  }

  again(): void {
    this.phase = 'welcome';
    this.farewell = '';
    this.heard.clear();
  }

  dispose(): void {
    this.#exchange?.close();
    clearTimeout(this.#timer);
    clearTimeout(this.#waiting);
    this.player.dispose();
  }

  #wish(languages: string[], child: boolean): NewVisit {
    const profile = this.#around.profile();
    return {
      languages,
      simulated: this.#around.simulated,
      hearing: child ? 'child' : 'standard',
      ...(profile === null ? {} : { profile })
    } as NewVisit;
  }

  #run(id: string, key: string, firstSeq: number, languages: string[]): void {
    const calls = new VisitCalls(id, key);
    this.#id = id;
    this.#calls = calls;
    this.#log = new PlaybackLog();
    this.languages = languages;
    this.trouble = '';
    this.farewell = '';
    this.#exchange = new Exchange(calls, {
      firstSeq,
      remember: (nextSeq) => {
        if (!this.#around.simulated) keep({ visit: id, key, nextSeq, languages: this.languages });
      },
      connected: (yes) => this.#connected(yes),
      wait: waitOrOnline
    });
    this.phase = 'running';
    void this.#poll();
  }

  async #poll(): Promise<void> {
    clearTimeout(this.#timer);
    const began = performance.now();
    const exchange = this.#exchange;
    const result = await exchange?.poll(() => this.#fix());
    // Another visit, or an earlier poll that was asked for out of turn, keeps the beat now.
    clearTimeout(this.#timer);
    if (!result || exchange !== this.#exchange || this.phase !== 'running') return;
    this.#take(result);
    if (this.phase !== 'running') return;
    if (this.#calls) void this.#log.send(this.#calls);
    const period = this.#around.period() ?? this.answer?.poll_after_ms ?? 1000;
    this.#timer = setTimeout(() => void this.#poll(), Math.max(50, period - (performance.now() - began)));
  }

  #fix(): Omit<PollBody, 'seq'> {
    return { at: now(), ...this.#around.where(), player: this.player.report() };
  }

  #command(what: Pick<CommandBody, 'do'> & { exhibit?: string }): void {
    const exchange = this.#exchange;
    if (this.phase !== 'running' || !exchange) return;
    void exchange
      .command(() => ({ at: now(), ...what }))
      .then((result) => {
        if (!result || exchange !== this.#exchange) return;
        if (result.kind === 'ok') this.trouble = '';
        this.#take(result, true);
      });
  }

  /** What sounds is heard to its end, or fades first: briefly where the visitor asked for something else. */
  #take(result: Result, own = false): void {
    clearTimeout(this.#waiting);
    if (result.kind === 'problem') {
      this.#refused(result.problem);
      return;
    }
    const answer = result.data;
    // An answer to an older poll, while a command waits, cuts nothing: it speaks of what has just been changed.
    const fade = this.#exchange?.commanding ? null : cutOff(answer, this.player.heard(), own);
    if (fade) this.player.take({ do: 'fade', fade });
    const left = fadeLeft(answer, this.player.heard());
    if (left > 0) this.#waiting = setTimeout(() => this.#obey(answer), left + FADE_BEAT_MS);
    else this.#obey(answer);
  }

  #obey(answer: Answer): void {
    // While a command waits, an answer to an older poll speaks of what the visitor has just changed.
    if (!this.#exchange?.commanding) {
      for (const step of follow(answer, this.player.heard())) this.player.take(step);
    }
    this.#announce(answer);
    this.answer = answer;
    void this.#readTranscript(answer.playing);
  }

  #refused(problem: Problem): void {
    if (isOver(problem)) this.#close(whyOver(problem));
    else this.#complain(wordsFor(problem));
  }

  #close(farewell: string): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#waiting);
    this.#exchange?.close();
    this.#exchange = null;
    this.#calls = null;
    this.player.take({ do: 'stop' });
    this.answer = null;
    this.cues = [];
    this.#transcript = null;
    this.farewell = farewell;
    this.phase = 'ended';
    forget();
    announcer.say(farewell || m.ended_title());
  }

  #complain(words: string): void {
    this.trouble = words;
    announcer.say(words);
  }

  #connected(yes: boolean): void {
    if (this.online !== yes) announcer.say(yes ? m.status_online() : m.status_offline());
    this.online = yes;
  }

  #announce(answer: Answer): void {
    const before = this.playing;
    if (answer.playing && answer.playing.track !== before?.track) {
      announcer.say(m.announce_playing({ title: answer.playing.title }));
    }
    for (const notice of answer.notices) this.#once(notice.id, notice.text);
    const { offer } = answer;
    if (!offer || this.#announced.has(offer.id)) return;
    this.player.chime(offer.chime, offer.chime_alternates, offer.gain_db);
    this.#once(offer.id, m.announce_offer({ title: offer.title }));
  }

  #once(id: string, sentence: string): void {
    if (this.#announced.has(id)) return;
    this.#announced.add(id);
    announcer.say(sentence);
  }

  async #readTranscript(playing: Playing | null): Promise<void> {
    const url = playing?.transcript ?? null;
    if (url === this.#transcript) return;
    this.#transcript = url;
    this.cues = [];
    const text = url === null ? null : await fetchText(url);
    if (text !== null && url === this.#transcript) this.cues = parseTranscript(text);
  }
}
