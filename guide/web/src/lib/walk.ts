/** A simulated visitor's legs: which way to a place, and where after so many seconds. */
import type { Connector } from './api.ts';
import { distance, insidePoint, type Spot } from './geometry.ts';

export const WALKING_SPEED = 1.1; // metres a second: a visitor between two exhibits
export const RIDE_SECONDS = 6; // in a lift or on stairs, from door to door

export type Leg = { kind: 'walk'; to: Spot } | { kind: 'ride'; to: Spot; seconds: number };

export interface Walk {
  at: Spot;
  legs: readonly Leg[];
}

interface Way {
  legs: Leg[];
  end: Spot;
  cost: number;
  used: ReadonlySet<string>;
}

/**
 * The shortest way through connectors (straight lines on each level), or null where no chain of connectors
 * joins the levels. A museum has a handful of connectors, so all chains without repeats are tried.
 */
export function route(from: Spot, to: Spot, connectors: readonly Connector[]): Leg[] | null {
  let best: Way | null = null;
  const open: Way[] = [{ legs: [], end: from, cost: 0, used: new Set() }];
  for (let way = open.pop(); way; way = open.pop()) {
    if (best && way.cost >= best.cost) continue;
    if (way.end.level === to.level) best = shorter(best, arrive(way, to));
    else open.push(...continuations(way, connectors));
  }
  return best ? best.legs : null;
}

function shorter(best: Way | null, way: Way): Way {
  return best && best.cost <= way.cost ? best : way;
}

function arrive(way: Way, to: Spot): Way {
  return { ...way, legs: [...way.legs, { kind: 'walk', to }], end: to, cost: way.cost + distance(way.end, to) };
}

function continuations(way: Way, connectors: readonly Connector[]): Way[] {
  const usable = connectors.filter((one) => one.levels.includes(way.end.level) && !way.used.has(one.id));
  return usable.flatMap((one) => {
    const [x, y] = insidePoint([one.outline]);
    const door: Spot = { x, y, level: way.end.level };
    return one.levels
      .filter((level) => level !== way.end.level)
      .map((level) => ({
        legs: [
          ...way.legs,
          { kind: 'walk' as const, to: door },
          { kind: 'ride' as const, to: { x, y, level }, seconds: RIDE_SECONDS }
        ],
        end: { x, y, level },
        cost: way.cost + distance(way.end, door) + RIDE_SECONDS * WALKING_SPEED,
        used: new Set([...way.used, one.id])
      }));
  });
}

/** The walk after `seconds` more. */
export function advance(walk: Walk, seconds: number, speed = WALKING_SPEED): Walk {
  let { at, legs } = walk;
  let left = seconds;
  for (let leg = legs[0]; leg && left > 0; leg = legs[0]) {
    const needed = leg.kind === 'ride' ? leg.seconds : distance(at, leg.to) / speed;
    if (needed > left) return { at: partly(at, leg, left, speed), legs: [shortened(leg, left), ...legs.slice(1)] };
    left -= needed;
    at = leg.to;
    legs = legs.slice(1);
  }
  return { at, legs };
}

function partly(at: Spot, leg: Leg, seconds: number, speed: number): Spot {
  if (leg.kind === 'ride') return at;
  const share = (seconds * speed) / distance(at, leg.to);
  return { ...at, x: at.x + (leg.to.x - at.x) * share, y: at.y + (leg.to.y - at.y) * share };
}

function shortened(leg: Leg, seconds: number): Leg {
  return leg.kind === 'ride' ? { ...leg, seconds: leg.seconds - seconds } : leg;
}

/** Seconds until the end of the walk. */
export function remaining(walk: Walk, speed = WALKING_SPEED): number {
  let total = 0;
  let at = walk.at;
  for (const leg of walk.legs) {
    total += leg.kind === 'ride' ? leg.seconds : distance(at, leg.to) / speed;
    at = leg.to;
  }
  return total;
}
