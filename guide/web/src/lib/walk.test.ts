import { describe, expect, it } from 'vitest';
import type { Connector } from './api.ts';
import type { Spot } from './geometry.ts';
import { advance, remaining, RIDE_SECONDS, route, type Leg, type Walk } from './walk.ts';

const square = (x: number, y: number): [number, number][] => [
  [x - 1, y - 1],
  [x + 1, y - 1],
  [x + 1, y + 1],
  [x - 1, y + 1]
];
const LIFT: Connector = { id: 'lift', kind: 'lift', levels: ['tunnel', 'dome'], outline: square(100, 0) };
const STAIRS: Connector = { id: 'stairs', kind: 'stairs', levels: ['tunnel', 'dome'], outline: square(10, 0) };
const HATCH: Connector = { id: 'hatch', kind: 'stairs', levels: ['dome', 'roof'], outline: square(50, 0) };
const spot = (x: number, level: string): Spot => ({ x, y: 0, level });

const told = (legs: Leg[] | null): string[] | null =>
  legs?.map((leg) => `${leg.kind} ${Math.round(leg.to.x)} ${leg.to.level}`) ?? null;

describe('a way', () => {
  const table: [fact: string, from: Spot, to: Spot, connectors: Connector[], legs: string[] | null][] = [
    ['on one level is a straight line', spot(0, 'tunnel'), spot(9, 'tunnel'), [LIFT], ['walk 9 tunnel']],
    [
      'to another level leads through the lift',
      spot(0, 'tunnel'),
      spot(5, 'dome'),
      [LIFT],
      ['walk 100 tunnel', 'ride 100 dome', 'walk 5 dome']
    ],
    [
      'takes the nearer of two',
      spot(0, 'tunnel'),
      spot(5, 'dome'),
      [LIFT, STAIRS],
      ['walk 10 tunnel', 'ride 10 dome', 'walk 5 dome']
    ],
    [
      'may need two connectors',
      spot(0, 'tunnel'),
      spot(50, 'roof'),
      [HATCH, STAIRS],
      ['walk 10 tunnel', 'ride 10 dome', 'walk 50 dome', 'ride 50 roof', 'walk 50 roof']
    ],
    ['that does not exist is none', spot(0, 'tunnel'), spot(5, 'roof'), [LIFT], null]
  ];
  it.each(table)('%s', (_fact, from, to, connectors, legs) => {
    expect(told(route(from, to, connectors))).toEqual(legs);
  });
});

describe('walking', () => {
  const walk: Walk = { at: spot(0, 'tunnel'), legs: route(spot(0, 'tunnel'), spot(21, 'dome'), [STAIRS]) ?? [] };

  it.each([
    [5, { x: 5.5, level: 'tunnel' }],
    [10 / 1.1 + RIDE_SECONDS - 0.1, { x: 10, level: 'tunnel' }],
    [10 / 1.1 + RIDE_SECONDS + 5, { x: 15.5, level: 'dome' }],
    [999, { x: 21, level: 'dome' }]
  ])('after %f s the visitor stands at %j', (seconds, place) => {
    const { at } = advance(walk, seconds);
    expect(at.level).toBe(place.level);
    expect(at.x).toBeCloseTo(place.x);
  });

  it('in many small steps comes to the same place as in one', () => {
    let stepped = walk;
    for (let index = 0; index < 200; index += 1) stepped = advance(stepped, 0.1);
    expect(stepped.at.x).toBeCloseTo(advance(walk, 20).at.x);
    expect(stepped.at.level).toBe(advance(walk, 20).at.level);
  });

  it('knows how long it will take', () => {
    expect(remaining(walk)).toBeCloseTo(21 / 1.1 + RIDE_SECONDS);
    expect(remaining(advance(walk, 1000))).toBe(0);
  });

  it('stands still where there is nowhere to go', () => {
    expect(advance({ at: spot(3, 'dome'), legs: [] }, 5).at).toEqual(spot(3, 'dome'));
  });
});
