import { build } from 'esbuild';
import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { ROOT } from '../machine/given';

const SPECS = ['test/lib/core/**/*.spec.ts', 'test/lib/flow/**/*.spec.ts', 'test/nodes/shared/**/*.spec.ts'];

/** Which specs load which source file. */
export class SpecsByFile {
    private constructor(private readonly specs: readonly { spec: string; loads: ReadonlySet<string> }[]) {}

    static async read(): Promise<SpecsByFile> {
        const entryPoints = SPECS.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort();
        const { metafile } = await build({
            absWorkingDir: ROOT,
            entryPoints,
            outdir: 'unwritten',
            bundle: true,
            write: false,
            metafile: true,
            platform: 'node',
            packages: 'external',
            logLevel: 'silent',
        });
        const outputs = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint !== undefined);
        return new SpecsByFile(
            outputs.map(({ entryPoint, inputs }) => ({ spec: entryPoint!, loads: new Set(Object.keys(inputs)) })),
        );
    }

    /** Those that lie where the file does come first, then those that load little. */
    of(file: string): string[] {
        const beside = `test/${dirname(file)}/`;
        const rank = ({ spec, loads }: { spec: string; loads: ReadonlySet<string> }) =>
            spec.startsWith(beside) ? 0 : loads.size;
        return this.specs
            .filter(({ loads }) => loads.has(file))
            .sort((one, other) => rank(one) - rank(other))
            .map(({ spec }) => spec);
    }
}
