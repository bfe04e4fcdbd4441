/** How the things on the plan look. A zone is told by its code as well as by its colour. */
import CircleStyle from 'ol/style/Circle.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import Text from 'ol/style/Text.js';
import type { Shift } from './labels.ts';
import type { Palette } from './palette.ts';

export interface ZoneLook {
  colour: string;
  playing: boolean;
  next: boolean;
}

/** A colour with an alpha between 0 and 1; colours here are all `#rrggbb`. */
const fade = (colour: string, alpha: number): string =>
  colour +
  Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0');

export const outline = (palette: Palette, plan: boolean): Style =>
  new Style({ stroke: new Stroke({ color: fade(palette.wall, plan ? 0 : 0.8), width: 1.5 }) });

export const connector = (palette: Palette): Style =>
  new Style({
    stroke: new Stroke({ color: fade(palette.wall, 0.9), width: 1, lineDash: [3, 3] }),
    fill: new Fill({ color: fade(palette.wall, 0.12) })
  });

/** What plays is the same colour, only more of it and within a line of its own: colour says which, never whether. */
export function zone(palette: Palette, { colour, playing, next }: ZoneLook): Style[] {
  const lineDash = next ? { lineDash: [8, 5] } : {};
  const look = new Style({
    fill: new Fill({ color: fade(colour, playing ? 0.5 : 0.22) }),
    stroke: new Stroke({ color: colour, width: playing ? 4 : next ? 3.5 : 1.75, ...lineDash }),
    zIndex: playing ? 3 : 1
  });
  const ring = new Style({ stroke: new Stroke({ color: palette.text, width: 6 }), zIndex: 2 });
  return playing ? [ring, look] : [look];
}

const fontOf = (playing: boolean): string => `700 ${playing ? 15 : 13}px system-ui, sans-serif`;

/** The code of a zone, as far aside as it had to give way. */
export const label = (palette: Palette, { colour, playing }: ZoneLook, code: string, [right, up]: Shift): Style =>
  new Style({
    text: new Text({
      text: code,
      font: fontOf(playing),
      offsetX: right,
      offsetY: -up,
      fill: new Fill({ color: playing ? palette.onZone : palette.text }),
      backgroundFill: new Fill({ color: playing ? colour : fade(palette.ground, 0.86) }),
      backgroundStroke: new Stroke({ color: playing ? palette.text : colour, width: playing ? 2 : 1 }),
      padding: [2, 3, 1, 4],
      overflow: true
    }),
    zIndex: playing ? 6 : 5
  });

/** The line from a zone to its code, where that stands outside. */
export const leader = (palette: Palette, { colour }: ZoneLook): Style[] => [
  new Style({ stroke: new Stroke({ color: palette.ground, width: 4.5 }), zIndex: 3 }),
  new Style({ stroke: new Stroke({ color: colour, width: 2 }), zIndex: 4 })
];

/** The size of a code on the screen, in pixels. */
export function sizeOf(code: string, playing: boolean): { width: number; height: number } {
  pen ??= document.createElement('canvas').getContext('2d');
  if (pen) pen.font = fontOf(playing);
  return { width: (pen?.measureText(code).width ?? 9 * code.length) + 9, height: playing ? 22 : 20 };
}
let pen: CanvasRenderingContext2D | null | undefined;

export const way = (palette: Palette): Style =>
  new Style({ stroke: new Stroke({ color: palette.accent, width: 2, lineDash: [2, 6], lineCap: 'round' }), zIndex: 5 });

export const reported = (palette: Palette): Style =>
  new Style({
    stroke: new Stroke({ color: fade(palette.dot, 0.9), width: 1.5 }),
    fill: new Fill({ color: fade(palette.dot, 0.15) }),
    zIndex: 6
  });

export const dot = (palette: Palette): Style[] => [
  new Style({
    image: new CircleStyle({ radius: 16, fill: new Fill({ color: fade(palette.dot, 0.25) }) }),
    zIndex: 7
  }),
  new Style({
    image: new CircleStyle({
      radius: 9,
      fill: new Fill({ color: palette.dot }),
      stroke: new Stroke({ color: palette.ground, width: 2.5 })
    }),
    zIndex: 8
  })
];
