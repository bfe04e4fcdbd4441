/** One walk by two rules at once: ours, as the service decides, and raw containment, decided here on the same fixes. */
import type { Answer, Site, Track, VisitCalls } from '../api.ts';
import type { Spot } from '../geometry.ts';
import { Player } from '../player.svelte.ts';
import type { VisitSession } from '../session.svelte.ts';
import { contained } from './containment.ts';
import { hear, tallyOf, type Piece, type Sounding } from './score.ts';

export type Rule = 'ours' | 'raw';

/** Nearer to its beginning than this, a narration has begun and was not resumed. */
const BEGINNING_MS = 1500;
/** What a visitor wished is no fault of the rule. */
const ASKED = new Set(['visitor_asked', 'offer_accepted', 'skipped', 'quiet', 'paused']);

/** What one rule lets be heard in this walk. */
export class Lane {
  pieces = $state.raw<readonly Piece[]>([]);

  get tally(): ReturnType<typeof tallyOf> {
    return tallyOf(this.pieces);
  }

  get exhibit(): string | null {
    const last = this.pieces.at(-1);
    return last?.ended === 'going' ? last.exhibit : null;
  }

  /** Those that were heard to their end. */
  get told(): string[] {
    return this.pieces.filter((piece) => piece.ended === 'finished').map((piece) => piece.exhibit);
  }

  hear(now: Sounding, at: number, how: Piece['ended']): void {
    this.pieces = hear(this.pieces, now, at, how);
  }

  clear(): void {
    this.pieces = [];
  }
}

export class Comparison {
  /** Whose narrations come out of the loudspeaker; the other rule goes on in silence. */
  audible = $state<Rule>('ours');
  /** Seconds since the visit began. */
  seconds = $state(0);
  readonly ours = new Lane();
  readonly raw = new Lane();
  readonly player: Player;

  readonly #site: Site;
  readonly #session: VisitSession;
  #tracks: Track[] = [];
  #began = 0;
  #inside: string | null = null;

  constructor(site: Site, session: VisitSession) {
    this.#site = site;
    this.#session = session;
    this.player = new Player((what) => {
      if (what === 'completed') this.raw.hear(null, this.#now(), 'finished');
    }, 'raw');
    this.listenTo('ours');
  }

  /** Must be called inside a touch, or the browser keeps the second sound locked. */
  unlock(): void {
    this.player.unlock();
  }

  listenTo(rule: Rule): void {
    this.audible = rule;
    this.#session.player.mute(rule !== 'ours');
    this.player.mute(rule !== 'raw');
  }

  /** A new visit: nothing heard yet. */
  async begin(calls: VisitCalls, languages: readonly string[]): Promise<void> {
    this.player.take({ do: 'stop' });
    this.ours.clear();
    this.raw.clear();
    this.#inside = null;
    this.#began = performance.now();
    this.seconds = 0;
    const outcome = await calls.tracks(languages);
    this.#tracks = outcome.kind === 'ok' ? spokenIn(outcome.data, languages) : [];
  }

  end(): void {
    this.player.take({ do: 'stop' });
    this.#inside = null;
  }

  /** What the service was told goes to the raw rule as well, error and all. */
  told(spot: Spot): void {
    if (this.#tracks.length === 0) return;
    const exhibit = contained(this.#site.zones, spot, this.#inside);
    if (exhibit !== this.#inside) this.#change(exhibit);
    this.#inside = exhibit;
    this.raw.hear(
      this.raw.exhibit === null ? null : { exhibit: this.raw.exhibit, atBeginning: true },
      this.#now(),
      'cut'
    );
  }

  /** What the service let be heard. */
  answered({ playing, reason }: Pick<Answer, 'playing' | 'reason'>): void {
    const before = this.ours.exhibit;
    const finished = reason === 'narration_finished' || (before !== null && this.#session.heard.has(before));
    const how = finished ? 'finished' : ASKED.has(reason) ? 'asked' : 'cut';
    const sounding = playing && { exhibit: playing.exhibit, atBeginning: playing.position_ms < BEGINNING_MS };
    this.ours.hear(sounding, this.#now(), how);
  }

  dispose(): void {
    this.player.dispose();
  }

  #change(exhibit: string | null): void {
    const track = this.#tracks.find((one) => one.exhibit === exhibit);
    this.raw.hear(track ? { exhibit: track.exhibit, atBeginning: true } : null, this.#now(), 'cut');
    if (!track) this.player.take({ do: 'stop' });
    else this.player.take({ do: 'load', playing: { ...track, track: track.id, gain_db: 0 }, fromMs: 0, play: true });
  }

  #now(): number {
    this.seconds = (performance.now() - this.#began) / 1000;
    return this.seconds;
  }
}

/** One recording for each exhibit: in the first language that has one, told in the standard way. */
function spokenIn(tracks: readonly Track[], languages: readonly string[]): Track[] {
  const order = (track: Track): number => languages.findIndex((one) => one.split('-')[0] === track.language);
  const usable = tracks.filter((track) => track.variant === 'standard' && track.url !== null);
  return usable.sort((a, b) => order(a) - order(b));
}
