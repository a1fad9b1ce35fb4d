import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import snmp from 'net-snmp';
import { READER } from '../test/support/snmp-wire';
import { netSnmpUser } from '../lib/protocols/snmp/net-snmp-user';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { Program } from './support/program';
import { round, summarize } from './support/statistics';

const UPSS = 8;
const MODULES = 512;
const STRINGS = 16;
const CHARGE = '1.3.6.1.2.1.33.1.2.4.0';
const ROOT = '1.3.6.1.2.1.33';
/** An agent answers 200 requests at once from one address, and 50 each second after. */
const PER_ADDRESS = 150;
const ADDRESSES = 10;
const WALKS = 10;

interface Manager {
    session: snmp.Session;
    close(): void;
}

/** The SNMP agent in a process of its own, asked over the loopback: single requests, a whole tree with a battery of 512 blocks, memory per battery. */
export const snmpAgent: Measurement = {
    name: 'snmp-agent',
    async run(bench: Bench) {
        const agent = new Program(join(__dirname, 'support/snmp-agent-program.ts'));
        try {
            const { port, bytesPerBattery } = await agent.ask<{ port: number; bytesPerBattery: number }>('start', {
                upss: UPSS,
                modules: MODULES,
                strings: STRINGS,
            });
            const results: Result[] = [];
            for (const version of ['v2c', 'v3'] as const) {
                const asked = summarize(await requests(port, version, bench.size(ADDRESSES)), 3);
                const walked = await walks(port, version, bench.size(WALKS));
                const walk = { objects: walked.objects, ...summarize(walked.ms) };
                results.push(
                    {
                        measurement: `a GET by ${version}, the manager's part included`,
                        unit: 'ms',
                        ...asked,
                        // The cryptography of v3 costs the manager as much as the agent.
                        target: version === 'v3' ? null : { median: 0.3 },
                        met: version === 'v3' ? null : withinTargets({ ...asked }, { median: 0.3 }),
                    },
                    {
                        measurement: `all objects of a UPS with ${MODULES} modules by GETBULK and ${version}`,
                        unit: 'ms',
                        ...walk,
                        target: { median: 200 },
                        met: withinTargets({ ...walk }, { median: 200 }),
                    },
                );
            }
            const memory = { MiB: round(bytesPerBattery / 2 ** 20, 2) };
            results.push({
                measurement: `heap of a served battery of ${MODULES} modules`,
                unit: 'MiB',
                ...memory,
                target: { MiB: 1 },
                met: withinTargets(memory, { MiB: 1 }),
            });
            return results;
        } finally {
            await agent.stop();
        }
    },
};

/** Each from an address of its own: 127.0.0.0/8 is all of the loopback. */
async function manager(port: number, version: 'v2c' | 'v3', host: number): Promise<Manager> {
    const address = `127.0.1.${host}`;
    const socket: Socket = createSocket('udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    const options = {
        ...{ port, retries: 0, timeout: 2000, version: version === 'v3' ? snmp.Version3 : snmp.Version2c },
        // The session binds its socket itself: it gets one that is bound.
        dgramModule: { createSocket: () => Object.assign(socket, { bind: () => socket }) },
    };
    const session =
        version === 'v3'
            ? snmp.createV3Session('127.0.0.1', netSnmpUser(READER), options as never)
            : snmp.createSession('127.0.0.1', 'look', options as never);
    return { session, close: () => session.close() };
}

async function requests(port: number, version: 'v2c' | 'v3', addresses: number): Promise<number[]> {
    const times: number[] = [];
    for (let host = 1; host <= addresses; host++) {
        const { session, close } = await manager(port, version, host + (version === 'v3' ? 100 : 0));
        for (let count = 0; count < PER_ADDRESS; count++) {
            const before = performance.now();
            await answered((done) => session.get([CHARGE], done as never));
            // The first of v3 learns the engine, and the first of all are not compiled yet.
            if (count >= 20) times.push(performance.now() - before);
        }
        close();
    }
    return times;
}

async function walks(port: number, version: 'v2c' | 'v3', count: number): Promise<{ objects: number; ms: number[] }> {
    const ms: number[] = [];
    let objects = 0;
    for (let walk = 0; walk < count; walk++) {
        const { session, close } = await manager(port, version, walk + (version === 'v3' ? 220 : 200));
        await answered((done) => session.get([CHARGE], done as never));
        objects = 0;
        const before = performance.now();
        for (let oid = ROOT; ;) {
            const [found] = await answered<snmp.Varbind[][]>((done) => session.getBulk([oid], 0, 100, done as never));
            const below = found!.filter((each) => each.oid.startsWith(`${ROOT}.`) && !snmp.isVarbindError(each));
            objects += below.length;
            if (below.length < found!.length) break;
            oid = below.at(-1)!.oid;
        }
        ms.push(performance.now() - before);
        close();
    }
    return { objects, ms };
}

function answered<T>(ask: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => ask((error, value) => (error ? reject(error) : resolve(value))));
}
