// Every language says everything: a message that is missing, empty, unknown to the others, or that names
// other values than the first language's, stops the build.
import { readFileSync } from 'node:fs';

type Messages = Record<string, string>;

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));
const catalogue = (locale: string): Messages => read(`messages/${locale}.json`) as Messages;
const { baseLocale, locales } = read('project.inlang/settings.json') as { baseLocale: string; locales: string[] };
const base = catalogue(baseLocale);
const values = (text: string): string =>
  [...text.matchAll(/\{(\w+)\}/g)]
    .map((match) => match[1])
    .sort()
    .join(' ');

const faults = locales.flatMap((locale) => {
  const messages = catalogue(locale);
  const missing = Object.keys(base).filter((key) => !messages[key]?.trim());
  const unknown = Object.keys(messages).filter((key) => !(key in base));
  const other = Object.keys(base).filter((key) => messages[key] && values(messages[key]) !== values(base[key] ?? ''));
  return [
    ...missing.map((key) => `messages/${locale}.json: "${key}" is missing; add it`),
    ...unknown.map(
      (key) => `messages/${locale}.json: "${key}" is not in ${baseLocale}.json; remove it or add it there`
    ),
    ...other.map((key) => `messages/${locale}.json: "${key}" must use the same {values} as ${baseLocale}.json`)
  ];
});

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
