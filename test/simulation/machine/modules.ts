import crypto from 'node:crypto';
import os from 'node:os';
import { STORE_MODULE } from './given';
import type { Surroundings } from './engine';
import { dgramModule, netModule } from './sockets';
import { SimulatedStore } from './store';

const ADDRESS = '192.0.2.1';

/** Modules that reach beyond the process, as the code under test gets them. Each asks `now` for the process that calls it. */
export function givenModules(now: Surroundings): Record<string, unknown> {
    const unavailable = () => {
        throw Object.assign(new Error('not there in the simulation'), { code: 'ENOENT' });
    };
    const bytes = (size: number) => Buffer.from(Array.from({ length: size }, () => now.prng.below(256)));
    return {
        net: netModule(now),
        dgram: dgramModule(now),
        dns: { lookup: unavailable, promises: { lookup: unavailable } },
        'dns/promises': { lookup: unavailable, Resolver: class {} },
        child_process: { spawn: unavailable },
        fs: {
            existsSync: () => false,
            // Which boot of the machine it is: lib asks Linux.
            readFileSync: (path: string) => (path.endsWith('boot_id') ? 'boot-1\n' : unavailable()),
        },
        os: {
            ...os,
            hostname: () => 'simulated',
            homedir: () => '/simulated',
            tmpdir: () => '/simulated',
            networkInterfaces: () => ({
                lan: [{ address: ADDRESS, netmask: '255.255.255.0', family: 'IPv4', internal: false }],
            }),
        },
        crypto: {
            ...crypto,
            randomBytes: bytes,
            randomUUID: () => bytes(16).toString('hex'),
            randomInt: (least: number, most: number) => now.prng.between(least, most - 1),
        },
        serialport: {},
        ssh2: {},
        'modbus-serial': {},
        nodemailer: {},
        perf_hooks: { performance: { now: () => now.time.elapsed } },
        [STORE_MODULE]: {
            openStore: () => {
                const { life, disk, logged, stores } = now;
                const store = new SimulatedStore(disk, { alive: () => life.alive, logged });
                stores.push(store);
                return store;
            },
            // The history of values decides nothing.
            openSeries: () => ({ close: () => undefined }),
        },
    };
}
