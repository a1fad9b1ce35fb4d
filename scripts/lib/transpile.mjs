import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

/**
 * Compiles single sources to dist without looking at types, as fast as can be. A source that is gone is left out. Writes nothing unless all can be
 * compiled. Rejects with esbuild's own message when one cannot be read.
 */
export async function transpile(files) {
    // Loaded late: this file is read before the packages are installed.
    const { transform } = await import('esbuild');
    const outputs = await Promise.all(
        files
            .filter((file) => existsSync(join(root, file)))
            .map(async (file) => {
                const { code } = await transform(readFileSync(join(root, file), 'utf8'), {
                    loader: 'ts',
                    format: 'cjs',
                    platform: 'node',
                    target: 'node22',
                    sourcefile: join(root, file),
                    sourcemap: 'inline',
                    logLevel: 'silent',
                    tsconfigRaw: { compilerOptions: { target: 'ES2023' } },
                });
                return [join(root, 'dist', file.replace(/\.ts$/, '.js')), code];
            }),
    );
    for (const [target, code] of outputs) {
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, code);
    }
}
