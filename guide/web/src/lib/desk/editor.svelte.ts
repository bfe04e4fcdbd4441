/** The text of one track while somebody edits it. */
import { m } from '../paraglide/messages.js';
import { sentencesOf, type DeskCalls, type Track } from './desk-api.ts';
import { cueOnLine, faultsOf, millisOf, newCue, readText, stampOf, writeText, type EditedText, type FaultKind } from './vtt.ts'; // prettier-ignore

const NEW_CUE_MS = 3000;
const LOOK_EVERY_MS = 700;
const EMPTY = 'WEBVTT\n';

export class Editor {
  text = $state<EditedText>(readText(EMPTY));
  state = $state<'loading' | 'ready' | 'saving'>('loading');
  trouble = $state('');
  conflict = $state(false);
  notes = $state.raw<readonly string[]>([]);
  /** What the service found at a cue, by its place. */
  refused = $state.raw<Record<number, string[]>>({});
  #saved = $state('');
  #tag = '';
  readonly #calls: DeskCalls;
  readonly #track: string;
  /** Length of the source, whose times a text has. */
  readonly #soundMs: number;

  constructor(calls: DeskCalls, track: Track) {
    this.#calls = calls;
    this.#track = track.id;
    const { measures } = track;
    this.#soundMs = track.duration_ms + (measures ? measures.lead_ms + measures.tail_ms : 0);
  }

  get changed(): boolean {
    return writeText(this.text).text !== this.#saved;
  }

  get faults(): FaultKind[][] {
    return faultsOf(this.text.cues, this.#soundMs);
  }

  async load(hasText: boolean): Promise<void> {
    this.state = 'loading';
    this.trouble = '';
    this.conflict = false;
    const found = hasText ? await this.#calls.transcript(this.#track) : await this.#none();
    if (found.kind === 'ok') this.#take(found.data.value, found.data.tag);
    else this.trouble = found.kind === 'offline' ? m.problem_offline() : sentencesOf(found.problem);
    this.state = 'ready';
  }

  discard(): void {
    this.text = readText(this.#saved);
    this.refused = {};
    this.trouble = '';
  }

  add(after: number): void {
    const { cues } = this.text;
    const from = millisOf(cues[after]?.end ?? '') ?? 0;
    const next = millisOf(cues[after + 1]?.start ?? '');
    const to = Math.min(from + NEW_CUE_MS, next !== null && next > from ? next : Infinity);
    cues.splice(after + 1, 0, newCue(stampOf(from), stampOf(to)));
    this.refused = {};
  }

  remove(index: number): void {
    this.text.cues.splice(index, 1);
    this.refused = {};
  }

  /** True where the service took it. */
  async save(): Promise<boolean> {
    const { text, lines } = writeText(this.text);
    this.state = 'saving';
    this.trouble = '';
    this.refused = {};
    const sent = await this.#calls.putTranscript(this.#track, text, this.#tag);
    this.state = 'ready';
    if (sent.kind === 'ok') {
      this.#tag = sent.data.tag;
      this.#saved = text;
      this.notes = sent.data.value.notes;
      if (sent.data.value.job) await this.#heardAgain(sent.data.value.job.id);
      this.conflict = false;
      return true;
    }
    if (sent.kind === 'offline') this.trouble = m.problem_offline();
    else if (sent.problem.status === 412) this.conflict = true;
    else this.#refuse(sent.problem, lines);
    return false;
  }

  /** Saves over what somebody else has saved meanwhile. */
  async insist(): Promise<boolean> {
    const tag = await this.#calls.tagOf(this.#track);
    if (tag.kind !== 'ok') return false;
    this.#tag = tag.data;
    return this.save();
  }

  /** The measuring that a new text brings about changes the track as well, and with it the tag. */
  async #heardAgain(job: string): Promise<void> {
    let open = true;
    while (open) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const found = await this.#calls.job(job);
      open = found.kind === 'offline' || (found.kind === 'ok' && !['ready', 'failed'].includes(found.data.state));
    }
    const tag = await this.#calls.tagOf(this.#track);
    if (tag.kind === 'ok') this.#tag = tag.data;
  }

  #refuse(problem: Parameters<typeof sentencesOf>[0], lines: readonly number[]): void {
    const at: Record<number, string[]> = {};
    const elsewhere = (problem.errors ?? []).filter(({ where, message }) => {
      const line = /:(\d+)$/.exec(where)?.[1];
      const cue = line === undefined ? -1 : cueOnLine(lines, Number(line));
      if (cue >= 0) (at[cue] ??= []).push(message);
      return cue < 0;
    });
    this.refused = at;
    this.trouble = sentencesOf({ ...problem, errors: elsewhere });
  }

  async #none(): ReturnType<DeskCalls['transcript']> {
    const tag = await this.#calls.tagOf(this.#track);
    return tag.kind === 'ok' ? { kind: 'ok', data: { value: EMPTY, tag: tag.data } } : tag;
  }

  #take(text: string, tag: string): void {
    this.text = readText(text);
    this.#saved = writeText(this.text).text;
    this.#tag = tag;
    this.notes = [];
    this.refused = {};
  }
}
