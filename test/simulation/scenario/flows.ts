import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Due, Duty, Orders } from '../auditor/rules';
import type { Prng } from '../kernel/prng';
import type { FlowNode } from '../machine/node-red';
import { ROOT } from '../machine/given';
import type { HostTraits } from '../world/hosts';

/** A flow, what a person reads off its dialogs, and the hosts that it speaks to. */
export interface PlayedFlow {
    kind: string;
    nodes: FlowNode[];
    orders: Omit<Orders, 'hiddenSeconds' | 'capacitySeconds' | 'lowPercent' | 'runtimeInMinutes'>;
    hosts: HostTraits[];
}

/** The device and the UPS that a flow is played on. */
export interface Supply {
    device: Record<string, unknown>;
    pollSeconds: number;
    capacitySeconds: number;
    tellsRuntime: boolean;
    tellsCharge: boolean;
}

export const WAKE_ADDRESS = '255.255.255.255';
const TAB = 'tab1';
const SITE = 'site1';
const UNIT = 'unit1';
const DOWN_SECONDS = 3;
const WAKE_SHUTDOWN_SECONDS = 10;

type Kind = 'timed' | 'low' | 'remaining' | 'charge' | 'ups off' | 'repeats' | 'staggered' | 'events';

/** The flow of a seed: most of our own, some of those that are shipped. */
export function flowFor(prng: Prng, supply: Supply): PlayedFlow {
    const kinds: Kind[] = ['timed', 'timed', 'low', 'repeats'];
    if (supply.tellsRuntime) kinds.push('remaining', 'ups off');
    if (supply.tellsCharge) kinds.push('charge');
    const kind = prng.chance(0.04) ? prng.pick<Kind>(['staggered', 'events']) : prng.pick(kinds);
    return kind === 'staggered' || kind === 'events' ? shipped(kind, prng, supply) : own(kind, prng, supply);
}

function unitSettings(prng: Prng) {
    return {
        staleSeconds: prng.pick([10, 15, 30]),
        onSilence: prng.chance(0.8) ? ('continue' as const) : ('hold' as const),
        mainsBackSeconds: prng.pick([0, 0, 0, 5]),
        confirmSeconds: prng.pick([0, 0, 0, 4]),
    };
}

class FlowBuilder {
    readonly nodes: FlowNode[] = [];
    readonly duties: Duty[] = [];
    readonly wakings: Orders['wakings'] = [];
    readonly events: Orders['events'] = [];
    readonly timings: string[] = [];

    add(node: FlowNode): string {
        this.nodes.push({ z: TAB, x: 1, y: 1, wires: [[]], ...node });
        return node.id;
    }

    event(id: string, ids: string[], targets: string[], onlyOnBattery = false): void {
        this.add({ id, type: 'ups-event', ups: UNIT, events: ids, all: false, onlyOnBattery, wires: [targets] });
        this.events.push({ node: id, ids, onlyOnBattery });
    }

    timing(id: string, settings: Record<string, unknown>, targets: string[]): string {
        this.timings.push(id);
        const defaults = { mode: 'after', seconds: 0, repeat: 0, runtime: 'device' };
        return this.add({ id, type: 'ups-timing', ...defaults, ...settings, wires: [targets] });
    }

    shutdown(
        id: string,
        hosts: readonly HostTraits[],
        due: Due,
        more: Partial<Duty> & { targets?: string[] } = {},
    ): string {
        const { targets = [], ...duty } = more;
        this.duties.push({
            node: id,
            hosts: hosts.map(({ name }) => name),
            verb: 'SHUTDOWN',
            due,
            repeatSeconds: 0,
            renewSeconds: 0,
            ...duty,
        });
        return this.add({
            id,
            type: 'ups-rccmd',
            action: duty.verb === 'MESSAGE' ? 'message' : 'shutdown',
            hosts: hosts.map(({ address, port }) => `${address}:${port}`).join('\n'),
            transport: 'tcp',
            text: '',
            timeout: 3,
            retries: '',
            edge: duty.atEnd ? 'off' : 'on',
            log: 'always',
            renewMinutes: (duty.renewSeconds ?? 0) / 60,
            wires: [targets],
        });
    }

    wake(id: string, hosts: readonly HostTraits[], prng: Prng): string {
        this.wakings.push({ node: id, hosts: hosts.map(({ name }) => name) });
        const staged = prng.chance(0.6);
        return this.add({
            id,
            type: 'ups-wol',
            mode: staged ? 'staged' : 'packets',
            mac: hosts.map(({ mac }) => mac).join('\n'),
            hosts: hosts.map(({ name, mac, address }) => ({ name, mac, check: 'tcp', address, port: 22 })),
            address: WAKE_ADDRESS,
            port: 9,
            copies: prng.pick([1, 3]),
            gap: prng.pick([0, 2]),
            repeat: 5,
            limit: 120,
            shutdownSeconds: WAKE_SHUTDOWN_SECONDS,
            waitForEach: prng.chance(0.5),
            stopOnFailure: false,
            gate: false,
            ups: '',
            edge: 'off',
            log: 'always',
        });
    }
}

function own(kind: Kind, prng: Prng, supply: Supply): PlayedFlow {
    const hosts = Array.from({ length: prng.between(1, 4) }, (_, index) => hostTraits(index, prng));
    const flow = new FlowBuilder();
    const unit = unitSettings(prng);
    const [first, ...others] = hosts as [HostTraits, ...HostTraits[]];
    const rest = others.length > 0 ? others : [];
    const waked = flow.wake('wake', hosts, prng);
    switch (kind) {
        case 'low':
            flow.event('fail', ['power-fail'], [waked]);
            flow.event('low', ['battery-low'], [flow.shutdown('down', hosts, { kind: 'low' })], true);
            break;
        case 'remaining': {
            const seconds = Math.round(supply.capacitySeconds * prng.pick([0.3, 0.5, 0.7]));
            const down = flow.shutdown('down', hosts, { kind: 'runtime', seconds, by: 'left' });
            const left = flow.timing('left', { mode: 'remaining', seconds }, [down]);
            flow.event('fail', ['power-fail'], [left, waked]);
            break;
        }
        case 'charge': {
            const below = prng.pick([60, 75, 90]);
            const down = flow.shutdown('down', hosts, { kind: 'charge', below });
            const onBattery = flow.timing('onBattery', { mode: 'on-battery', seconds: 0 }, [down]);
            flow.add({ ...threshold(below), wires: [[onBattery]] });
            flow.event('fail', ['power-fail'], [waked]);
            break;
        }
        case 'ups off': {
            const seconds = prng.between(5, 40);
            const down = flow.shutdown('down', hosts, { kind: 'after', seconds, by: 'first' });
            const first = flow.timing('first', { seconds }, [down]);
            const left = Math.round(supply.capacitySeconds * 0.35);
            const off = flow.add({
                id: 'off',
                type: 'ups-shutdown',
                ups: UNIT,
                action: 'shutdown',
                scope: 'output',
                seconds: 20,
                restoreSeconds: 5,
                edge: 'on',
                log: 'always',
            });
            const last = flow.timing('last', { mode: 'remaining', seconds: left }, [off]);
            const abort = flow.add({
                id: 'abort',
                type: 'ups-shutdown',
                ups: UNIT,
                action: 'abort',
                scope: 'output',
                seconds: 20,
                edge: 'off',
                log: 'always',
                // Nobody is woken while the UPS may still switch off.
                wires: [[waked]],
            });
            flow.event('fail', ['power-fail'], [first, last, abort]);
            break;
        }
        case 'repeats': {
            const seconds = prng.between(3, 20);
            const repeatSeconds = prng.pick([10, 30]);
            const tell = flow.shutdown(
                'tell',
                [first],
                { kind: 'after', seconds, by: 'tells' },
                { verb: 'MESSAGE', repeatSeconds },
            );
            const tells = flow.timing('tells', { seconds, repeat: repeatSeconds }, [tell]);
            const due = seconds + 25;
            const down = flow.shutdown(
                'down',
                hosts,
                { kind: 'after', seconds: due, by: 'downs' },
                { renewSeconds: 120 },
            );
            flow.event('fail', ['power-fail'], [tells, flow.timing('downs', { seconds: due }, [down]), waked]);
            break;
        }
        default: {
            const seconds = prng.pick([0, 2, 10, 30]);
            const more = prng.between(5, 40);
            const after: Due = { kind: 'after', seconds, by: 'first' };
            const down = flow.shutdown('down', [first], after);
            const mode = seconds === 0 ? 'immediately' : 'after';
            const targets = [down];
            if (rest.length > 0) {
                const due: Due = { kind: 'later', than: after, seconds: more, by: 'second' };
                const last = flow.shutdown('downLast', rest, due);
                targets.push(flow.timing('second', { seconds: more }, [last]));
            }
            flow.event('fail', ['power-fail'], [flow.timing('first', { mode, seconds }, targets), waked]);
        }
    }
    const dryRun = prng.chance(0.04);
    return {
        kind,
        nodes: [
            { id: TAB, type: 'tab', label: 'simulation' },
            { id: SITE, type: 'ups-site', name: 'Site', directory: 'store', dryRun, dataLogSeconds: 0 },
            { id: UNIT, type: 'ups-unit', name: 'UPS', site: SITE, ...unit },
            {
                id: 'device',
                x: 1,
                y: 1,
                z: TAB,
                name: 'device',
                ups: UNIT,
                wires: [[]],
                ...supply.device,
                interval: supply.pollSeconds,
            } as never,
            ...flow.nodes,
        ],
        orders: {
            ...unit,
            duties: flow.duties,
            wakings: flow.wakings,
            events: flow.events,
            timings: flow.timings,
            switchesUps: kind === 'ups off',
            dryRun,
            pollSeconds: supply.pollSeconds,
            wakesWithinSeconds: 150 + hosts.length * 50 + (kind === 'ups off' ? 120 : 0),
        },
        hosts,
    };
}

function threshold(below: number): FlowNode {
    const off = { enabled: false, comparison: 'less-than', low: '', high: '', recoveryLow: '', recoveryHigh: '' };
    return {
        id: 'charge',
        type: 'ups-threshold',
        name: '',
        ups: UNIT,
        value: 'battery.chargePercent',
        atLimit: false,
        warning: { ...off, enabled: true, low: below, seconds: 0, latch: false },
        alarm: { ...off, seconds: 0, latch: false },
    };
}

function hostTraits(index: number, prng: Prng): HostTraits {
    return {
        name: `host${index + 1}`,
        address: `192.0.2.${10 + index}`,
        mac: `02:00:00:00:00:${(16 + index).toString(16)}`,
        port: 6003,
        downSeconds: prng.between(1, DOWN_SECONDS),
        bootSeconds: prng.between(4, 12),
        answerMs: prng.pick([1, 5, 200]),
        wokenBy: 'packet',
    };
}

const SHIPPED = {
    staggered: { file: 'staggered-shutdown.json', addresses: /127\.0\.2\.\d+/g, port: 6003 },
    events: { file: 'ups-events.json', addresses: /127\.0\.3\.1(?=:6013)/g, port: 6013 },
};

/** What a person reads off the dialogs of the flows that are shipped. */
const SHIPPED_DUTIES: Record<'staggered' | 'events', Duty[]> = {
    staggered: [
        duty('6d88d4b74f3a10ef', [5, 6], { kind: 'after', seconds: 480 }, { repeatSeconds: 30 }),
        duty('9549b9307d14ed1c', [7, 8, 9], { kind: 'runtime', seconds: 1800, estimated: true }),
        duty('1f15f73550c4ca54', [5, 6], { kind: 'charge', below: 41 }),
        duty('1c2a53f44b9556be', [11], { kind: 'charge', below: 15 }, { verb: 'EXECUTE', renewSeconds: 0 }),
        duty('77f320544e435b69', [12, 13, 14, 15], {
            kind: 'later',
            than: { kind: 'charge', below: 15 },
            seconds: 180,
        }),
    ],
    events: [{ ...duty('c9f336cde41df3d8', [1], { kind: 'low' }) }],
};

function duty(node: string, hosts: number[], due: Due, more: Partial<Duty> = {}): Duty {
    const names = hosts.map((host) => `host${host}`);
    return { node, hosts: names, verb: 'SHUTDOWN', due, repeatSeconds: 0, renewSeconds: 300, ...more };
}

/** Nodes of a shipped flow whose work is not simulated: they take what they get. */
function shipped(kind: 'staggered' | 'events', prng: Prng, supply: Supply): PlayedFlow {
    const { file, addresses, port } = SHIPPED[kind];
    const text = readFileSync(resolve(ROOT, 'flows', file), 'utf8');
    const found = [...new Set(text.match(addresses))].filter((address) => !address.endsWith('.255'));
    const unit = { staleSeconds: 10, onSilence: 'continue' as const, mainsBackSeconds: 0, confirmSeconds: 0 };
    // An hour of it is watched less often.
    const pollSeconds = kind === 'staggered' ? 20 : supply.pollSeconds;
    const hosts = found.map((address, index): HostTraits => ({
        ...hostTraits(index, prng),
        name: `host${address.split('.').at(-1)}`,
        address,
        port,
        wokenBy: 'rccmd',
    }));
    const nodes = (JSON.parse(text) as FlowNode[])
        .filter((node) => node.d !== true)
        .map((node): FlowNode => {
            if (node.type === 'ups-simulator') {
                const { x, y, z, ups, name } = node;
                return {
                    ...supply.device,
                    type: String(supply.device.type),
                    interval: pollSeconds,
                    id: node.id,
                    x,
                    y,
                    z,
                    ups,
                    name,
                    wires: [[]],
                };
            }
            // The battery is as the device tells: the figures in the flow are those of the simulated UPS.
            if (node.type === 'ups-unit')
                return { ...node, holdMinutes: '', loadVA: '', ratedVA: '', rechargeMinutes: '' };
            return node.type === 'ups-site' ? { ...node, dataLogSeconds: 0 } : node;
        });
    const wakes = nodes.filter((node) => node.type === 'ups-rccmd' && node.action === 'wakeup');
    return {
        kind,
        nodes,
        orders: {
            ...unit,
            duties: SHIPPED_DUTIES[kind],
            wakings: wakes.map(({ id }) => ({ node: id, hosts: hosts.map(({ name }) => name) })),
            events: nodes
                .filter(({ type }) => type === 'ups-event')
                .map(({ id, events, onlyOnBattery }) => ({
                    node: id,
                    ids: events as string[],
                    onlyOnBattery: onlyOnBattery === true,
                })),
            timings: nodes.filter(({ type }) => type === 'ups-timing').map(({ id }) => id),
            switchesUps: kind === 'events',
            dryRun: false,
            pollSeconds,
            wakesWithinSeconds: 300,
        },
        hosts,
    };
}
