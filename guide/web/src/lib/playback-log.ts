/** What was really heard, told to the service until it has it. Numbered by itself, so telling twice is harmless. */
import type { Outcome, PlaybackEvent } from './api.ts';
import type { Happening } from './player.svelte.ts';

interface Ear {
  playback(events: PlaybackEvent[]): Promise<Outcome<unknown>>;
}

export class PlaybackLog {
  #seq = 1;
  #waiting: PlaybackEvent[] = [];
  #sending = false;

  add(kind: Happening, track: string, positionMs: number, at = new Date()): void {
    this.#waiting.push({ seq: this.#seq, at: at.toISOString(), kind, track, position_ms: positionMs });
    this.#seq += 1;
  }

  /** Sends what waits; keeps it where the service is out of reach, and drops what the service refuses. */
  async send(ear: Ear): Promise<void> {
    if (this.#sending || this.#waiting.length === 0) return;
    this.#sending = true;
    const batch = this.#waiting.slice(0, 100);
    const outcome = await ear.playback(batch);
    if (outcome.kind !== 'offline') this.#waiting = this.#waiting.slice(batch.length);
    this.#sending = false;
  }
}
