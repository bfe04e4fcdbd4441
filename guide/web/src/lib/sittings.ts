/** Today's sittings of a show as somebody sees them who looks at the clock. */
import type { Show } from './api.ts';

export interface Sitting {
  startsAt: string;
  /** `next` is the first that can still be reached; later ones are `later`. */
  state: 'over' | 'on' | 'next' | 'later';
  minutesLeft: number;
}

const MINUTE_MS = 60_000;

export function sittingsAt(
  screenings: readonly Pick<Show['screenings'][number], 'starts_at' | 'ends_at'>[],
  now: number
): Sitting[] {
  const next = screenings.findIndex((one) => Date.parse(one.starts_at) > now);
  return screenings.map(({ starts_at: startsAt, ends_at: endsAt }, index) => {
    const minutesLeft = Math.ceil((Date.parse(startsAt) - now) / MINUTE_MS);
    if (index === next) return { startsAt, state: 'next', minutesLeft };
    if (minutesLeft > 0) return { startsAt, state: 'later', minutesLeft };
    return { startsAt, state: Date.parse(endsAt) > now ? 'on' : 'over', minutesLeft };
  });
}
