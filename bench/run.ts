import { resolve } from 'node:path';
import { bacnet } from './bacnet';
import { batteryRules } from './battery-rules';
import { bacsSweeps } from './bacs-sweeps';
import { batteryHealthStudy } from './battery-health';
import { batteryRunaway } from './battery-runaway';
import { batterySeries } from './battery-series';
import { charts } from './charts';
import { eventLog } from './event-log';
import { failureByFastPolling, failureByPolling, failureByTrap, manyFailuresByTrap } from './failure-to-rccmd';
import { fieldDevices } from './field-devices';
import { manyUpses } from './many-upses';
import { massFailure } from './mass-failure';
import { memoryPerUps } from './memory-per-ups';
import { mqtt } from './mqtt';
import { overBareNodeRed } from './over-bare-node-red';
import { pages } from './pages';
import { plan } from './plan';
import { planInAFlood } from './plan-in-a-flood';
import { rccmdFanOut } from './rccmd-fan-out';
import { sensorThroughput } from './sensor-throughput';
import { serialLines } from './serial-lines';
import { servers } from './servers';
import { oneSecondOutages, shortOutages } from './short-outages';
import { seriesStore } from './series-store';
import { snmpAgent } from './snmp-agent';
import { simulatedBattery } from './simulated-battery';
import { storeWrites } from './store-writes';
import { turns } from './turns';
import { besides, requireBuilt, sideBySide } from './support/beside';
import { chosen, parseArguments } from './support/command-line';
import { environment } from './support/environment';
import type { Bench, Measurement, Result } from './support/measurement';
import { PROJECT } from './support/node-red';

const MEASUREMENTS: Measurement[] = [
    storeWrites,
    eventLog,
    seriesStore,
    batterySeries,
    overBareNodeRed,
    rccmdFanOut,
    failureByPolling,
    failureByFastPolling,
    failureByTrap,
    manyFailuresByTrap,
    shortOutages,
    oneSecondOutages,
    massFailure,
    manyUpses,
    memoryPerUps,
    planInAFlood,
    fieldDevices,
    sensorThroughput,
    serialLines,
    servers,
    bacsSweeps,
    bacnet,
    snmpAgent,
    mqtt,
    pages,
    charts,
    plan,
    turns,
    batteryRules,
    batteryRunaway,
    simulatedBattery,
    batteryHealthStudy,
];

/** One JSON object per line and measurement. Ends with 1 if a measurement could not be made. */
async function main(args: readonly string[]): Promise<void> {
    const { beside, quick, rounds, minutes, names } = parseArguments(args);
    const size = (full: number) => (quick ? Math.max(1, Math.ceil(full / 10)) : full);
    const print = (line: object) => console.log(JSON.stringify(quick ? { ...line, quick } : line));
    const make = async (name: string, work: () => Promise<object[]>) => {
        const around = environment();
        try {
            for (const line of await work()) print({ name, ...line, ...around });
        } catch (error) {
            process.exitCode = 1;
            print({ name, failed: String(error), ...around });
        }
    };
    if (beside === undefined) {
        const bench = { folder: PROJECT, shippedFlows: resolve(PROJECT, 'flows'), size, minutes };
        for (const { name, run } of chosen(MEASUREMENTS, names)) await make(name, () => run(bench));
        return;
    }
    const other = resolve(beside);
    requireBuilt(other);
    const shippedFlows = resolve(other, 'flows');
    const benches: [Bench, Bench] = [
        { folder: PROJECT, shippedFlows, size, minutes },
        { folder: other, shippedFlows, size, minutes },
    ];
    for (const measurement of besides(MEASUREMENTS, names)) {
        const { name } = measurement;
        const found: [Result[], Result[]][] = [];
        for (let round = 1; round <= rounds; round++) {
            const both: Result[][] = [];
            for (const [n, bench] of benches.entries())
                await make(name, async () => {
                    const results = await measurement.run(bench);
                    both[n] = results;
                    return results.map((result) => ({ build: n === 0 ? 'here' : 'beside', round, ...result }));
                });
            if (both[0] && both[1]) found.push([both[0], both[1]]);
        }
        if (found.length) await make(name, () => Promise.resolve(sideBySide(found)));
    }
}

main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(String(error));
    process.exitCode = 1;
});
