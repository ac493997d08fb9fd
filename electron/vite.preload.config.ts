import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The preload script: a sandboxed window loads one CommonJS file and nothing beside it. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: here('../out/shell'),
    emptyOutDir: false,
    target: 'es2022',
    minify: false,
    rollupOptions: {
      input: { preload: here('shell/preload.ts') },
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    },
  },
  ssr: { noExternal: true },
});
