/** The draft's exhibits and tracks, as the desk lists them. */
import { announcer } from '../announcer.svelte.ts';
import type { Outcome } from '../api.ts';
import { inLanguage, nameIn } from '../format.ts';
import { m } from '../paraglide/messages.js';
import { getLocale } from '../paraglide/runtime.js';
import { sentencesOf, type DeskCalls, type DraftExhibit, type Track } from './desk-api.ts';

export interface Edit {
  words: string;
  /** The draft as the edit left it: whoever steps it back must have seen no other. */
  tag: string;
  /** The track as it was named before, which is there again once the edit is stepped back. */
  track: string;
}

export class Shelf {
  exhibits = $state.raw<DraftExhibit[]>([]);
  languages = $state.raw<string[]>([]);
  tracks = $state.raw<Track[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  trouble = $state('');
  /** The last edit made here, as long as it can be stepped back. */
  last = $state.raw<Edit | null>(null);
  readonly calls: DeskCalls;

  constructor(calls: DeskCalls) {
    this.calls = calls;
  }

  async load(): Promise<void> {
    const [languages, exhibits] = await Promise.all([this.calls.languages(), this.calls.exhibits()]);
    if (languages.kind !== 'ok') return this.#failed(languages);
    if (exhibits.kind !== 'ok') return this.#failed(exhibits);
    this.languages = languages.data;
    this.exhibits = exhibits.data.sort((a, b) => Number(a.number ?? Infinity) - Number(b.number ?? Infinity));
    await this.refresh();
  }

  /** The tracks anew: something has been made, changed or taken away. */
  async refresh(): Promise<void> {
    const tracks = await this.calls.tracks();
    if (tracks.kind !== 'ok') return this.#failed(tracks);
    this.tracks = tracks.data;
    this.trouble = '';
    this.state = 'ready';
  }

  /** What was done, in words; it can be stepped back until something else is done. */
  did(edit: Edit): void {
    this.last = edit.tag ? edit : null;
    announcer.say(edit.words);
  }

  /** The track that is there again, if the edit could be stepped back. */
  async undo(): Promise<string | null> {
    const { last } = this;
    if (!last) return null;
    this.last = null;
    const undone = await this.calls.undo(last.tag);
    if (undone.kind === 'ok') announcer.say(m.undo_done());
    await this.refresh();
    if (undone.kind === 'ok') return last.track;
    this.#failed(undone);
    return null;
  }

  /** A track by its exhibit's title and its language, as people say it. */
  named(track: { exhibit: string; language: string }): { title: string; language: string } {
    const reader = getLocale();
    const exhibit = this.exhibits.find((one) => one.id === track.exhibit);
    const title = exhibit ? inLanguage(exhibit.title, reader, ...this.languages).text : track.exhibit;
    return { title, language: nameIn(track.language, reader) };
  }

  of(exhibit: string, language: string): Track[] {
    return this.tracks.filter((track) => track.exhibit === exhibit && track.language === language);
  }

  #failed(outcome: Exclude<Outcome<unknown>, { kind: 'ok' }>): void {
    this.trouble = outcome.kind === 'offline' ? m.problem_offline() : sentencesOf(outcome.problem);
    if (this.state !== 'ready') this.state = 'failed';
  }
}
