/** Plane geometry of a plan, in level metres: x right, y up. */
import type { Level, Zone } from './api.ts';

export type Point = readonly number[];
export type Ring = readonly Point[];
export type Extent = [minX: number, minY: number, maxX: number, maxY: number];

export interface Spot {
  x: number;
  y: number;
  level: string;
}

export const distance = (a: { x: number; y: number }, b: { x: number; y: number }): number =>
  Math.hypot(a.x - b.x, a.y - b.y);

const px = (point: Point | undefined): number => point?.[0] ?? 0;
const py = (point: Point | undefined): number => point?.[1] ?? 0;

/** Where a horizontal line at `y` crosses the rings, from left to right. */
function crossings(rings: readonly Ring[], y: number): number[] {
  const found: number[] = [];
  for (const ring of rings) {
    for (const [index, from] of ring.entries()) {
      const to = ring[(index + 1) % ring.length];
      if (py(from) > y !== py(to) > y) {
        found.push(px(from) + ((y - py(from)) / (py(to) - py(from))) * (px(to) - px(from)));
      }
    }
  }
  return found.sort((a, b) => a - b);
}

export function contains(rings: readonly Ring[], x: number, y: number): boolean {
  return crossings(rings, y).filter((at) => at > x).length % 2 === 1;
}

export function extentOf(rings: readonly Ring[]): Extent {
  const points = rings.flat();
  const xs = points.map(px);
  const ys = points.map(py);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/**
 * A point well inside, for labels and for walking there: the middle of the widest stretch on the line
 * through the middle height. The centre of gravity will not do: that of an L-shaped room lies outside it.
 */
export function insidePoint(rings: readonly Ring[]): [number, number] {
  const [, minY, , maxY] = extentOf(rings);
  const y = (minY + maxY) / 2 + 1e-6;
  const cuts = crossings(rings, y);
  let best: [number, number] = [px(rings[0]?.[0]), py(rings[0]?.[0])];
  let width = -1;
  for (let index = 0; index + 1 < cuts.length; index += 2) {
    const [left = 0, right = 0] = [cuts[index], cuts[index + 1]];
    if (right - left > width) {
      width = right - left;
      best = [(left + right) / 2, y];
    }
  }
  return best;
}

type Part = Zone['parts'][number];

export const ringsOf = (part: Part): Ring[] => [part.outline, ...(part.holes ?? [])];

function area(ring: Ring): number {
  const twice = ring.reduce((sum, from, index) => {
    const to = ring[(index + 1) % ring.length];
    return sum + px(from) * py(to) - px(to) * py(from);
  }, 0);
  return Math.abs(twice) / 2;
}

/** Where somebody stands who stands at a zone: inside its largest part, on its first level. */
export function standingPlace(zone: Zone): Spot {
  const largest = [...zone.parts].sort((a, b) => area(b.outline) - area(a.outline))[0];
  const [x, y] = largest ? insidePoint(ringsOf(largest)) : [0, 0];
  return { x, y, level: zone.levels[0] ?? '' };
}

export const zoneContains = (zone: Zone, spot: Spot): boolean =>
  zone.levels.includes(spot.level) && zone.parts.some((part) => contains(ringsOf(part), spot.x, spot.y));

/** What matters on a level: its zones with a margin, else all of it. */
export function zonesExtent(level: Level, zones: readonly Zone[], margin: number): Extent {
  const rings = zones
    .filter((zone) => zone.levels.includes(level.id))
    .flatMap((zone) => zone.parts.map((p) => p.outline));
  if (rings.length === 0) return levelExtent(level, zones);
  const [minX, minY, maxX, maxY] = extentOf(rings);
  return [minX - margin, minY - margin, maxX + margin, maxY + margin];
}

/** What the map shows of a level: its plan, else its outline, else its zones. */
export function levelExtent(level: Level, zones: readonly Zone[]): Extent {
  const { plan_origin: origin, plan_size: size } = level;
  if (level.plan && origin && size) {
    return [px(origin), py(origin), px(origin) + px(size), py(origin) + py(size)];
  }
  if (level.outline && level.outline.length > 0) return extentOf([level.outline]);
  const rings = zones
    .filter((zone) => zone.levels.includes(level.id))
    .flatMap((zone) => zone.parts.map((p) => p.outline));
  return rings.length > 0 ? extentOf(rings) : [0, 0, 10, 10];
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
