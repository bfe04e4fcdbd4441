/**
 * The one door to the service. Everything typed here comes from the OpenAPI document (`schema.d.ts` is
 * generated from it by `npm run types`), so a change of the contract is a type error, not a surprise.
 */
import createClient from 'openapi-fetch';
import type { Narration } from './follow.ts';
import { getLocale } from './paraglide/runtime.js';
import type { paths } from './schema.d.ts';

type Body<T> = T extends { content: { 'application/json': infer J } } ? J : never;
type Sent<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends { requestBody: infer R }
  ? Body<R>
  : never;
export type Got<P extends keyof paths, M extends keyof paths[P], S extends number> = paths[P][M] extends {
  responses: Record<S, infer R>;
}
  ? Body<R>
  : never;

export type Site = Got<'/api/v1/site', 'get', 200>;
export type Level = Site['levels'][number];
export type Connector = Site['connectors'][number];
export type Zone = Site['zones'][number];
export type Exhibit = Site['exhibits'][number];
export type Show = Site['shows'][number];
export type Advisories = NonNullable<Exhibit['advisories']>;
export type Coverage = Site['coverage'][number];
export type NewVisit = Sent<'/api/v1/visits', 'post'>;
export type Visit = Got<'/api/v1/visits', 'post', 201>;
export type VisitChange = Sent<'/api/v1/visits/{visit_id}', 'patch'>;
export type PollBody = Sent<'/api/v1/visits/{visit_id}/poll', 'post'>;
export type CommandBody = Sent<'/api/v1/visits/{visit_id}/commands', 'post'>;
export type Answer = Got<'/api/v1/visits/{visit_id}/poll', 'post', 200>;
export type Playing = NonNullable<Answer['playing']>;
export type Notice = Answer['notices'][number];
export type PlayerReport = NonNullable<PollBody['player']>;
export type PlaybackEvent = Sent<'/api/v1/visits/{visit_id}/playback', 'post'>['events'][number];
export type Decision = Got<'/api/v1/decisions', 'get', 200>['items'][number];

/** One recording of an exhibit, as a handheld takes it along. */
export interface Track extends Omit<Narration, 'track' | 'gain_db'> {
  id: string;
  exhibit: string;
  language: string;
  variant: string;
}

/** RFC 9457, as the service words every refusal. `playing` comes with a sequence that is out of order. */
export interface Problem {
  status: number;
  code: string;
  detail: string;
  retryAfterMs?: number;
  /** Each fault with its place, where there are several. */
  errors?: readonly { where: string; message: string }[];
}

export type Outcome<T> = { kind: 'ok'; data: T } | { kind: 'problem'; problem: Problem } | { kind: 'offline' };

export interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** More than a visit of some hours makes. */
const MOST_DECISIONS = 1000;

/** A refusal that another try with the same body may mend: no network, or a service that is restarting. */
const PASSING = new Set([500, 502, 503, 504]);

export async function outcome<T>(call: Promise<Reply<T>>): Promise<Outcome<T>> {
  let reply: Reply<T>;
  try {
    reply = await call;
  } catch {
    return { kind: 'offline' };
  }
  const { response } = reply;
  if (response.ok) return { kind: 'ok', data: reply.data as T };
  if (PASSING.has(response.status)) return { kind: 'offline' };
  return { kind: 'problem', problem: problemOf(reply.error, response) };
}

function problemOf(error: unknown, response: Response): Problem {
  const body = (typeof error === 'object' && error !== null ? error : {}) as Partial<Problem>;
  const wait = Number(response.headers.get('retry-after'));
  return {
    status: response.status,
    code: body.code ?? 'unknown',
    detail: body.detail ?? response.statusText,
    ...(body.errors ? { errors: body.errors } : {}),
    ...(wait > 0 ? { retryAfterMs: wait * 1000 } : {})
  };
}

export const client = createClient<paths>({ baseUrl: '' });
client.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', getLocale());
    return request;
  }
});

// The client's types widen a pair of coordinates to any list of numbers; the description says that it is a pair.
export const fetchSite = (): Promise<Outcome<Site>> => outcome(client.GET('/api/v1/site') as Promise<Reply<Site>>);

export const createVisit = (body: NewVisit): Promise<Outcome<Visit>> =>
  outcome(client.POST('/api/v1/visits', { body }));

/** The calls of one visit, made with the key that only this visit has. */
export class VisitCalls {
  readonly #request: { params: { path: { visit_id: string } }; headers: { Authorization: string } };

  constructor(visit: string, key: string) {
    this.#request = { params: { path: { visit_id: visit } }, headers: { Authorization: `Bearer ${key}` } };
  }

  poll(body: PollBody): Promise<Outcome<Answer>> {
    return outcome(client.POST('/api/v1/visits/{visit_id}/poll', { ...this.#request, body }));
  }

  command(body: CommandBody): Promise<Outcome<Answer>> {
    return outcome(client.POST('/api/v1/visits/{visit_id}/commands', { ...this.#request, body }));
  }

  playback(events: PlaybackEvent[]): Promise<Outcome<unknown>> {
    return outcome(client.POST('/api/v1/visits/{visit_id}/playback', { ...this.#request, body: { events } }));
  }

  change(body: VisitChange): Promise<Outcome<Visit>> {
    return outcome(client.PATCH('/api/v1/visits/{visit_id}', { ...this.#request, body }));
  }

  end(): Promise<Outcome<unknown>> {
    return outcome(client.POST('/api/v1/visits/{visit_id}/end', this.#request));
  }

  /** Every recording in some languages, whatever the guide would play of it. */
  async tracks(languages: readonly string[]): Promise<Outcome<Track[]>> {
    const query = { languages: languages.join(',') };
    const { headers } = this.#request;
    const reply = await outcome(client.GET('/api/v1/bundle', { headers, params: { query } }));
    if (reply.kind !== 'ok') return reply;
    const programme = reply.data.programme as unknown as { tracks: Track[] }[];
    return { kind: 'ok', data: programme.flatMap((one) => one.tracks) };
  }

  /** The visit's decisions, oldest first; a device may read those of its own visit. */
  async decisions(language: string): Promise<Outcome<Decision[]>> {
    const { headers, params } = this.#request;
    const query = { language, kinds: 'decision', limit: MOST_DECISIONS };
    const call = client.GET('/api/v1/visits/{visit_id}/timeline', { headers, params: { ...params, query } });
    const reply = await outcome(call);
    return reply.kind === 'ok' ? { kind: 'ok', data: reply.data.items as unknown as Decision[] } : reply;
  }
}

/** The WebVTT of a narration; null where it cannot be had (the page then says so and plays on). */
export async function fetchText(url: string): Promise<string | null> {
  try {
    const response = await fetch(url);
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}
