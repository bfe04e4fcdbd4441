// Puts the viewer of the API reference beside the pages. Its style sheet carries pictures as `data:` addresses,
// which a policy of `default-src 'self'` does not let in: each becomes a file of its own.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = `${root}node_modules/swagger-ui-dist/`;
const target = `${root}build/docs-assets/`;
const DATA = /url\((["']?)data:image\/(svg\+xml|png|jpeg)(?:;charset=utf-8)?(;base64)?,((?:(?!\1\)).)*)\1\)/g;
const ENDINGS: Record<string, string> = { 'svg+xml': 'svg', png: 'png', jpeg: 'jpg' };

mkdirSync(target, { recursive: true });
for (const name of ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'LICENSE', 'NOTICE']) {
  copyFileSync(source + name, target + name);
}
copyFileSync(`${root}docs-assets/init.js`, `${target}init.js`);

const styles = readFileSync(`${source}swagger-ui.css`, 'utf8')
  .replace(DATA, (_whole, _quote, type: string, base64: string | undefined, data: string) => {
    const bytes = base64
      ? Buffer.from(data, 'base64')
      : Buffer.from(decodeURIComponent(data.replaceAll('\\', '')), 'utf8');
    const name = `picture-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.${ENDINGS[type] ?? 'bin'}`;
    writeFileSync(target + name, bytes);
    return `url("${name}")`;
  })
  .replace(/\/\*# sourceMappingURL=.*?\*\//, '');
if (/data:/.test(styles.replace(/metadata:/g, ''))) {
  throw new Error('swagger-ui.css has a data: address of a new kind; teach scripts/copy-docs.ts to write it out');
}
writeFileSync(`${target}swagger-ui.css`, styles);
