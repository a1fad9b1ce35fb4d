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

    /** Those that load it: `beside` lie where it does, of the `others` those that load little come first. */
    of(file: string): { beside: string[]; others: string[] } {
        const folder = `test/${dirname(file)}`;
        const loading = this.specs
            .filter(({ loads }) => loads.has(file))
            .sort((one, other) => one.loads.size - other.loads.size)
            .map(({ spec }) => spec);
        const isBeside = (spec: string) => dirname(spec) === folder;
        return {
            beside: loading.filter(isBeside),
            others: loading.filter((spec) => !isBeside(spec)),
        };
    }
}
