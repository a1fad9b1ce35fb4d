import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { settlePromises, type VirtualTime } from '../kernel/virtual-time';
import type { Prng } from '../kernel/prng';
import type { Network } from '../world/network';
import { GIVEN } from './given';
import type { Disk } from './disk';
import { givenModules } from './modules';
import { processGlobals, type Life } from './process-globals';
import type { SimulatedStore, StoreHooks } from './store';

const own = createRequire(__filename);

/** What one process can reach: its time, its chance, and the machine that it runs on. */
export interface Surroundings {
    time: VirtualTime;
    prng: Prng;
    network: Network;
    disk: Disk;
    life: Life;
    /** When the process began, and when the machine did, virtual ms. */
    startedAt: number;
    bootedAt: number;
    stores: SimulatedStore[];
    logged: StoreHooks['logged'];
}

type Exports = Record<string, (api: unknown) => void>;

/**
 * The code under test. Its functions are made once, so that they stay fast however many processes run in them; each process has its own
 * surroundings and begins with module state as new (bundle.ts). One process at a time: what the former one has left behind is not called again,
 * because everything that calls it asks first whether its process lives.
 */
export class Engine {
    private readonly now = {} as Surroundings;
    private readonly anew: (() => void)[] = [];
    private exports: Exports | undefined;

    /** @param source see `bundleEngine` */
    constructor(private readonly source: string) {}

    /** A new process. @returns what the modules of the nodes export, by type */
    begin(surroundings: Surroundings): Exports {
        Object.assign(this.now, surroundings);
        if (this.exports) for (const begin of this.anew) begin();
        return (this.exports ??= this.load());
    }

    private load(): Exports {
        const run = new Script(this.source, { filename: 'engine.js' }).runInThisContext() as (
            ...given: unknown[]
        ) => void;
        const given = { ...processGlobals(this.now), atEachProcess: (begin: () => void) => this.anew.push(begin) };
        const modules = givenModules(this.now);
        const require = (name: string): unknown => modules[name.replace(/^node:/, '')] ?? own(name);
        const module = { exports: {} as Exports };
        run(module.exports, require, module, '/simulated', '/simulated/engine.js', ...GIVEN.map((name) => given[name]));
        settlePromises();
        return module.exports;
    }
}
