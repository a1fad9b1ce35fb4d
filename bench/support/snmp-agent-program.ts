import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SystemClock } from '../../lib/core/clock';
import type { ServedBattery } from '../../lib/core/served/served-battery';
import { AllowedSenders } from '../../lib/protocols/shared/senders';
import { SnmpServer } from '../../lib/protocols/snmp-agent/server';
import { batterySample } from '../../test/support/served-battery-sample';
import { servedSample } from '../../test/support/served-sample';
import { READER } from '../../test/support/snmp-wire';
import { serve } from './program';

/** An SNMP agent with UPSs of which each has a battery of 512 blocks or none, in a process of its own; see snmp-agent.ts. */

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const clock = new SystemClock();
const served = servedSample();
const batteries = new Map<string, ServedBattery>();
let server: SnmpServer;

serve({
    async start({ upss, modules, strings }: { upss: number; modules: number; strings: number }) {
        const names = Array.from({ length: upss }, (_, index) => `u${index}`);
        for (const name of names) batteries.set(name, batterySample(modules, strings, ['discharging']));
        let withBattery = false;
        const startedAt = performance.now();
        server = new SnmpServer({
            clock,
            at: { address: '127.0.0.1', port: 0 },
            changed: () => undefined,
            serving: {
                ...{ version: 'bench', versions: ['2c', '3'], senders: new AllowedSenders('127.0.0.0/8') },
                communities: [{ community: 'look', senders: new AllowedSenders('*'), write: false }],
                ...{ users: [READER], engineId: '80001f8803020000000004', writes: false, names },
                unknownAs: 'no-such-instance',
                engineTime: () => ({ boots: 1, seconds: Math.floor((performance.now() - startedAt) / 1000) }),
                target: (name) => ({
                    served: () => served,
                    battery: () => (withBattery ? batteries.get(name) : undefined),
                    supports: () => false,
                    order: () => Promise.resolve(),
                }),
                refused: (_address, reason) => {
                    throw new Error(reason);
                },
            },
        });
        server.start();
        while (!server.at) await new Promise((resolve) => setTimeout(resolve, 10));
        const heap = () => {
            for (const name of names) server.ups(name)!.takeTraps();
            collect();
            return process.memoryUsage().heapUsed;
        };
        const before = heap();
        withBattery = true;
        return { port: server.at.port, bytesPerBattery: (heap() - before) / upss };
    },
});
