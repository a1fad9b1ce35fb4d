import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { WireHost } from './wire-hosts';

/** The flows that scenes are played on. */
export type FlowKind = 'timed' | 'low' | 'remaining' | 'shipped';

/** When a host has to be told: after so many seconds of an outage, when the battery is low, or when so many seconds are left. */
export type Due = { kind: 'after'; seconds: number } | { kind: 'low' } | { kind: 'runtime'; seconds: number };

/** Hosts of a flow, in the order of their waking. */
export const HOSTS: Record<FlowKind, Record<string, Due>> = {
    timed: {
        a: { kind: 'after', seconds: 2 },
        b: { kind: 'after', seconds: 2 },
        c: { kind: 'after', seconds: 4 },
    },
    low: { a: { kind: 'low' }, b: { kind: 'low' } },
    remaining: { a: { kind: 'runtime', seconds: 24 } },
    shipped: { a: { kind: 'low' } },
};

/** The flow `remaining` switches the UPS itself off when so many seconds are left, after so many. */
const UPS_OFF = { left: 9, seconds: 4, restoreSeconds: 2 };
/** Longer than what a host of ours needs to go down. */
const HOST_DOWN_SECONDS = 2;

export interface LaneParts {
    /** Begins the ids of its nodes. */
    id: string;
    flow: FlowKind;
    /** Type and settings of the node that reads the UPS. */
    device: { type: string };
    hosts: Record<string, WireHost>;
    wake: { address: string; port: number };
    /** Seconds of the simulated battery that the wire tells as a minute (SNMP), or as a second (NUT). */
    secondsPerTold: 60 | 1;
}

type FlowNode = Record<string, unknown> & { id: string; type: string; wires?: string[][] };

const TAB = 'feed000000000001';
const SITE = 'feed000000000002';

/** The flows of all lanes. Each revision renames every node on the canvas, so that each kind of deploy has something to restart. */
export function flowsOf(lanes: LaneParts[], revision: number): FlowNode[] {
    return [
        { id: TAB, type: 'tab', label: `scene ${revision}` },
        { id: SITE, type: 'ups-site', name: 'Site', directory: 'store', dryRun: false, dataLogSeconds: 0 },
        ...lanes.flatMap((lane) => (lane.flow === 'shipped' ? shipped(lane, revision) : own(lane, revision))),
    ];
}

function own(lane: LaneParts, revision: number): FlowNode[] {
    const id = (name: string) => `${lane.id}${name}`;
    const unit = id('unit');
    const node = (name: string, settings: { type: string } & Record<string, unknown>, targets: string[] = []) => ({
        z: TAB,
        x: 100,
        y: 100,
        name: `${id(name)} ${revision}`,
        ...settings,
        id: id(name),
        wires: [targets.map(id)],
    });
    const event = (name: string, events: string[], targets: string[], onlyOnBattery = false) =>
        node(name, { type: 'ups-event', ups: unit, events, onlyOnBattery }, targets);
    const timing = (name: string, mode: string, after: number, target: string) =>
        node(name, { type: 'ups-timing', mode, seconds: after, repeat: 0, runtime: 'device' }, [target]);
    // What is not said here stays at its default, tries and patience among it.
    const shutdown = (name: string, names: string[]) =>
        node(name, {
            type: 'ups-rccmd',
            action: 'shutdown',
            hosts: names.map((host) => addressOf(lane.hosts[host]!)).join('\n'),
            transport: 'tcp',
            edge: 'on',
            log: 'always',
        });
    const wake = node('wake', {
        type: 'ups-wol',
        mode: 'staged',
        hosts: Object.entries(lane.hosts).map(([name, host]) => ({
            name: id(name),
            mac: host.options.mac,
            check: 'tcp',
            address: host.options.address,
            port: host.ports.check,
        })),
        shutdownSeconds: HOST_DOWN_SECONDS,
        ...lane.wake,
        copies: 1,
        gap: 0,
        repeat: 1,
        limit: 60,
        waitForEach: lane.flow === 'timed',
        edge: 'off',
        log: 'always',
    });
    const common: FlowNode[] = [
        { id: unit, type: 'ups-unit', name: `UPS ${lane.id}`, site: SITE, staleSeconds: 5, onSilence: 'continue' },
        node('device', { interval: 0.5, ups: unit, ...lane.device }),
        wake,
    ];
    switch (lane.flow) {
        case 'low':
            return [
                ...common,
                event('fail', ['power-fail'], ['wake']),
                event('low', ['battery-low'], ['down'], true),
                shutdown('down', ['a', 'b']),
            ];
        case 'remaining': {
            const told = (left: number) => left * lane.secondsPerTold;
            const { left, seconds, restoreSeconds } = UPS_OFF;
            const due = HOSTS.remaining.a as Due & { kind: 'runtime' };
            const order = (name: string, action: string, edge: string, then: string[] = []) =>
                node(
                    name,
                    { type: 'ups-shutdown', ups: unit, action, scope: 'output', seconds, restoreSeconds, edge },
                    then,
                );
            return [
                ...common,
                event('fail', ['power-fail'], ['left', 'leftUps', 'abort']),
                timing('left', 'remaining', told(due.seconds), 'down'),
                timing('leftUps', 'remaining', told(left), 'off'),
                shutdown('down', ['a']),
                order('off', 'shutdown', 'on'),
                // Nobody is woken while the UPS may still switch off.
                order('abort', 'abort', 'off', ['wake']),
            ];
        }
        default:
            return [
                ...common,
                event('fail', ['power-fail'], ['first', 'second', 'wake']),
                timing('first', 'after', 2, 'down'),
                timing('second', 'after', 4, 'downLast'),
                shutdown('down', ['a', 'b']),
                shutdown('downLast', ['c']),
            ];
    }
}

/** `flows/ups-events.json` as it is shipped, on this UPS and this host instead of its simulated ones. */
function shipped(lane: LaneParts, revision: number): FlowNode[] {
    const file = resolve(__dirname, '../../../flows/ups-events.json');
    const text = readFileSync(file, 'utf8').replaceAll('127.0.3.1:6013', addressOf(lane.hosts.a!));
    const nodes = (JSON.parse(text) as FlowNode[]).filter(({ type }) => type !== 'ups-rccmd-receiver');
    return nodes.map((each) => {
        if (each.type === 'ups-simulator') {
            const { x, y, z, g, ups, name } = each;
            return { ...lane.device, id: each.id, interval: 0.5, x, y, z, g, ups, name, wires: [[]] };
        }
        // Its simulated battery lasts an hour; ours is as the device tells.
        if (each.type === 'ups-unit') return { ...each, holdMinutes: '', loadVA: '', ratedVA: '', rechargeMinutes: '' };
        if (each.type === 'ups-site') return { ...each, directory: 'shipped', dataLogSeconds: 0 };
        return each.z === undefined ? each : { ...each, info: `${revision}`, name: renamed(each.name, revision) };
    });
}

/** The names of the shipped flow say what its jobs do. */
function renamed(name: unknown, revision: number): string {
    return revision === 0 ? String(name ?? '') : `${String(name ?? '')} ${revision}`;
}

function addressOf(host: WireHost): string {
    return `${host.options.address}:${host.ports.rccmd}`;
}
