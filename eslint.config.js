import vue from 'eslint-plugin-vue';
import typescript from 'typescript-eslint';
import { layering } from './scripts/eslint-layering.js';

export default typescript.config(
  { ignores: ['out/**', 'dist/**', 'runs/**', 'node_modules/**', 'core/kernels/assembly/**', 'resources/**'] },
  ...typescript.configs.strict,
  ...vue.configs['flat/recommended'],
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: typescript.parser } } },
  {
    plugins: { phonolite: { rules: { layering } } },
    rules: {
      'phonolite/layering': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // Indexing typed arrays in numerical loops: the bound is the loop's own.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-undef': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/multi-word-component-names': 'off',
    },
  },
  // Declarations of what the surroundings offer: classes that are only constructed.
  { files: ['**/*.d.ts'], rules: { '@typescript-eslint/no-extraneous-class': 'off' } },
  {
    files: ['core/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'core is deterministic by seed: use core/math/random.ts.' },
        { object: 'Date', property: 'now', message: 'core knows no clock: let the host pass the time in.' },
      ],
      'no-restricted-globals': ['error', 'process', 'window', 'document', 'performance', 'setTimeout', 'fetch'],
    },
  },
);
