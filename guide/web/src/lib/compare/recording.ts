/** A recorded walk: where somebody stood, second by second. Played again it is the same walk each time. */
import type { Site, Zone } from '../api.ts';
import { extentOf, zoneContains, type Extent, type Spot } from '../geometry.ts';

/** Seconds since the beginning, and where: level metres. Between two of them the visitor walks straight on. */
export type Mark = readonly [seconds: number, x: number, y: number];

export interface Recording {
  level: string;
  marks: readonly Mark[];
}

/**
 * What the reviewer did: stands at the first exhibit of the tunnel, strolls two to five metres about while
 * listening, as people do, and goes on to the next exhibit when the first has been told. The second zone
 * begins before the first one ends.
 */
export const REVIEWERS_WALK: Recording = {
  level: 'tunnels',
  marks: [
    [0, 9, 30],
    [9, 10, 30.5],
    [13, 16.2, 29.5],
    [16, 16.4, 29.8],
    [20, 11.5, 30.5],
    [24, 11, 30],
    [28, 16.6, 31],
    [31, 16.4, 30.6],
    [35, 12, 29],
    [38, 12, 28.6],
    [42, 16.8, 30],
    [45, 16.5, 30.4],
    [49, 10.5, 30],
    [54, 10, 29.5],
    [66, 12, 30.2],
    [71, 19, 30],
    [78, 20, 29.6],
    [82, 15.6, 30.4],
    [86, 19.5, 30.2],
    [90, 19, 30]
  ]
};

/** Metres of the plan to see around a recorded walk: what lies ahead matters more than what lies beside. */
const AHEAD = 7;
const BESIDE = 4;

export const lengthOf = (recording: Recording): number => recording.marks.at(-1)?.[0] ?? 0;

/** Where the visitor was after so many seconds; before the beginning and after the end, at its ends. */
export function spotAt({ level, marks }: Recording, seconds: number): Spot {
  const after = marks.findIndex(([at]) => at > seconds);
  const [at0 = 0, x0 = 0, y0 = 0] = marks[after === -1 ? marks.length - 1 : Math.max(0, after - 1)] ?? [];
  const [at1, x1, y1] = marks[after] ?? [at0, x0, y0];
  const share = at1 > at0 ? Math.max(0, (seconds - at0) / (at1 - at0)) : 0;
  return { x: x0 + (x1 - x0) * share, y: y0 + (y1 - y0) * share, level };
}

/** The zones that a walk enters, in the order of the site; a walk through fewer than two shows nothing here. */
export const zonesOf = ({ level, marks }: Recording, site: Pick<Site, 'zones'>): Zone[] =>
  site.zones.filter((zone) => marks.some(([, x, y]) => zoneContains(zone, { x, y, level })));

export function extentAround({ marks }: Recording): Extent {
  const [minX, minY, maxX, maxY] = extentOf([marks.map(([, x, y]) => [x, y])]);
  return [minX - AHEAD, minY - BESIDE, maxX + AHEAD, maxY + BESIDE];
}
