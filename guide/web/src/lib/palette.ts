import type { Zone } from './api.ts';

/** Colours the map needs as values, because a canvas knows no style sheet. The same as in tokens.css. */
export interface Palette {
  ground: string;
  text: string;
  wall: string;
  accent: string;
  dot: string;
  /** Letters on a zone's full colour. */
  onZone: string;
  zones: readonly string[];
}

export const DARK: Palette = {
  ground: '#101316',
  text: '#ece8e1',
  wall: '#7d8896',
  accent: '#ffb454',
  dot: '#ffb454',
  onZone: '#101316',
  zones: ['#56b4e9', '#e69f00', '#35c49a', '#cc79a7', '#f0e442', '#ff8f6b']
};

export const LIGHT: Palette = {
  ground: '#ffffff',
  text: '#1b1f24',
  wall: '#6b7580',
  accent: '#8a5200',
  dot: '#c05a00',
  onZone: '#ffffff',
  zones: ['#0b6fae', '#946200', '#00745a', '#a0427c', '#6f6700', '#bd4216']
};

/**
 * Which of the zone colours a zone has, on the plan and wherever its narration is drawn: the same for all zones of
 * one exhibit, and different for neighbours on a level as far as the colours go.
 */
export function colourIndex(zone: Zone, zones: readonly Zone[]): number {
  const own = (zone.exhibit !== null && zones.find((one) => one.exhibit === zone.exhibit)) || zone;
  const level = own.levels[0] ?? '';
  return Math.max(
    0,
    zones.filter((one) => one.levels.includes(level)).findIndex((one) => one.id === own.id)
  );
}

export const zoneColour = (zone: Zone, zones: readonly Zone[], palette: Palette): string =>
  palette.zones[colourIndex(zone, zones) % palette.zones.length] ?? palette.wall;
