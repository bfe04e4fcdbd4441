/** Exhibits as a visitor looks for them: by level, with what can be heard of each. */
import type { Exhibit, Level, Show, Site, Zone } from './api.ts';
import { inLanguage } from './format.ts';

export interface ListedExhibit {
  exhibit: Exhibit;
  title: { text: string; language: string };
  zone: Zone | null;
  /** False where nothing is recorded in any of the visitor's languages. */
  audible: boolean;
}

export interface Shelf {
  level: Level | null;
  exhibits: ListedExhibit[];
}

/** `en-GB` speaks `en`: the part before the first hyphen decides. */
export const plain = (language: string): string => language.split('-')[0] ?? language;

export function listed(exhibit: Exhibit, site: Site, spoken: readonly string[], reader: string): ListedExhibit {
  const recorded = new Set(exhibit.languages.map(plain));
  return {
    exhibit,
    title: inLanguage(exhibit.title, reader, ...spoken, ...site.languages),
    zone: site.zones.find((zone) => zone.exhibit === exhibit.id) ?? null,
    audible: spoken.some((language) => recorded.has(plain(language)))
  };
}

/** All exhibits by number, under the level of their first zone; those with no zone come last. */
export function shelves(site: Site, spoken: readonly string[], reader: string): Shelf[] {
  const all = site.exhibits
    .map((exhibit) => listed(exhibit, site, spoken, reader))
    .sort((a, b) => Number(a.exhibit.number ?? Infinity) - Number(b.exhibit.number ?? Infinity));
  const levels: (Level | null)[] = [...levelsFromTop(site).reverse(), null];
  return levels
    .map((level) => ({ level, exhibits: all.filter((one) => (one.zone?.levels[0] ?? null) === (level?.id ?? null)) }))
    .filter((shelf) => shelf.exhibits.length > 0);
}

/** What is told of an exhibit that is not wholly in a language: `English: 15 of 45 min`; nothing where it is. */
export function exceptionOf(site: Pick<Site, 'coverage'>, language: string, exhibit: string): string | null {
  const covered = site.coverage.find((one) => plain(one.language) === plain(language));
  return covered?.exceptions.find((one) => one.exhibit === exhibit)?.summary ?? null;
}

export const showsOf = (site: Pick<Site, 'shows'>, exhibit: string): Show[] =>
  site.shows.filter((show) => show.exhibit === exhibit);

export const levelsFromTop = (site: Site): Level[] => [...site.levels].sort((a, b) => b.ordinal - a.ordinal);

/** What stands on a zone: the number that opens its narration, else the zone's own id. */
export function codeOf(zone: Zone, site: Site): string {
  return site.exhibits.find((exhibit) => exhibit.id === zone.exhibit)?.number ?? zone.id;
}
