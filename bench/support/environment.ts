import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

/** What a figure is worth nothing without. `load` is the machine's load average of the last minute, before the measurement. */
export function environment(): object {
    const [cpu] = cpus();
    return {
        machine: {
            cpu: cpu?.model.trim() ?? 'unknown',
            cores: cpus().length,
            memoryMiB: Math.round(totalmem() / 2 ** 20),
            os: `${type()} ${release()}`,
            load: Number(loadavg()[0].toFixed(2)),
        },
        versions: {
            node: process.versions.node,
            nodeRed: versionIn(require.resolve('node-red/package.json')),
            sqlite: process.versions.sqlite,
            package: versionIn(join(__dirname, '..', '..', 'package.json')),
        },
    };
}

function versionIn(file: string): string {
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
