/** The draft's exhibits and tracks, as the desk lists them. */
import type { Outcome } from '../api.ts';
import { m } from '../paraglide/messages.js';
import { sentencesOf, type DeskCalls, type DraftExhibit, type Track } from './desk-api.ts';

export class Shelf {
  exhibits = $state.raw<DraftExhibit[]>([]);
  languages = $state.raw<string[]>([]);
  tracks = $state.raw<Track[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  trouble = $state('');
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

  of(exhibit: string, language: string): Track[] {
    return this.tracks.filter((track) => track.exhibit === exhibit && track.language === language);
  }

  #failed(outcome: Exclude<Outcome<unknown>, { kind: 'ok' }>): void {
    this.trouble = outcome.kind === 'offline' ? m.problem_offline() : sentencesOf(outcome.problem);
    if (this.state !== 'ready') this.state = 'failed';
  }
}
