import { describe, expect, it } from 'vitest';
import type { Zone } from './api.ts';
import { colourIndex } from './palette.ts';

const zone = (id: string, exhibit: string | null, ...levels: string[]): Zone => ({ id, exhibit, levels }) as Zone;
const ZONES = [
  zone('hall', 'hall', 'ground'),
  zone('door', 'show', 'ground'),
  zone('seats', 'show', 'ground'),
  zone('shaft', 'shaft', 'ground', 'upper'),
  zone('roof', 'roof', 'upper'),
  zone('store', null, 'upper')
];
const colourOf = (id: string): number => colourIndex(ZONES.find((one) => one.id === id) ?? zone(id, null), ZONES);

describe('the colour of a zone', () => {
  it('is its own among its neighbours', () => {
    expect(['hall', 'door', 'shaft'].map(colourOf)).toEqual([0, 1, 3]);
    expect(['roof', 'store'].map(colourOf)).toEqual([1, 2]);
  });
  it('is the same for all zones of one exhibit, as its narration has one colour', () => {
    expect(colourOf('seats')).toBe(colourOf('door'));
  });
});
