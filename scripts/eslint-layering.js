/** Lint rule: imports run one way. The message names the allowed directions. */
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Layer of a file -> layers it may import from. */
const allowed = {
  'core/contracts': ['core/contracts'],
  'core/units': ['core/units'],
  core: ['core', 'core/contracts', 'core/units'],
  electron: ['electron', 'core/index', 'core/contracts', 'core/units'],
  renderer: ['renderer', 'core/contracts', 'core/units'],
};

function layerOf(path) {
  const inside = relative(root, path).split(sep).join('/');
  if (inside.startsWith('core/contracts/')) return 'core/contracts';
  if (inside.startsWith('core/units/')) return 'core/units';
  if (inside === 'core/index.ts') return 'core/index';
  if (inside.startsWith('core/')) return 'core';
  if (inside.startsWith('electron/')) return 'electron';
  if (inside.startsWith('renderer/')) return 'renderer';
  return null;
}

/** Packages that only some layers may use. `core` takes text and typed arrays: no Node, no interface, no devices. */
const corePackages = ['zod', 'ml-matrix', '@noble/hashes', '@spglib/moyo-wasm'];

export const layering = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const from = layerOf(context.filename);
    if (from === null) return {};
    const own = from === 'core/index' ? 'core' : from;
    const check = (node, specifier) => {
      if (specifier.startsWith('.')) {
        const target = layerOf(resolve(dirname(context.filename), specifier));
        const reachable = allowed[own];
        if (target !== null && !reachable.includes(target === 'core/index' && own === 'core' ? 'core' : target)) {
          context.report({ node, message: `Imports run one way: ${own} may import from ${reachable.join(', ')}, not from ${target}.` });
        }
        return;
      }
      const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0];
      if (own.startsWith('core') && !corePackages.includes(name)) {
        context.report({ node, message: `core runs anywhere JavaScript runs: it may use ${corePackages.join(', ')}, not ${specifier}.` });
      }
      if (name === 'electron' && !context.filename.includes(`${sep}electron${sep}shell${sep}`)) {
        context.report({ node, message: 'Only electron/shell imports electron.' });
      }
    };
    const visit = (node) => {
      if (node.source && typeof node.source.value === 'string') check(node, node.source.value);
    };
    return { ImportDeclaration: visit, ExportNamedDeclaration: visit, ExportAllDeclaration: visit, ImportExpression: visit };
  },
};
