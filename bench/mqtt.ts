import { join } from 'node:path';
import { WireBroker } from '../test/support/mqtt-broker';
import { withinTargets, type Measurement, type Result } from './support/measurement';
import type { MqttCost } from './support/mqtt-program';
import { Program } from './support/program';
import { round } from './support/statistics';

const MODES = ['plain', 'homeassistant', 'sparkplug'] as const;
export type ModeName = (typeof MODES)[number];

const UPSES = 10_000;
const CHANGES_PER_SECOND = 1000;
const SECONDS = 20;
const MIB = 2 ** 20;

/** Ten thousand UPSs at a broker over the loopback, in each mode: what a thousand changes a second take of a process of its own. */
export const mqtt: Measurement = {
    name: 'mqtt',
    async run({ size }) {
        const results: Result[] = [];
        for (const mode of MODES) results.push(await changing(mode, size(UPSES), size(SECONDS)));
        return results;
    },
};

async function changing(mode: ModeName, count: number, seconds: number): Promise<Result> {
    const broker = await WireBroker.start();
    const program = new Program(join(__dirname, 'support/mqtt-program.ts'));
    try {
        const before = await program.ask<number>('before');
        const firstMs = await program.ask<number>('start', { mode, port: broker.port, count });
        const cost = await program.ask<MqttCost>('change', { perSecond: CHANGES_PER_SECOND, seconds });
        const values = { cpu: round(cost.cpu, 1), MiB: round(cost.rss / MIB, 0) };
        const target = { cpu: 50, MiB: 200 };
        return {
            measurement: `${count} UPSs by ${mode}, ${CHANGES_PER_SECOND} changes a second`,
            unit: '% of a core; MiB of resident memory',
            ...values,
            withoutServerMiB: round(before / MIB, 0),
            ...{ changes: cost.changes, messages: cost.messages, allToldMs: round(firstMs, 0) },
            longestTurnMs: round(cost.longestTurnMs, 0),
            target,
            met: withinTargets(values, target),
        };
    } finally {
        await program.stop();
        await broker.stop();
    }
}
