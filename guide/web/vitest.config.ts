import { defineConfig } from 'vitest/config';

// Only pure logic is tested here, so no plugin is needed; pages are tested in a real browser.
export default defineConfig({ test: { include: ['src/**/*.test.ts'] } });
