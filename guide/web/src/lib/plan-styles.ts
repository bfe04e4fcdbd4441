/** How the things on the plan look. A zone is told by its code as well as by its colour. */
import CircleStyle from 'ol/style/Circle.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import Text from 'ol/style/Text.js';
import type { Palette } from './palette.ts';

interface ZoneLook {
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

export function zone(palette: Palette, look: ZoneLook): Style {
  const lineDash = look.next ? [8, 5] : undefined;
  return new Style({
    fill: new Fill({ color: fade(look.playing ? palette.accent : look.colour, look.playing ? 0.4 : 0.22) }),
    stroke: new Stroke({
      color: look.playing ? palette.accent : look.colour,
      width: look.playing || look.next ? 3.5 : 1.75,
      ...(lineDash ? { lineDash } : {})
    }),
    zIndex: look.playing ? 2 : 1
  });
}

export const label = (palette: Palette, look: ZoneLook, code: string): Style =>
  new Style({
    text: new Text({
      text: code,
      font: `700 ${look.playing ? 15 : 13}px system-ui, sans-serif`,
      fill: new Fill({ color: palette.text }),
      backgroundFill: new Fill({ color: fade(palette.ground, 0.78) }),
      padding: [2, 3, 1, 4],
      overflow: true
    }),
    zIndex: look.playing ? 4 : 3
  });

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
