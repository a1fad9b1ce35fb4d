import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { BatterySweep } from '../../lib/core/batteries/model';
import { SystemClock } from '../../lib/core/clock';
import { createBacsDriver } from '../../lib/protocols/bacs/create-driver';
import { ModbusLinePool } from '../../lib/protocols/modbus/line-pool';
import { machineNow } from './machine-clock';
import { serve } from './program';

/** The driver of a full BACS card, in a process of its own; see bacs-sweeps.ts. */

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const clock = new SystemClock();
const lines = new ModbusLinePool(clock);
const firstSeen = new Map<string, number>();
let took: number[] = [];
let last: BatterySweep | undefined;
let since = { at: machineNow(), cpu: process.cpuUsage() };
let heapBefore = 0;

serve({
    start({ port }: { port: number }) {
        collect();
        heapBefore = process.memoryUsage().heapUsed;
        const modbus = {
            ...{ transport: 'tcp' as const, host: '127.0.0.1', port, path: '' },
            ...{ baudRate: 9600, parity: 'none' as const, stopBits: 1 as const },
            ...{ unitId: 1, addressing: 'zero' as const, timeout: 2 },
        };
        const driver = createBacsDriver({ way: 'modbus', modbus }, clock, lines);
        driver.start({
            flags: ({ states }) => {
                for (const state of states) if (!firstSeen.has(state)) firstSeen.set(state, machineNow());
            },
            sweep: (sweep) => {
                took.push(sweep.tookMs);
                last = sweep;
            },
            identity: () => undefined,
            settings: () => undefined,
            state: () => undefined,
        });
        return new Promise((resolve) => setTimeout(resolve, 1000));
    },
    reset() {
        since = { at: machineNow(), cpu: process.cpuUsage() };
        took = [];
    },
    seen() {
        const { user, system } = process.cpuUsage(since.cpu);
        collect();
        return {
            seconds: (machineNow() - since.at) / 1000,
            cpuSeconds: (user + system) / 1e6,
            heapBytes: process.memoryUsage().heapUsed - heapBefore,
            took,
            known: last?.blocks.voltage?.filter((volts) => volts === 13.5).length ?? 0,
        };
    },
    /** When flags with this state were told first; 0: not yet. */
    firstSeen: ({ state }: { state: string }) => firstSeen.get(state) ?? 0,
});
