import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['node_modules', 'build', '.svelte-kit', 'src/lib/paraglide', 'src/lib/schema.d.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      eqeqeq: 'error',
      'no-undef': 'off', // the type checker knows better
      'max-lines': ['error', 500],
      'max-lines-per-function': ['error', 60],
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Text is text: build elements instead.' }
      ],
      'svelte/no-at-html-tags': 'error',
      'svelte/no-navigation-without-resolve': 'off' // the pages are always served at the root
    }
  },
  {
    files: ['**/*.test.ts'],
    rules: { 'max-lines-per-function': 'off' } // a describe block is a table, not a function
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } }
  }
);
