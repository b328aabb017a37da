import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const inexactMath = 'exp expm1 log log10 log1p log2 pow sin cos tan cbrt hypot'.split(' ');

/** What would make two runs of one seed differ. The compiler already hides Node and the DOM. */
const nondeterminism = {
  globals: ['Date', 'Intl', 'Promise', 'WeakRef', 'FinalizationRegistry'],
  properties: [
    { object: 'Math', property: 'random', message: 'Draw from the seeded Random you were given.' },
    ...inexactMath.map((property) => ({
      object: 'Math',
      property,
      message: 'Engines may round this differently; use exact arithmetic.',
    })),
  ],
  syntax: [
    { selector: ':function[async=true]', message: 'The simulator is synchronous: return effects.' },
    { selector: 'ForInStatement', message: 'Integer-like keys come first, in order; use a Map.' },
    {
      selector: 'CallExpression[callee.property.name=/^(localeCompare|toLocale\\w+)$/]',
      message: 'Depends on the locale of the machine.',
    },
    { selector: "BinaryExpression[operator='**']", message: 'Engines may round this differently.' },
  ],
};

const notOurStyle = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  {
    selector: 'ExportAllDeclaration',
    message: 'No barrels: import from the file that defines it.',
  },
  {
    selector:
      'AssignmentExpression[left.type="MemberExpression"] > :matches(ArrowFunctionExpression, FunctionExpression).right',
    message:
      'V8 keeps such a closure, and all it reaches, until a full collection: a whole run, in a sweep. Give it to a field where that is declared.',
  },
];

export default defineConfig(
  { ignores: ['dist', 'sim/protocol/messages', 'sim/protocol/config/tables', 'conformance/cases'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.node.json', tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'default', format: ['camelCase'] },
        { selector: 'import', format: ['camelCase', 'PascalCase'] },
        { selector: 'typeLike', format: ['PascalCase'] },
        {
          selector: 'parameter',
          modifiers: ['unused'],
          format: ['camelCase'],
          leadingUnderscore: 'allow',
        },
        // A table of constants, used as `Api.produce`.
        {
          selector: 'variable',
          modifiers: ['const', 'exported'],
          format: ['camelCase', 'PascalCase'],
        },
        { selector: ['objectLiteralProperty', 'typeProperty'], format: null },
      ],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/require-array-sort-compare': ['error', { ignoreStringArrays: false }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/strict-boolean-expressions': [
        'error',
        { allowString: false, allowNumber: false, allowNullableObject: false },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      complexity: ['error', 16],
      curly: ['error', 'multi-line'],
      eqeqeq: 'error',
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      'no-else-return': 'error',
      'no-implicit-coercion': 'error',
      'no-param-reassign': 'error',
      'no-warning-comments': ['error', { terms: ['fixme', 'xxx', 'hack', 'todo'] }],
      'no-restricted-syntax': ['error', ...notOurStyle],
      'object-shorthand': 'error',
      'prefer-template': 'error',
    },
  },
  {
    files: ['{sim,scenarios,invariants,reports}/**/*.ts'],
    ignores: ['**/*.test.ts', 'sim/host/**'],
    rules: {
      'no-restricted-globals': ['error', ...nondeterminism.globals],
      'no-restricted-properties': ['error', ...nondeterminism.properties],
      'no-restricted-syntax': ['error', ...notOurStyle, ...nondeterminism.syntax],
    },
  },
  { files: ['**/*.test.ts'], rules: { 'max-lines-per-function': 'off' } },
);
