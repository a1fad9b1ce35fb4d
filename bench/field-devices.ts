import { join } from 'node:path';
import { fieldFlow } from './support/flow';
import { delay, machineNow } from './support/machine-clock';
import { withinTargets, type Measurement, type Result } from './support/measurement';
import { MeasuredNodeRed } from './support/node-red';
import { Program } from './support/program';
import { round, summarize } from './support/statistics';

const UPSES = 100;
const SETTLE_MS = 15_000;
const MEASURE_MS = 30_000;
const NOTICE_MS = 5000;
/** So many of each kind stop in the middle of a frame. */
const STALLED = 10;
/** In the header of a Modbus answer's data, and in the data of a serial one. */
const STALL_BYTES = 12;

interface Seen {
    seconds: number;
    cpuSeconds: number;
    devices: { name: string; readings: number; worstAge: number }[];
}

/** 100 UPSs over Modbus TCP and 100 on serial servers, polled each second by one process: what it costs, and what a few that stall cost the others. */
export const fieldDevices: Measurement = {
    name: 'field-devices',
    async run() {
        const devices = new Program(join(__dirname, 'support/field-devices-program.ts'));
        const polling = new Program(join(__dirname, 'support/field-polling-program.ts'));
        try {
            const places = await devices.ask('start', { modbus: UPSES, serial: UPSES });
            await polling.ask('start', places);
            await delay(SETTLE_MS);
            const before = await requests(devices);
            const well = await watch(polling);
            const asked = await requests(devices);
            const perSecond = {
                modbusRequestsPerSecond: round((asked.modbus - before.modbus) / well.seconds),
                serialRequestsPerSecond: round((asked.serial - before.serial) / well.seconds),
            };
            const noticed = await failAll(devices, polling);
            await devices.ask('stall', { modbus: STALLED, serial: STALLED, bytes: STALL_BYTES });
            const stalled = await watch(polling);
            return [cost(well, perSecond), failure(noticed), ...ages(well, stalled), await inNodeRed()];
        } finally {
            await polling.stop();
            await devices.stop();
        }
    },
};

/** All fail in the same instant: ms until each unit has told of it. Proves that what is polled is read, too. */
async function failAll(devices: Program, polling: Program): Promise<number[]> {
    const at = await devices.ask<number>('setMains', { on: false });
    await delay(NOTICE_MS);
    const times = (await polling.ask<number[]>('failures')).map((failedAt) => failedAt - at);
    if (times.some((ms) => ms < 0)) throw new Error(`no power failure in ${NOTICE_MS} ms`);
    await devices.ask('setMains', { on: true });
    await delay(NOTICE_MS);
    return times;
}

/** The same devices by the nodes, in a real Node-RED with everything that it does besides. */
async function inNodeRed(): Promise<Result> {
    const devices = new Program(join(__dirname, 'support/field-devices-program.ts'));
    const nodeRed = await MeasuredNodeRed.start();
    try {
        const ports = await devices.ask<{ modbus: number[]; serial: number[] }>('start', {
            modbus: UPSES,
            serial: UPSES,
        });
        await nodeRed.deploy(fieldFlow(ports));
        await delay(SETTLE_MS);
        const before = await requests(devices);
        const at = machineNow();
        await nodeRed.beginLoad();
        await delay(MEASURE_MS);
        const { cpuMs, worstLagMs } = await nodeRed.endLoad();
        const seconds = (machineNow() - at) / 1000;
        const cores = round(cpuMs / 1000 / seconds, 3);
        const after = await requests(devices);
        const polls = round((after.modbus - before.modbus) / seconds);
        // A node that does not poll costs nothing.
        if (polls < 0.9 * UPSES || after.serial === before.serial) throw new Error(`polled ${polls} times a second`);
        if (nodeRed.complaints.length) throw new Error(`Node-RED complained: ${nodeRed.complaints[0]}`);
        const target = { cores: 0.5 };
        const measurement = `${UPSES} ups-cs141 and ${UPSES} ups-delta nodes at 1 s in a real Node-RED`;
        return {
            measurement,
            unit: 'cores',
            cores,
            pollsPerSecond: polls,
            worstLagMs: round(worstLagMs),
            target,
            met: withinTargets({ cores }, target),
        };
    } finally {
        await nodeRed.stop();
        await devices.stop();
    }
}

function failure(times: number[]): Result {
    const summary = summarize(times, 0);
    const target = { max: 1500 };
    const measurement = `${2 * UPSES} field devices failing at once: the last power failure is told`;
    return { measurement, unit: 'ms', ...summary, target, met: withinTargets({ ...summary }, target) };
}

function requests(devices: Program): Promise<{ modbus: number; serial: number }> {
    return devices.ask('requests');
}

async function watch(polling: Program): Promise<Seen> {
    await polling.ask('reset');
    await delay(MEASURE_MS);
    return polling.ask<Seen>('seen');
}

function cost({ seconds, cpuSeconds, devices }: Seen, details: object): Result {
    const readings = devices.map((device) => device.readings / seconds);
    const values = {
        cores: round(cpuSeconds / seconds, 3),
        secondsBetweenReadings: round(1 / Math.min(...readings), 2),
    };
    const target = { cores: 0.5, secondsBetweenReadings: 1.1 };
    const measurement = `${UPSES} Modbus TCP and ${UPSES} serial-over-TCP UPSs at 1 s in one process`;
    return { measurement, unit: 'cores, s', ...values, ...details, target, met: withinTargets(values, target) };
}

function ages(well: Seen, stalled: Seen): Result[] {
    return ['modbus', 'serial'].map((kind) => {
        const others = ({ name }: { name: string }) =>
            name.startsWith(kind) && Number(name.slice(kind.length)) >= STALLED;
        const worst = (seen: Seen) =>
            summarize(
                seen.devices.filter(others).map(({ worstAge }) => worstAge),
                0,
            );
        const stuck = stalled.devices.filter((device) => device.name.startsWith(kind) && !others(device));
        const { max } = worst(stalled);
        const target = { max: 1500 };
        return {
            measurement: `${STALLED} of ${UPSES} (${kind}) stop in the middle of a frame: worst age of the others' readings`,
            unit: 'ms',
            median: worst(stalled).median,
            max,
            maxBefore: worst(well).max,
            // The proof that they did stall.
            readingsOfTheStalled: stuck.reduce((sum, { readings }) => sum + readings, 0),
            target,
            met: withinTargets({ max }, target),
        };
    });
}
