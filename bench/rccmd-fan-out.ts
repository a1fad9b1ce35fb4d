import { RccmdSink } from './support/rccmd-sink';
import { SITE, TAB } from './support/flow';
import { delay, machineNow } from './support/machine-clock';
import { withinTargets, type Measurement } from './support/measurement';
import { MeasuredNodeRed } from './support/node-red';
import { SilentHosts } from './support/silent-hosts';
import { summarize } from './support/statistics';

const CLIENTS = 500;
const SILENT = 100;
const ROUNDS = 5;
const PATIENCE_MS = 20_000;

/** One ups-rccmd job to 500 clients, every fifth of which is silent as a host that is off: until the last that lives is served. */
export const rccmdFanOut: Measurement = {
    name: 'rccmd-fan-out',
    anyBuild: true,
    async run({ folder }) {
        const clients = Array.from({ length: CLIENTS }, (_, n) => `127.9.${Math.floor(n / 250)}.${1 + (n % 250)}`);
        const dead = clients.filter((_, n) => n % (CLIENTS / SILENT) === 0);
        const alive = clients.filter((host) => !dead.includes(host));
        const closers: (() => Promise<void>)[] = [];
        try {
            const sink = await RccmdSink.start(alive);
            closers.push(() => sink.stop());
            const silent = await SilentHosts.start(dead, sink.port);
            closers.push(() => silent.stop());
            const nodeRed = await MeasuredNodeRed.start({ folder, flows: flow(clients, sink.port) });
            closers.push(() => nodeRed.stop());
            await delay(2000);
            const times: number[] = [];
            for (let round = 1; round <= ROUNDS; round++)
                times.push(await serveAll(nodeRed, sink, round, alive.length));
            const summary = summarize(times);
            const target = { max: 1000 };
            const met = withinTargets({ ...summary }, target);
            const measurement = `RCCMD to ${CLIENTS} clients, ${SILENT} of them silent: last living one served`;
            return [{ measurement, unit: 'ms', ...summary, target, met }];
        } finally {
            for (const close of closers.reverse()) await close();
        }
    },
};

/** From pressing the inject node's button to the arrival at the last living client. */
async function serveAll(nodeRed: MeasuredNodeRed, sink: RccmdSink, round: number, count: number): Promise<number> {
    const before = sink.arrivals.length;
    const startedAt = machineNow();
    await nodeRed.inject(`inject${round}`);
    while (sink.arrivals.length - before < count) {
        if (machineNow() - startedAt > PATIENCE_MS) {
            throw new Error(`${sink.arrivals.length - before} of ${count} served\n${nodeRed.log.slice(-2000)}`);
        }
        await delay(5);
    }
    return Math.max(...sink.arrivals.slice(before).map(({ at }) => at - startedAt));
}

/** A job of its own for each round: none waits for another's silent clients. */
function flow(hosts: string[], port: number): object[] {
    const rounds = Array.from({ length: ROUNDS }, (_, n) => n + 1);
    return [
        TAB,
        SITE,
        ...rounds.flatMap((round) => [
            {
                ...{
                    id: `inject${round}`,
                    type: 'inject',
                    z: 'tab',
                    name: '',
                    topic: `round${round}`,
                    repeat: '',
                    crontab: '',
                },
                ...{
                    once: false,
                    props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }],
                    payload: 'true',
                    payloadType: 'bool',
                },
                wires: [[`job${round}`]],
            },
            {
                ...{
                    id: `job${round}`,
                    type: 'ups-rccmd',
                    z: 'tab',
                    name: '',
                    site: 'site',
                    edge: 'on',
                    log: 'errors',
                },
                ...{
                    action: 'message',
                    hosts: hosts.join(','),
                    broadcast: false,
                    port: String(port),
                    transport: 'tcp',
                },
                ...{ text: `round ${round}`, timeout: '3', retries: '0', wires: [[]] },
            },
        ]),
    ];
}
