/** The simulated visitor: where the dot is, where it is going, and what a locating system would say of it. */
import type { Site, Zone } from './api.ts';
import { clamp, levelExtent, standingPlace, type Spot } from './geometry.ts';
import { lengthOf, spotAt, type Recording } from './compare/recording.ts';
import { Noise, type NoiseName } from './noise.ts';
import { advance, remaining, route, type Leg } from './walk.ts';

export const PERIODS_MS = [500, 1000, 2000, 5000] as const;
export const PROFILES = ['exact', 'uwb', 'wifi-rtt', 'ble'] as const;
export const STEP_METRES = 0.5;
const SEED = 1944;

export interface Reported {
  x: number;
  y: number;
  level: string;
  accuracy: number;
}

export class Simulator {
  spot = $state.raw<Spot>({ x: 0, y: 0, level: '' });
  legs = $state.raw<readonly Leg[]>([]);
  /** The zone or place the walk ends at, for words. */
  goal = $state('');
  noise = $state<NoiseName>('exact');
  periodMs = $state<number>(1000);
  profile = $state<string>('uwb');
  reported = $state.raw<Reported | null>(null);

  /** The recorded walk under way, and how many seconds of it are over. */
  recording = $state.raw<Recording | null>(null);
  seconds = $state(0);

  readonly #site: Site;
  #errors = new Noise(SEED);
  #reportedAt = performance.now();
  #steppedAt = performance.now();

  constructor(site: Site, start: Spot | null) {
    this.#site = site;
    this.profile = site.profile;
    this.spot = start ?? firstPlace(site);
  }

  get walking(): boolean {
    return this.recording !== null || this.legs.length > 0;
  }

  get secondsLeft(): number {
    if (this.recording) return lengthOf(this.recording) - this.seconds;
    return remaining({ at: this.spot, legs: this.legs });
  }

  /** The way still to go, as far as it lies on the visitor's level. */
  get way(): Spot[] {
    const ahead = this.legs.map((leg) => leg.to);
    return [this.spot, ...ahead.filter((to) => to.level === this.spot.level)];
  }

  /** Moves the dot by the time since the last step. */
  step(): void {
    const now = performance.now();
    const seconds = (now - this.#steppedAt) / 1000;
    this.#steppedAt = now;
    if (this.recording) this.#replay(this.recording, seconds);
    else if (this.walking) this.#walk(seconds);
  }

  /** Walks as recorded, from the beginning; the errors are the same each time as well. */
  play(recording: Recording): void {
    this.stand();
    this.recording = recording;
    this.seconds = 0;
    this.spot = spotAt(recording, 0);
    this.#errors = new Noise(SEED);
  }

  #replay(recording: Recording, seconds: number): void {
    this.seconds += seconds;
    this.spot = spotAt(recording, this.seconds);
    if (this.seconds >= lengthOf(recording)) this.recording = null;
  }

  #walk(seconds: number): void {
    const after = advance({ at: this.spot, legs: this.legs }, seconds);
    this.spot = after.at;
    this.legs = after.legs;
  }

  /** False where no chain of connectors leads there. */
  walkTo(to: Spot, goal: string): boolean {
    const legs = route(this.spot, to, this.#site.connectors);
    if (!legs) return false;
    this.recording = null;
    this.legs = legs;
    this.goal = goal;
    return true;
  }

  walkToZone(zone: Zone, goal: string): boolean {
    return this.walkTo(standingPlace(zone), goal);
  }

  stand(): void {
    this.recording = null;
    this.legs = [];
  }

  place(x: number, y: number, level = this.spot.level): void {
    this.stand();
    const found = this.#site.levels.find((one) => one.id === level);
    if (!found) return;
    const [minX, minY, maxX, maxY] = levelExtent(found, this.#site.zones);
    this.spot = { x: clamp(x, minX, maxX), y: clamp(y, minY, maxY), level };
  }

  nudge(dx: number, dy: number): void {
    this.place(this.spot.x + dx * STEP_METRES, this.spot.y + dy * STEP_METRES);
  }

  /** The next fix, with its error; remembered so that the plan can show what the service was told. */
  fix(): Reported {
    const now = performance.now();
    // A recorded walk errs by the beat and not by the clock, or a slow machine would meet other errors.
    const since = this.recording ? this.periodMs : now - this.#reportedAt;
    const error = this.#errors.next(this.noise, since / 1000);
    this.#reportedAt = now;
    const { x, y, level } = this.spot;
    this.reported = { x: millimetres(x + error.x), y: millimetres(y + error.y), level, accuracy: error.accuracy };
    return this.reported;
  }
}

const millimetres = (metres: number): number => Math.round(metres * 1000) / 1000;

/** At the exhibit with the lowest number: where a visit begins. */
function firstPlace(site: Site): Spot {
  const numbers = new Map(site.exhibits.map((exhibit) => [exhibit.id, Number(exhibit.number ?? Infinity)]));
  const order = (zone: Zone): number => numbers.get(zone.exhibit ?? '') ?? Infinity;
  const first = [...site.zones].sort((a, b) => order(a) - order(b))[0];
  if (first) return standingPlace(first);
  return { x: 0, y: 0, level: site.levels[0]?.id ?? '' };
}
