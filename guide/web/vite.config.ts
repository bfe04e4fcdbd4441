import { readFileSync } from 'node:fs';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import type { PreprocessorGroup } from 'svelte/compiler';
import { defineConfig } from 'vite';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string };

/** SvelteKit hides its announcer by an inline style, which our policy forbids; a class hides it as well. */
const noInlineStyle: PreprocessorGroup = {
  name: 'no-inline-style',
  markup({ content, filename }) {
    if (!filename?.endsWith('/runtime/components/root.svelte')) return;
    const code = content.replace(/style="position: absolute[^"]*"/, 'class="unseen"');
    if (code === content)
      throw new Error('SvelteKit words its announcer anew; teach vite.config.ts to find its inline style');
    return { code };
  }
};

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale']
    }),
    sveltekit({
      preprocess: noInlineStyle,
      adapter: adapter({ fallback: '200.html' }),
      version: { name: version },
      csp: {
        mode: 'hash',
        directives: {
          'default-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['self'],
          'form-action': ['self']
        }
      }
    })
  ],
  // `npm run dev` beside a running `coupole demo`: pages reload as they are written, answers are the real ones.
  server: { proxy: { '/api': 'http://127.0.0.1:8000' } }
});
