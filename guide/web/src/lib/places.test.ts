import { describe, expect, it } from 'vitest';
import { placeOf, spotOf } from './places.ts';

const SITE = {
  levels: [{ id: 'dome', ordinal: 0, name: {}, plan: null, plan_origin: null, plan_size: null, outline: null }]
};

describe('an address', () => {
  it.each([
    ['level=dome&x=10.5&y=-3', { x: 10.5, y: -3, level: 'dome' }],
    ['level=dome&x=10,5&y=0', { x: 10.5, y: 0, level: 'dome' }],
    ['level=attic&x=1&y=1', null],
    ['level=dome&x=one&y=1', null],
    ['level=dome&x=&y=1', null],
    ['', null]
  ])('%s begins at %j', (query, spot) => {
    expect(spotOf(new URLSearchParams(query), SITE)).toEqual(spot);
  });
  it.each([
    ['qr=LC-123', { kind: 'qr', id: 'LC-123' }],
    ['qr=', null],
    ['', null]
  ])('%s stands for %j', (query, place) => {
    expect(placeOf(new URLSearchParams(query))).toEqual(place);
  });
});
