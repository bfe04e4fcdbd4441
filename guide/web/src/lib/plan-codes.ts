/** The codes that stand on the zones of a plan, each out of the others' way and out of the visitor's. */
import Feature from 'ol/Feature.js';
import LineString from 'ol/geom/LineString.js';
import Point from 'ol/geom/Point.js';
import VectorSource from 'ol/source/Vector.js';
import type { Zone } from './api.ts';
import { contains, insidePoint, ringsOf, type Ring } from './geometry.ts';
import { isAside, placed, type Box, type Label, type Shift } from './labels.ts';
import { zoneColour, type Palette } from './palette.ts';
import type { Drawn } from './plan-map.ts';
import * as styles from './plan-styles.ts';

/** What the visitor's dot hides. */
const DOT_PIXELS = 30;
const HOME: Shift = [0, 0];

interface Sign {
  id: string;
  rings: readonly Ring[];
  anchor: readonly [number, number];
  feature: Feature<Point>;
  /** From the zone to its code, where that stands outside. */
  leader: Feature<LineString>;
  code: string;
  look: styles.ZoneLook;
}

export class Codes {
  readonly signs = new VectorSource();
  readonly leaders = new VectorSource();
  #palette: Palette | null = null;
  #level = '';
  #signs: Sign[] = [];
  #shifts: ReadonlyMap<string, Shift> = new Map();
  #fresh = true;

  /** Takes the zones of a level; `place` then puts their codes up. */
  draw(drawn: Drawn): void {
    if (drawn.level.id !== this.#level) this.#shifts = new Map();
    this.#level = drawn.level.id;
    this.#palette = drawn.palette;
    this.#fresh = true;
    this.#signs = zonesOn(drawn).flatMap((zone) => signsOf(zone, drawn));
    this.signs.clear();
    this.signs.addFeatures(this.#signs.map((sign) => sign.feature));
    this.leaders.clear();
    this.leaders.addFeatures(this.#signs.map((sign) => sign.leader));
  }

  /** Moves the codes that must give way; `resolution` is metres a pixel, `visitor` where the dot is, if it is here. */
  place(resolution: number, visitor: readonly number[] | null): void {
    const before = this.#shifts;
    const dot: Box[] = visitor ? [{ ...onScreen(visitor, resolution), width: DOT_PIXELS, height: DOT_PIXELS }] : [];
    this.#shifts = placed(
      this.#signs.map((sign) => labelOf(sign, resolution)),
      dot,
      before
    );
    for (const sign of this.#signs) {
      const shift = this.#shifts.get(sign.id) ?? HOME;
      // What stands aside has a line, whose length in metres changes with every zoom.
      if (this.#fresh || isAside(shift) || isAside(before.get(sign.id) ?? HOME)) this.#put(sign, shift, resolution);
    }
    this.#fresh = false;
  }

  #put({ anchor: [x, y], rings, leader, feature, look, code }: Sign, shift: Shift, resolution: number): void {
    if (!this.#palette) return;
    const [toX, toY] = [x + shift[0] * resolution, y + shift[1] * resolution];
    const line = [
      [x, y],
      [toX, toY]
    ];
    leader.setGeometry(contains(rings, toX, toY) ? undefined : new LineString(line));
    leader.setStyle(styles.leader(this.#palette, look));
    feature.setStyle(styles.label(this.#palette, look, code, shift));
  }
}

export const zonesOn = ({ zones, level }: Drawn): Zone[] => zones.filter((zone) => zone.levels.includes(level.id));

export function lookOf(zone: Zone, { zones, palette, playing, next }: Drawn): styles.ZoneLook {
  const told = zone.exhibit !== null;
  return {
    colour: zoneColour(zone, zones, palette),
    playing: told && zone.exhibit === playing,
    next: told && zone.exhibit === next
  };
}

function signsOf(zone: Zone, drawn: Drawn): Sign[] {
  const code = drawn.code(zone) + (drawn.heard.has(zone.exhibit ?? '') ? ' ✓' : '');
  return zone.parts.map((part, index) => {
    const rings = ringsOf(part);
    const anchor = insidePoint(rings);
    const feature = new Feature(new Point([...anchor]));
    const leader = new Feature<LineString>();
    return { id: `${zone.id} ${index}`, rings, anchor, feature, leader, code, look: lookOf(zone, drawn) };
  });
}

const labelOf = ({ id, anchor, code, look }: Sign, resolution: number): Label => ({
  id,
  first: look.playing,
  ...onScreen(anchor, resolution),
  ...styles.sizeOf(code, look.playing)
});

const onScreen = ([x = 0, y = 0]: readonly number[], resolution: number): { x: number; y: number } => ({
  x: x / resolution,
  y: y / resolution
});
