import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FlowNode } from './shipped-flow';

const EXAMPLE = resolve(__dirname, '../../../packages/dashboard/examples/ups-pages.json');

/** The example of the pages, with something of each kind on them. */
export interface FullFlow {
    nodes: FlowNode[];
    /** Paths of all pages, from the root of the server. */
    paths: string[];
    unit: string;
    site: string;
    /** Ids of buttons. */
    press: { fail: string; back: string };
}

/**
 * An outage runs a shutdown of two hosts, one of which refuses, at once, and another one after two hours, by the clock of the UPS, which goes 60 times as fast:
 * the battery is empty before. Beside it a UPS that nobody has ever reached, a sensor in alarm, a relay module, a marker, a buzzer, a schedule, a threshold.
 */
export function fullFlow({ reached, closed, unused }: { reached: number; closed: number; unused: number }): FullFlow {
    const example = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as FlowNode[];
    const named = (name: string) => example.find((node) => node.name === name && node.type !== 'ui-page')!;
    const unit = named('UPS 1');
    const { site } = unit as { site?: string };
    const z = example[0]!.id;
    let y = 1000;
    const on = (id: string, type: string, rest: object): FlowNode =>
        ({ id, type, z, x: 300, y: (y += 40), wires: [[]], ...rest }) as FlowNode;
    const job = { action: 'shutdown', timeout: 1, retries: 0, edge: 'on', log: 'always' };
    const ports = [
        { name: 'Fan', output: 'true', nc: 'false' },
        { name: 'Door', output: 'false', nc: 'false' },
    ];
    const limits = { alarmLow: -5, preAlarmLow: 3, preAlarmHigh: 30, alarmHigh: 40 };
    const always = { name: 'Office', start: '2026-01-01T00:00', repeat: 'weekly', site };
    const nodes = [
        ...example,
        on('event', 'ups-event', { ups: unit.id, events: ['power-fail'], wires: [['down', 'timing']] }),
        on('down', 'ups-rccmd', { ...job, name: 'Down', hosts: `127.0.0.1:${reached}\n127.0.0.2:${closed}` }),
        on('timing', 'ups-timing', { mode: 'after', seconds: 7200, wires: [['late']] }),
        on('late', 'ups-rccmd', { ...job, name: 'Comes too late', hosts: `127.0.0.1:${reached}` }),
        { id: 'never-unit', type: 'ups-unit', name: 'UPS 3', site } as FlowNode,
        on('never', 'ups-nut', { ups: 'never-unit', host: '127.0.0.1', port: unused, upsName: 'ups' }),
        { id: 'module', type: 'ups-aux-module', name: 'Relays', backend: 'simulated', interval: 1, ports } as FlowNode,
        on('door', 'ups-aux-input', { name: 'Door', site, module: 'module', port: 'Door', level: 'warning' }),
        on('room', 'ups-sensor', { name: 'Room', site, source: 'message', unit: '°C', timeout: 0, ...limits }),
        on('hot', 'inject', {
            props: [{ p: 'payload' }],
            payload: '45',
            payloadType: 'num',
            once: true,
            onceDelay: 0.5,
            wires: [['room']],
        }),
        on('marker', 'ups-marker', {
            name: 'Trouble',
            site,
            logic: 'or',
            topics: ['Room/alarm-high', 'Door/on'],
            sources: {},
        }),
        on('horn', 'ups-buzzer', { name: 'Horn', site, wires: [[], []] }),
        on('office', 'ups-schedule', {
            ...always,
            windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '23:59' }],
        }),
        on('charge', 'ups-threshold', {
            ups: unit.id,
            value: 'battery.chargePercent',
            warning: { enabled: true, comparison: 'less-than', low: 99, recoveryLow: 99.5, seconds: 0, latch: false },
            alarm: { enabled: false, comparison: 'less-than', low: 15, recoveryLow: 20, seconds: 0, latch: false },
        }),
    ];
    const wired = nodes.map((node) => (node.id === 'room' ? { ...node, wires: [['marker'], []] } : node));
    const withMarker = wired.map((node) => (node.id === 'marker' ? { ...node, wires: [['horn']] } : node));
    return {
        nodes: withMarker,
        paths: example.filter(({ type }) => type === 'ui-page').map(({ path }) => `/dashboard${String(path)}`),
        unit: unit.id,
        site: site!,
        press: { fail: named('Mains fail').id, back: named('Mains return').id },
    };
}
