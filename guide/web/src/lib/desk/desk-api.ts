/** The calls of the curator's desk: with the session's cookie, and its token where something is changed. */
import { client, outcome, type Got, type Outcome, type Problem, type Reply } from '../api.ts';
import { m } from '../paraglide/messages.js';
import { getLocale } from '../paraglide/runtime.js';

export type Session = Got<'/api/v1/session', 'get', 200>;
export type Track = Got<'/api/v1/tracks', 'get', 200>['items'][number];
export type Job = Got<'/api/v1/jobs', 'get', 200>['items'][number];

export interface DraftExhibit {
  id: string;
  number: string | null;
  title: Record<string, string>;
}

export type Taken = Got<'/api/v1/tracks/{track}/transcript', 'put', 200>;

export interface Tagged<T> {
  value: T;
  /** What an edit must name, so that nobody's edit is lost. */
  tag: string;
}

/** More than a museum has; the lists come in pages of this size. */
const PAGE = 500;
const CSRF = 'X-CSRF-Token';

export const signIn = (email: string, password: string): Promise<Outcome<Session>> =>
  outcome(client.POST('/api/v1/session', { body: { email, password } }));

export const readSession = (): Promise<Outcome<Session>> => outcome(client.GET('/api/v1/session'));

export class DeskCalls {
  readonly csrf: string;

  constructor(session: Session) {
    this.csrf = session.csrf;
  }

  get #headers(): Record<string, string> {
    return { [CSRF]: this.csrf };
  }

  signOut(): Promise<Outcome<unknown>> {
    return outcome(client.DELETE('/api/v1/session', { headers: this.#headers }));
  }

  async languages(): Promise<Outcome<string[]>> {
    const found = await outcome(client.GET('/api/v1/draft'));
    return found.kind === 'ok' ? { kind: 'ok', data: found.data.site['languages'] as string[] } : found;
  }

  async exhibits(): Promise<Outcome<DraftExhibit[]>> {
    return all(
      (cursor) => outcome(client.GET('/api/v1/draft/exhibits', { params: { query: { limit: PAGE, ...cursor } } })),
      (item) => item as unknown as DraftExhibit
    );
  }

  tracks(): Promise<Outcome<Track[]>> {
    return all(
      (cursor) => outcome(client.GET('/api/v1/tracks', { params: { query: { limit: PAGE, ...cursor } } })),
      (item: Track) => item
    );
  }

  /** The tag under which a track may be changed. */
  async tagOf(track: string): Promise<Outcome<string>> {
    const call = client.GET('/api/v1/tracks/{track}', { params: { path: { track } }, cache: 'no-store' });
    const found = await tagged(call);
    return found.kind === 'ok' ? { kind: 'ok', data: found.data.tag } : found;
  }

  /** Takes a track away; the tag is the draft's, for whoever wants it back. */
  async remove(track: string): Promise<Outcome<Tagged<unknown>>> {
    const tag = await this.tagOf(track);
    if (tag.kind !== 'ok') return tag;
    const params = { path: { track }, header: { 'If-Match': tag.data } };
    return tagged(client.DELETE('/api/v1/tracks/{track}', { params, headers: this.#headers }));
  }

  /** Says that a track is in another language or variant; it gets another id with that. */
  async change(track: string, body: { language: string; variant: string }): Promise<Outcome<Tagged<Track>>> {
    const tag = await this.tagOf(track);
    if (tag.kind !== 'ok') return tag;
    const params = { path: { track }, header: { 'If-Match': tag.data } };
    return tagged(client.PATCH('/api/v1/tracks/{track}', { params, headers: this.#headers, body }));
  }

  /** Steps back the last edit of the draft, where nobody has made another since. */
  undo(tag: string): Promise<Outcome<unknown>> {
    return outcome(client.POST('/api/v1/draft/undo', { headers: { ...this.#headers, 'If-Match': tag } }));
  }

  /** A text that is there, with the tag that its next version must name. */
  async transcript(track: string): Promise<Outcome<Tagged<string>>> {
    const call = client.GET('/api/v1/tracks/{track}/transcript', {
      params: { path: { track } },
      headers: { Accept: 'text/vtt' },
      parseAs: 'text',
      cache: 'no-store'
    });
    return tagged(call as unknown as Promise<Reply<string>>);
  }

  /** A new text. Where its track must be listened to anew, the tag is good once that job has ended. */
  async putTranscript(track: string, text: string, tag: string): Promise<Outcome<Tagged<Taken>>> {
    const call = client.PUT('/api/v1/tracks/{track}/transcript', {
      params: { path: { track }, header: { 'If-Match': tag } },
      headers: { ...this.#headers, 'Content-Type': 'text/vtt' },
      body: text as never,
      bodySerializer: (body: unknown) => body as string
    });
    return tagged(call);
  }

  /** A transcript alone: a track to read, or the new text of the track that is there. */
  async sendText(fields: Record<string, string>): Promise<Outcome<Job>> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const found = await outcome(
      client.POST('/api/v1/tracks', {
        headers: this.#headers,
        body: form as never,
        bodySerializer: (body: unknown) => body as FormData
      })
    );
    return found.kind === 'ok' ? { kind: 'ok', data: found.data.job } : found;
  }

  job(job: string): Promise<Outcome<Job>> {
    const params = { path: { job }, query: { language: getLocale() } };
    return outcome(client.GET('/api/v1/jobs/{job}', { params }));
  }

  /** The newest jobs, the newest first. */
  async jobs(): Promise<Outcome<Job[]>> {
    const found = await outcome(client.GET('/api/v1/jobs', { params: { query: { language: getLocale() } } }));
    return found.kind === 'ok' ? { kind: 'ok', data: found.data.items } : found;
  }

  /** Has a failed job begun anew; only where it says that it can be. */
  retry(job: string): Promise<Outcome<Job>> {
    const params = { path: { job }, query: { language: getLocale() } };
    return outcome(client.POST('/api/v1/jobs/{job}/retry', { params, headers: this.#headers }));
  }
}

/** What came, and the tag that it came with. */
async function tagged<T>(call: Promise<Reply<T>>): Promise<Outcome<Tagged<T>>> {
  let tag = '';
  const found = await outcome(call.then((reply) => ((tag = reply.response.headers.get('etag') ?? ''), reply)));
  return found.kind === 'ok' ? { kind: 'ok', data: { value: found.data, tag } } : found;
}

interface Page<I> {
  items: I[];
  next_cursor: string | null;
}

async function all<I, T>(
  read: (cursor: { cursor?: string }) => Promise<Outcome<Page<I>>>,
  one: (item: I) => T
): Promise<Outcome<T[]>> {
  const found: T[] = [];
  for (let cursor: { cursor?: string } | null = {}; cursor;) {
    const page: Outcome<Page<I>> = await read(cursor);
    if (page.kind !== 'ok') return page;
    found.push(...page.data.items.map(one));
    cursor = page.data.next_cursor === null ? null : { cursor: page.data.next_cursor };
  }
  return { kind: 'ok', data: found };
}

const FIELDS: Record<string, () => string> = {
  exhibit: m.upload_exhibit,
  language: m.upload_language,
  variant: m.upload_variant,
  file: m.field_file,
  transcript: m.field_transcript
};

/** A place of a form as the page calls it: `body.language` is its field “Language”. */
function placeOf(where: string): string {
  const name = where.replace(/^(body|Upload-Metadata)\.?/, '');
  return FIELDS[name]?.() ?? name;
}

/** A refusal in words: what the service says, and each fault where it names several. */
export function sentencesOf(problem: Problem): string {
  const faults = (problem.errors ?? []).map(({ where, message }) => `${placeOf(where)} ${message}`.trim());
  return [problem.detail, ...faults.map((one) => (/[.!?]$/.test(one) ? one : `${one}.`))].filter(Boolean).join(' ');
}
