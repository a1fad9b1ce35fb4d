import { failureByPolling, failureByTrap } from './failure-to-rccmd';
import { fieldDevices } from './field-devices';
import { massFailure } from './mass-failure';
import { memoryPerUps } from './memory-per-ups';
import { overBareNodeRed } from './over-bare-node-red';
import { rccmdFanOut } from './rccmd-fan-out';
import { sensorThroughput } from './sensor-throughput';
import { serialLines } from './serial-lines';
import { shortOutages } from './short-outages';
import { storeWrites } from './store-writes';
import { environment } from './support/environment';
import type { Measurement } from './support/measurement';

const MEASUREMENTS: Measurement[] = [
    storeWrites,
    overBareNodeRed,
    rccmdFanOut,
    failureByPolling,
    failureByTrap,
    shortOutages,
    massFailure,
    memoryPerUps,
    fieldDevices,
    sensorThroughput,
    serialLines,
];

/** `npm run bench -- [names]`: one JSON object per line and measurement. Ends with 1 if a measurement could not be made. */
async function main(names: string[]): Promise<void> {
    const unknown = names.filter((name) => !MEASUREMENTS.some((measurement) => measurement.name === name));
    if (unknown.length) {
        const all = MEASUREMENTS.map(({ name }) => name).join(', ');
        throw new Error(`unknown: ${unknown.join(', ')}. There are: ${all}`);
    }
    for (const { name, run } of MEASUREMENTS) {
        if (names.length && !names.includes(name)) continue;
        const around = environment();
        try {
            for (const result of await run()) console.log(JSON.stringify({ name, ...result, ...around }));
        } catch (error) {
            process.exitCode = 1;
            console.log(JSON.stringify({ name, failed: String(error), ...around }));
        }
    }
}

main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(String(error));
    process.exitCode = 1;
});
