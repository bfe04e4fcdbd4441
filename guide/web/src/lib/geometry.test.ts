import { describe, expect, it } from 'vitest';
import type { Level, Zone } from './api.ts';
import { contains, insidePoint, levelExtent, standingPlace, zoneContains, type Ring } from './geometry.ts';

const ROOM: Ring = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10]
];
const PILLAR: Ring = [
  [4, 4],
  [6, 4],
  [6, 6],
  [4, 6]
];
const L_SHAPE: Ring = [
  [0, 0],
  [10, 0],
  [10, 2],
  [2, 2],
  [2, 10],
  [0, 10]
];
const points = (ring: Ring): [number, number][] => ring.map(([x = 0, y = 0]) => [x, y]);
const zone = (rings: Ring[], levels = ['hall']): Zone => ({
  id: 'z',
  exhibit: 'z',
  levels,
  priority: 0,
  mode: 'auto',
  parts: rings.map((ring) => ({ outline: points(ring), holes: [] }))
});

describe('inside', () => {
  it.each([
    [5, 1, true],
    [5, 5, false],
    [11, 5, false]
  ])('(%i, %i) is in the room with a pillar: %s', (x, y, inside) => {
    expect(contains([ROOM, PILLAR], x, y)).toBe(inside);
  });

  it.each([
    ['a room', [ROOM]],
    ['a room with a pillar in its middle', [ROOM, PILLAR]],
    ['an L', [L_SHAPE]]
  ])('the label of %s stands inside it', (_name, rings) => {
    const [x, y] = insidePoint(rings);
    expect(contains(rings, x, y)).toBe(true);
  });
});

describe('a zone', () => {
  it('of two parts is stood at in the larger one', () => {
    expect(standingPlace(zone([PILLAR, L_SHAPE])).x).toBeLessThan(3);
  });
  it('is on its own level only', () => {
    expect(zoneContains(zone([ROOM]), { x: 5, y: 5, level: 'hall' })).toBe(true);
    expect(zoneContains(zone([ROOM]), { x: 5, y: 5, level: 'dome' })).toBe(false);
  });
});

describe('a level is shown', () => {
  const level: Level = {
    id: 'hall',
    ordinal: 0,
    name: {},
    plan: null,
    plan_origin: null,
    plan_size: null,
    outline: null
  };
  const planned: Level = { ...level, plan: '/p.svg', plan_origin: [-6, 4], plan_size: [134, 48] };
  it.each([
    ['by its plan', planned, [-6, 4, 128, 52]],
    ['by its outline', { ...level, outline: points(ROOM) }, [0, 0, 10, 10]],
    ['by its zones', level, [4, 4, 6, 6]]
  ])('%s', (_fact, shown, extent) => {
    expect(levelExtent(shown, [zone([PILLAR])])).toEqual(extent);
  });
});
