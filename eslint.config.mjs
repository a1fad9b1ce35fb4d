import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import { layers } from './scripts/eslint/layers.mjs';
import { vueScripts } from './scripts/eslint/vue-scripts.mjs';

const root = import.meta.dirname;

export default tseslint.config(
    {
        ignores: ['**/dist/', '**/node_modules/', '.ridethrough/', 'coverage/', 'tmp/', 'packages/*/resources/'],
    },
    eslint.configs.recommended,
    {
        linterOptions: { reportUnusedDisableDirectives: 'error' },
        rules: {
            'no-empty': ['error', { allowEmptyCatch: false }],
            'no-console': 'off',
            // Wire formats are full of them.
            'no-control-regex': 'off',
            'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
            eqeqeq: ['error', 'always', { null: 'ignore' }],
            'prefer-const': 'error',
        },
    },
    {
        files: ['**/*.mjs', '**/*.cjs', 'io-middleware.js'],
        languageOptions: {
            globals: Object.fromEntries(
                ['process', 'console', 'URL', 'setTimeout', 'clearTimeout', 'setInterval', 'fetch', 'Buffer'].map(
                    (name) => [name, 'readonly'],
                ),
            ),
        },
    },
    {
        files: ['**/*.cjs', 'io-middleware.js'],
        languageOptions: {
            sourceType: 'commonjs',
            globals: { require: 'readonly', module: 'writable', __dirname: 'readonly' },
        },
    },
    {
        files: ['**/*.ts'],
        extends: [tseslint.configs.recommended],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
        rules: {
            '@typescript-eslint/no-unused-vars': [
                'error',
                { args: 'after-used', argsIgnorePattern: '^_', caughtErrors: 'all', ignoreRestSiblings: true },
            ],
            '@typescript-eslint/consistent-type-imports': 'error',
            '@typescript-eslint/no-explicit-any': 'error',
            // Of the rules that need types, those that find what has hurt: a rejection that nobody sees kills Node-RED.
            '@typescript-eslint/no-floating-promises': 'error',
            '@typescript-eslint/no-misused-promises': 'error',
            '@typescript-eslint/await-thenable': 'error',
            '@typescript-eslint/only-throw-error': 'error',
            '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
        },
    },
    {
        files: ['**/*.vue'],
        plugins: { ridethrough: { processors: { vueScripts } } },
        processor: 'ridethrough/vueScripts',
    },
    {
        // The script of a component: what needs types, and what only its template uses, is for vue-tsc.
        files: ['**/*.vue/*.ts'],
        extends: [tseslint.configs.disableTypeChecked],
        languageOptions: { parserOptions: { projectService: false } },
        rules: {
            '@typescript-eslint/switch-exhaustiveness-check': 'off',
            '@typescript-eslint/no-unused-vars': 'off',
            'prefer-const': 'off',
            'max-lines': 'off',
        },
    },
    {
        files: ['lib/**/*.ts', 'nodes/**/*.ts', 'simulators/**/*.ts', 'packages/*/{lib,nodes,ui}/**/*.ts'],
        plugins: { ridethrough: { rules: { layers } } },
        rules: { 'ridethrough/layers': ['error', { root }] },
    },
    {
        // Tables of expectations, written out.
        files: ['test/**/*.ts'],
        rules: { 'max-lines': ['error', { max: 500, skipBlankLines: false, skipComments: false }] },
    },
    {
        // Node-RED loads `module.exports = function`; `export =` and `import x = require()` are how TypeScript writes that.
        files: ['nodes/**/*.ts', 'packages/*/nodes/**/*.ts', 'test/**/*.ts'],
        rules: { '@typescript-eslint/no-require-imports': 'off' },
    },
    {
        files: ['lib/**/*.ts', 'nodes/**/*.ts'],
        rules: {
            // Time comes from a Clock, so that tests and fast simulations decide how it passes.
            'no-restricted-globals': [
                'error',
                ...['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'].map((name) => ({
                    name,
                    message: 'Take a Clock (lib/core/clock.ts).',
                })),
            ],
            'no-restricted-syntax': [
                'error',
                {
                    selector: 'CatchClause > BlockStatement[body.length=0]',
                    message: 'A swallowed error: handle it, or let it pass.',
                },
            ],
        },
    },
    // The clock itself, and what runs in the browser of a person.
    {
        files: ['lib/core/clock.ts', 'nodes/editor/**/*.ts', 'nodes/*/*.editor.ts'],
        rules: { 'no-restricted-globals': 'off' },
    },
);
