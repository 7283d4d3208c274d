// Lint rules: typescript-eslint's strict set, plus the habits of the house that a rule can hold.
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.tap/', 'coverage/', 'bench/peers/', 'data/'] },
  ...tseslint.configs.strict,
  {
    rules: {
      'eqeqeq': 'error',
      'no-console': 'error',
      'prefer-const': 'error',
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Only src/config.ts and src/env-file.ts read the environment.' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // Else the module is loaded though nothing of it is used: 250 ms of the start.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }]
    }
  },
  { files: ['src/config.ts', 'src/env-file.ts', 'test/**', 'proof/**', 'scripts/**', 'bench/**', 'bin/**', 'examples/**'], rules: { 'no-restricted-properties': 'off', 'no-console': 'off' } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } }
)
