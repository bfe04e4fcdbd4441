/** The floor plan of one level as an OpenLayers map, in level metres. It draws what it is given, no more. */
import Feature from 'ol/Feature.js';
import OlMap from 'ol/Map.js';
import type MapBrowserEvent from 'ol/MapBrowserEvent.js';
import View from 'ol/View.js';
import Circle from 'ol/geom/Circle.js';
import LineString from 'ol/geom/LineString.js';
import Point from 'ol/geom/Point.js';
import Polygon from 'ol/geom/Polygon.js';
import PointerInteraction from 'ol/interaction/Pointer.js';
import { defaults as defaultInteractions } from 'ol/interaction/defaults.js';
import ImageLayer from 'ol/layer/Image.js';
import VectorLayer from 'ol/layer/Vector.js';
import Projection from 'ol/proj/Projection.js';
import ImageStatic from 'ol/source/ImageStatic.js';
import VectorSource from 'ol/source/Vector.js';
import type { Connector, Level, Zone } from './api.ts';
import { levelExtent, ringsOf, zoneContains, zonesExtent, type Extent, type Ring, type Spot } from './geometry.ts';
import type { Palette } from './palette.ts';
import { Codes, lookOf, zonesOn } from './plan-codes.ts';
import * as styles from './plan-styles.ts';
import { inSight } from './sight.ts';

export interface Drawn {
  level: Level;
  zones: readonly Zone[];
  connectors: readonly Connector[];
  palette: Palette;
  /** What stands on a zone: the number of its exhibit. */
  code(zone: Zone): string;
  /** Exhibits to tell apart from the rest. */
  playing: string | null;
  next: string | null;
  heard: ReadonlySet<string>;
}

export interface Dot {
  spot: Spot;
  /** Where the service was told the visitor is, with its one-sigma circle. */
  reported: { x: number; y: number; level: string; accuracy: number } | null;
  /** The way still to go on this level. */
  way: readonly { x: number; y: number }[];
}

interface Handlers {
  /** A click on the plan: where, and on which zone. */
  picked(spot: Spot, zone: Zone | null): void;
  /** The dot was dragged there; null where it cannot be dragged. */
  dragged: ((x: number, y: number) => void) | null;
  /** The dot's place on the screen, in pixels of the map's element. */
  placed(pixel: readonly number[] | null): void;
}

const closed = (ring: Ring): number[][] => [...ring, ring[0] ?? []].map((point) => [...point]);
const polygon = (rings: readonly Ring[]): Polygon => new Polygon(rings.map(closed));
/** The tools stand below. */
const PADDING = [16, 16, 60, 16];
const MARGIN_METRES = 3;
const GRIP_PIXELS = 24;
/** Pixels a metre: with fewer, a visitor who walks hardly moves on the screen, and the view comes nearer. */
const FAR = 4;
const NEAR = 9;

export class PlanMap {
  readonly #map: OlMap;
  readonly #image = new ImageLayer();
  readonly #rooms = new VectorSource();
  readonly #zones = new VectorSource();
  readonly #codes = new Codes();
  readonly #visitor = new VectorSource();
  readonly #dot = new Feature(new Point([0, 0]));
  readonly #handlers: Handlers;
  #drawn: Drawn | null = null;
  #whole: Extent = [0, 0, 1, 1];
  /** What the view is to show until the reader moves it. */
  #framed: Extent = [0, 0, 1, 1];
  #dragging = false;
  /** True once the reader has moved the map: a change of its size then leaves the view alone. */
  #moved = false;
  /** Whether the view goes with the visitor, and whether the reader has taken it elsewhere meanwhile. */
  #follows = false;
  #taken = false;

  constructor(target: HTMLElement, handlers: Handlers) {
    this.#handlers = handlers;
    const visitors = new VectorLayer({ source: this.#visitor });
    this.#map = new OlMap({
      target,
      controls: [],
      interactions: defaultInteractions({ keyboard: false, altShiftDragRotate: false, pinchRotate: false }),
      layers: [
        this.#image,
        new VectorLayer({ source: this.#rooms }),
        new VectorLayer({ source: this.#zones }),
        new VectorLayer({ source: this.#codes.leaders, updateWhileInteracting: true }),
        visitors,
        new VectorLayer({ source: this.#codes.signs, updateWhileInteracting: true })
      ]
    });
    this.#map.on('click', (event) => this.#clicked(event));
    this.#map.on('pointerdrag', () => {
      if (!this.#dragging) this.#moved = this.#taken = true;
    });
    target.addEventListener('wheel', () => (this.#moved = true), { passive: true });
    this.#map.on('change:size', () => {
      if (this.#moved) return;
      this.#frame();
      this.#approach();
    });
    this.#map.on('postrender', () => this.#tellPlace());
    if (handlers.dragged) this.#makeDraggable(handlers.dragged);
  }

  draw(drawn: Drawn): void {
    const moved = drawn.level.id !== this.#drawn?.level.id;
    this.#drawn = drawn;
    if (moved) this.#changeLevel(drawn);
    this.#rooms.clear();
    this.#rooms.addFeatures(this.#roomFeatures(drawn));
    this.#zones.clear();
    this.#zones.addFeatures(this.#zoneFeatures(drawn));
    this.#codes.draw(drawn);
    this.#placeCodes();
  }

  drawVisitor(dot: Dot | null): void {
    this.#visitor.clear();
    const drawn = this.#drawn;
    if (dot && drawn) this.#addVisitor(dot, drawn);
    this.#placeCodes();
    this.#keepInSight();
  }

  #addVisitor(dot: Dot, { palette, level }: Drawn): void {
    const { reported } = dot;
    if (dot.way.length > 1 && dot.spot.level === level.id) {
      const way = new Feature(new LineString(dot.way.map(({ x, y }) => [x, y])));
      way.setStyle(styles.way(palette));
      this.#visitor.addFeature(way);
    }
    if (reported?.level === level.id) {
      const ring = new Feature(new Circle([reported.x, reported.y], Math.max(0.3, reported.accuracy)));
      ring.setStyle(styles.reported(palette));
      this.#visitor.addFeature(ring);
    }
    if (dot.spot.level !== level.id) return;
    if (!this.#dragging) this.#dot.getGeometry()?.setCoordinates([dot.spot.x, dot.spot.y]);
    this.#dot.setStyle(styles.dot(palette));
    this.#visitor.addFeature(this.#dot);
  }

  zoom(steps: number): void {
    this.#moved = true;
    this.#map.getView().adjustZoom(steps);
  }

  /** All of the level. */
  fit(): void {
    this.#taken = true;
    this.#look(this.#whole);
  }

  /** One part of the level, as large as it goes. */
  show(part: Extent): void {
    this.#look(part);
  }

  /** Back to the visitor, and with them from now on where the view follows. */
  centre(x: number, y: number): void {
    this.#moved = true;
    this.#taken = false;
    this.#map.getView().setCenter([x, y]);
  }

  /** Whether the view goes with the visitor, until the reader takes it elsewhere. */
  follow(follows: boolean): void {
    if (follows === this.#follows) return;
    this.#follows = follows;
    this.#taken = false;
    this.#approach();
  }

  /** Moves the view by shares of its own size, for keys. */
  pan(right: number, up: number): void {
    const view = this.#map.getView();
    const [x = 0, y = 0] = view.getCenter() ?? [];
    const [width = 0, height = 0] = this.#map.getSize() ?? [];
    this.#moved = this.#taken = true;
    const metresPerPixel = view.getResolution() ?? 1;
    view.setCenter([x + right * width * metresPerPixel, y + up * height * metresPerPixel]);
  }

  dispose(): void {
    this.#map.setTarget(undefined);
    this.#map.dispose();
  }

  #changeLevel(drawn: Drawn): void {
    const { level } = drawn;
    this.#whole = levelExtent(level, drawn.zones);
    const projection = new Projection({ code: `level:${level.id}`, units: 'm', extent: this.#whole });
    this.#image.setSource(
      level.plan ? new ImageStatic({ url: level.plan, imageExtent: this.#whole, projection }) : null
    );
    this.#map.setView(
      new View({ projection, center: [0, 0], resolution: 1, enableRotation: false, minResolution: 0.01 })
    );
    this.#map.getView().on('change:resolution', () => this.#placeCodes());
    this.#taken = false;
    // The zones, as large as they go: on a telephone the whole dome would leave their codes unreadable.
    this.#look(zonesExtent(level, drawn.zones, MARGIN_METRES));
    this.#approach();
  }

  #look(at: Extent): void {
    this.#framed = at;
    this.#moved = false;
    this.#frame();
  }

  #frame(): void {
    this.#map.getView().fit(this.#framed, { padding: PADDING });
  }

  /** Comes near enough to see the visitor walk. */
  #approach(): void {
    const view = this.#map.getView();
    const place = this.#visitorPlace();
    if (!this.#follows || this.#taken || !place) return;
    if (1 / (view.getResolution() ?? 1) < FAR) {
      view.setResolution(1 / NEAR);
      view.setCenter([...place]);
    }
    this.#keepInSight();
  }

  #keepInSight(): void {
    const place = this.#visitorPlace();
    if (!this.#follows || this.#taken || this.#dragging || !place) return;
    const view = this.#map.getView();
    const [x = 0, y = 0] = view.getCenter() ?? [];
    const [width = 0, height = 0] = this.#map.getSize() ?? [];
    const half = (view.getResolution() ?? 1) / 2;
    const [minX, minY, maxX, maxY] = this.#whole;
    const to = [
      inSight(x, width * half, place[0] ?? x, [minX, maxX]),
      inSight(y, height * half, place[1] ?? y, [minY, maxY])
    ];
    if (to[0] !== x || to[1] !== y) view.setCenter(to);
  }

  #roomFeatures({ level, connectors, palette }: Drawn): Feature[] {
    const outline = level.outline && level.outline.length > 2 ? [new Feature(polygon([level.outline]))] : [];
    for (const feature of outline) feature.setStyle(styles.outline(palette, Boolean(level.plan)));
    const doors = connectors
      .filter((one) => one.levels.includes(level.id))
      .map((one) => new Feature(polygon([one.outline])));
    for (const feature of doors) feature.setStyle(styles.connector(palette));
    return [...outline, ...doors];
  }

  #zoneFeatures(drawn: Drawn): Feature[] {
    return zonesOn(drawn).flatMap((zone) => {
      const areas = zone.parts.map((part) => new Feature(polygon(ringsOf(part))));
      for (const area of areas) area.setStyle(styles.zone(drawn.palette, lookOf(zone, drawn)));
      return areas;
    });
  }

  #placeCodes(): void {
    const resolution = this.#map.getView().getResolution();
    if (resolution) this.#codes.place(resolution, this.#visitorPlace());
  }

  /** By distance and not by reading pixels back: a thumb need not hit the dot, only come near it. */
  #makeDraggable(dragged: (x: number, y: number) => void): void {
    const drag = ({ coordinate: [x = 0, y = 0] }: MapBrowserEvent): void => {
      this.#dot.getGeometry()?.setCoordinates([x, y]);
      dragged(x, y);
    };
    this.#map.addInteraction(
      new PointerInteraction({
        handleDownEvent: ({ pixel: [x = 0, y = 0] }) => {
          const [dotX = Infinity, dotY = Infinity] = this.#dotPixel() ?? [];
          this.#dragging = Math.hypot(x - dotX, y - dotY) <= GRIP_PIXELS;
          return this.#dragging;
        },
        handleDragEvent: drag,
        handleUpEvent: () => (this.#dragging = false)
      })
    );
  }

  #clicked(event: MapBrowserEvent): void {
    const drawn = this.#drawn;
    if (!drawn) return;
    const [x = 0, y = 0] = event.coordinate;
    const spot: Spot = { x, y, level: drawn.level.id };
    this.#handlers.picked(spot, drawn.zones.find((zone) => zoneContains(zone, spot)) ?? null);
  }

  #tellPlace(): void {
    this.#handlers.placed(this.#dotPixel());
  }

  #dotPixel(): readonly number[] | null {
    const place = this.#visitorPlace();
    return place && this.#map.getPixelFromCoordinate([...place]);
  }

  /** Where the dot is drawn; null while the visitor is on another level. */
  #visitorPlace(): readonly number[] | null {
    const place = this.#dot.getGeometry()?.getCoordinates();
    return this.#visitor.hasFeature(this.#dot) && place ? place : null;
  }
}
