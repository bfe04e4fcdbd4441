/** Where a page begins, as its address says it. */
import type { Site } from './api.ts';
import type { Spot } from './geometry.ts';

/** `?level=dome-2&x=108&y=45`: a spot that can be sent to a colleague; null where it is none of this site's. */
export function spotOf(query: URLSearchParams, site: Pick<Site, 'levels'>): Spot | null {
  const level = query.get('level');
  const [x, y] = [number(query.get('x')), number(query.get('y'))];
  const known = site.levels.some((one) => one.id === level);
  return known && level !== null && x !== null && y !== null ? { x, y, level } : null;
}

/** `?qr=LC-123`: the code on the wall through which the page was opened. */
export function placeOf(query: URLSearchParams): { kind: 'qr'; id: string } | null {
  const id = query.get('qr');
  return id ? { kind: 'qr', id } : null;
}

/** A decimal number with a point or a comma. */
function number(text: string | null): number | null {
  if (text === null || text.trim() === '') return null;
  const value = Number(text.replace(',', '.'));
  return Number.isFinite(value) ? value : null;
}
