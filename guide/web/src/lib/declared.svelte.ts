/** Where visitors say that they stand, on a telephone that nothing locates: a touch on the plan. */
import type { Spot } from './geometry.ts';
import type { Where } from './session.svelte.ts';

/** Metres, one sigma: how well people find themselves on a plan. */
export const ACCURACY = 1;
/** A touch is true for so long: time enough to start a narration, and then nobody knows whether they walked on. */
const HOLDS_MS = 20_000;

export class Declared {
  spot = $state.raw<Spot | null>(null);
  #until = 0;

  say(spot: Spot, now = performance.now()): void {
    this.spot = { ...spot, x: millimetres(spot.x), y: millimetres(spot.y) };
    this.#until = now + HOLDS_MS;
  }

  /** The position for a poll; nothing where no touch is fresh. */
  where(now = performance.now()): Where {
    return this.spot && now < this.#until ? { ...this.spot, accuracy: ACCURACY } : {};
  }
}

const millimetres = (metres: number): number => Math.round(metres * 1000) / 1000;
