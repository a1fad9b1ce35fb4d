import { join } from 'node:path';
import { root } from './run.mjs';

/** The static checks: what they are called, and what is run by the project's Node. */
export const CHECKS = {
    // One checker: several look at the same declarations each, which takes a quarter more of the processor.
    typecheck: ['typescript-7/bin/tsc', '--noEmit', '--checkers', '1', '-p', 'tsconfig.json'],
    // What runs in the browser: without the types of Node.
    'typecheck editor': ['typescript-7/bin/tsc', '--noEmit', '-p', 'nodes/editor/tsconfig.json'],
    'typecheck pages': ['vue-tsc/bin/vue-tsc.js', '--noEmit', '-p', 'packages/dashboard/ui/tsconfig.json'],
    'typecheck specs of pages': ['vue-tsc/bin/vue-tsc.js', '--noEmit', '-p', 'packages/dashboard/test/tsconfig.json'],
    lint: ['oxlint/bin/oxlint', '.'],
    format: ['oxfmt/bin/oxfmt', '--check', '.'],
};

/** Arguments for the project's Node that run a program of a package. */
export function packageProgram([program, ...args]) {
    return [join(root, 'node_modules', program), ...args];
}
