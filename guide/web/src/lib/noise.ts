/**
 * How a locating system errs, roughly: an error that wanders over seconds (what a real one does) and not
 * white noise, which any average would remove. Seeded, so that the same walk errs the same way again.
 */
export type NoiseName = 'exact' | 'uwb' | 'ble';

interface Kind {
  /** Metres, one sigma on each axis. */
  sigma: number;
  /** What the device says of its own accuracy, metres. */
  accuracy: number;
  /** Seconds over which an error forgets itself. */
  memory: number;
}

export const NOISES: Record<NoiseName, Kind> = {
  exact: { sigma: 0, accuracy: 0.05, memory: 1 },
  uwb: { sigma: 0.3, accuracy: 0.3, memory: 3 },
  ble: { sigma: 2.5, accuracy: 2.5, memory: 6 }
};

export class Noise {
  #random: () => number;
  #error = { x: 0, y: 0 };

  constructor(seed: number) {
    this.#random = mulberry32(seed);
  }

  /** The error of a fix taken `seconds` after the one before, in metres. */
  next(name: NoiseName, seconds: number): { x: number; y: number; accuracy: number } {
    const { sigma, accuracy, memory } = NOISES[name];
    const keep = Math.exp(-seconds / memory);
    const fresh = sigma * Math.sqrt(1 - keep * keep);
    this.#error = { x: this.#error.x * keep + fresh * this.#gauss(), y: this.#error.y * keep + fresh * this.#gauss() };
    return sigma === 0 ? { x: 0, y: 0, accuracy } : { ...this.#error, accuracy };
  }

  /** Box and Muller: two even numbers make one normal one. */
  #gauss(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random()));
    return radius * Math.cos(2 * Math.PI * this.#random());
  }
}

/** A small generator with a 32-bit state; good enough for errors, not for secrets. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
