/** Files on their way: sent in pieces that may be interrupted, then listened to by the service, job by job. */
import { SvelteMap } from 'svelte/reactivity';
import { DetailedError, Upload, defaultOptions } from 'tus-js-client';
import { m } from '../paraglide/messages.js';
import { getLocale } from '../paraglide/runtime.js';
import { sentencesOf, type DeskCalls, type Job } from './desk-api.ts';
import { isTranscript, targetOf, type Known, type Target } from './names.ts';

const ENDPOINT = '/api/v1/uploads';
/** Small enough that little is lost with a piece, large enough that a film's sound takes no hundred requests. */
const PIECE = 4 * 1024 * 1024;
const RETRIES_MS = [0, 1000, 3000, 5000, 10_000, 20_000];
const LOOK_EVERY_MS = 700;

export type Phase = 'choose' | 'sending' | 'paused' | 'working' | 'ready' | 'failed';

export class Item {
  phase = $state<Phase>('choose');
  target = $state<Target>({ exhibit: '', language: '', variant: 'standard' });
  percent = $state(0);
  words = $state('');
  /** The job that failed, where it can be tried again with what came. */
  again = $state<string | null>(null);
  /** The file came and is no good: sent once more, it would be refused once more. */
  unfit = $state(false);
  readonly key: string;
  readonly name: string;
  readonly file: File | null;
  upload: Upload | null = null;

  constructor(key: string, name: string, file: File | null) {
    this.key = key;
    this.name = name;
    this.file = file;
  }

  get complete(): boolean {
    return this.target.exhibit !== '' && this.target.language !== '';
  }

  /** Whether sending the file once more may help, for the same track or another. */
  get sendable(): boolean {
    return this.file !== null && this.again === null && !this.unfit;
  }

  get over(): boolean {
    return this.phase === 'ready' || this.phase === 'failed';
  }
}

export class Uploads {
  readonly items = new SvelteMap<string, Item>();
  /** Names of files whose sending was broken off in an earlier life of this page. */
  interrupted = $state.raw<string[]>([]);
  readonly #calls: DeskCalls;
  readonly #made: (job: Job) => void;
  #count = 0;
  #closed = false;

  constructor(calls: DeskCalls, made: (job: Job) => void) {
    this.#calls = calls;
    this.#made = made;
  }

  /** What goes on from before the page was loaded: jobs that work, and files to be chosen again. */
  async recall(): Promise<void> {
    const stored = await defaultOptions.urlStorage.findAllUploads();
    this.interrupted = stored.map((one) => one.metadata['filename'] ?? '').filter(Boolean);
    const jobs = await this.#calls.jobs();
    if (jobs.kind !== 'ok') return;
    const hidden = hiddenJobs();
    for (const job of newestOf(jobs.data)) {
      if (job.state === 'ready' || hidden.includes(job.id)) continue;
      const item = new Item(job.id, job.track ?? '', null);
      item.phase = 'working';
      this.items.set(item.key, item);
      if (!this.#ended(item, job)) void this.#follow(item, job.id);
    }
  }

  /** Has a failed job begun anew with the file that came for it. */
  async retry(item: Item): Promise<void> {
    const job = item.again;
    if (job === null) return;
    item.again = null;
    item.phase = 'working';
    item.words = '';
    item.percent = 0;
    const begun = await this.#calls.retry(job);
    if (begun.kind === 'ok') return this.#follow(item, job);
    if (begun.kind === 'offline') item.again = job;
    this.#fail(item, begun.kind === 'offline' ? m.problem_offline() : sentencesOf(begun.problem));
  }

  add(files: Iterable<File>, known: Known): void {
    for (const file of files) {
      const item = new Item(`file-${(this.#count += 1)}`, file.name, file);
      item.target = targetOf(file.name, known);
      this.items.set(item.key, item);
      if (item.complete) this.start(item);
    }
  }

  start(item: Item): void {
    const { file } = item;
    if (!file) return;
    item.words = '';
    item.phase = 'sending';
    if (isTranscript(file.name)) void this.#sendText(item, file);
    else void this.#send(item, file);
  }

  async pause(item: Item): Promise<void> {
    item.phase = 'paused';
    await item.upload?.abort();
  }

  resume(item: Item): void {
    item.phase = 'sending';
    item.upload?.start();
  }

  /** Out of the list; what was sent of it is given up. */
  async drop(item: Item): Promise<void> {
    this.items.delete(item.key);
    if (item.file === null) hideJob(item.key);
    if (!item.over && item.phase !== 'working') await item.upload?.abort(true).catch(() => undefined);
  }

  dispose(): void {
    this.#closed = true;
    for (const item of this.items.values()) void item.upload?.abort();
  }

  async #send(item: Item, file: File): Promise<void> {
    const { exhibit, language, variant } = item.target;
    let job: string | null = null;
    const upload = new Upload(file, {
      endpoint: ENDPOINT,
      chunkSize: PIECE,
      retryDelays: RETRIES_MS,
      headers: { 'X-CSRF-Token': this.#calls.csrf, 'Accept-Language': getLocale() },
      metadata: { filename: file.name, exhibit, language, variant },
      // The same file for another track is another upload.
      fingerprint: (chosen) =>
        Promise.resolve(
          ['coupole', chosen.name, chosen.size, chosen.lastModified, exhibit, language, variant].join(' ')
        ),
      removeFingerprintOnSuccess: true,
      onProgress: (sent, total) => (item.percent = total > 0 ? (100 * sent) / total : 0),
      onAfterResponse: (_request, response) => {
        job = response.getHeader('Upload-Job')?.split('/').pop() ?? job;
      },
      onSuccess: () => {
        if (job !== null) void this.#follow(item, job);
        else this.#fail(item, m.problem_other());
      },
      onError: (error) => this.#fail(item, reasonOf(error))
    });
    item.upload = upload;
    const [before] = await upload.findPreviousUploads();
    if (before) upload.resumeFromPreviousUpload(before);
    this.interrupted = this.interrupted.filter((name) => name !== file.name);
    upload.start();
  }

  async #sendText(item: Item, file: File): Promise<void> {
    await this.#soundOf(item);
    if (!this.items.has(item.key)) return;
    const sent = await this.#calls.sendText({ ...item.target, transcript: await file.text() });
    if (sent.kind === 'ok') await this.#follow(item, sent.data.id);
    else this.#fail(item, sent.kind === 'offline' ? m.problem_offline() : sentencesOf(sent.problem));
  }

  /** A text whose sound is on its way waits for it: each replaces the whole track. */
  async #soundOf(text: Item): Promise<void> {
    const track = (one: Item): string => Object.values(one.target).join(' ');
    const open = (one: Item): boolean => !one.over && one.file !== null && !isTranscript(one.name);
    while (!this.#closed && [...this.items.values()].some((one) => open(one) && track(one) === track(text))) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Asks for a job until it has ended; a service that is restarting is asked again. */
  async #follow(item: Item, id: string): Promise<void> {
    item.phase = 'working';
    while (!this.#closed && this.items.has(item.key)) {
      const found = await this.#calls.job(id);
      if (found.kind === 'problem') return this.#fail(item, sentencesOf(found.problem));
      if (found.kind === 'ok' && this.#ended(item, found.data)) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  #ended(item: Item, job: Job): boolean {
    item.percent = job.percent;
    item.words = job.message ?? job.step;
    if (job.state === 'failed') {
      item.again = job.can_retry ? job.id : null;
      item.unfit = !job.can_retry;
      this.#fail(item, job.message ?? job.step);
    } else if (job.state === 'ready') {
      item.phase = 'ready';
      this.#made(job);
    }
    return item.over;
  }

  #fail(item: Item, words: string): void {
    item.phase = 'failed';
    item.words = words;
  }
}

/** The newest job of each track: what failed before something later was sent is told no more. */
const newestOf = (jobs: readonly Job[]): Job[] =>
  jobs.filter((job, at) => job.track !== null && jobs.findIndex((one) => one.track === job.track) === at);

const HIDDEN = 'coupole-desk-hidden-jobs';
const MOST_HIDDEN = 100;

/** Jobs whose failure somebody has read and put away, on this device. */
const hiddenJobs = (): string[] => localStorage.getItem(HIDDEN)?.split(' ') ?? [];
const hideJob = (job: string): void =>
  localStorage.setItem(HIDDEN, [...hiddenJobs(), job].slice(-MOST_HIDDEN).join(' '));

/** What the service said of an upload that it refused; what it could not say is the network's. */
function reasonOf(error: Error | DetailedError): string {
  const body = error instanceof DetailedError ? error.originalResponse?.getBody() : undefined;
  if (!body) return m.problem_offline();
  try {
    return sentencesOf(JSON.parse(body) as Parameters<typeof sentencesOf>[0]);
  } catch {
    return m.problem_other();
  }
}
