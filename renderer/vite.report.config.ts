import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The result screens on the static source: one HTML file with everything inside, `out/report/template.html`. */
export default defineConfig({
  root: here('.'),
  publicDir: false,
  plugins: [vue(), viteSingleFile({ removeViteModuleLoader: true })],
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: here('../out/report'),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 4000,
    rollupOptions: { input: here('template.html') },
  },
});
