import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { hashOfSources } from './engine/core-version.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Command line, engine, worker, helper and Electron's main process for Node 24, each with its libraries inside, so that `out/` alone can be shipped. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: here('../out'),
    emptyOutDir: false,
    target: 'node24',
    minify: false,
    rollupOptions: {
      input: {
        'cli/phonolite': here('cli/phonolite.ts'),
        'engine/engine': here('engine/engine.ts'),
        'engine/question-process': here('engine/question-process.ts'),
        'engine/worker': here('engine/worker.ts'),
        'engine/helper': here('engine/helper.ts'),
        'shell/main': here('shell/main.ts'),
      },
      external: ['electron'],
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true },
  define: { __CORE_VERSION__: JSON.stringify(hashOfSources(here('../core'))) },
});
