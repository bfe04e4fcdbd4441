/**
 * Raw containment, the rule that many guides use: play the exhibit of the zone one is in, from the beginning
 * whenever that changes, and nothing outside. In its favour: where two zones overlap, it stays with the one
 * it plays, and it does not begin again while one stands still at what has been told.
 */
import type { Zone } from '../api.ts';
import { zoneContains, type Spot } from '../geometry.ts';

/** The exhibit to be heard at a spot, after the one before. */
export function contained(zones: readonly Zone[], spot: Spot, before: string | null): string | null {
  const here = zones.filter((zone) => zone.mode === 'auto' && zone.exhibit !== null && zoneContains(zone, spot));
  if (here.some((zone) => zone.exhibit === before)) return before;
  const [first] = [...here].sort((a, b) => b.priority - a.priority || a.id.localeCompare(b.id));
  return first?.exhibit ?? null;
}
