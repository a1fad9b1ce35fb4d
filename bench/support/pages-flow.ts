import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SITE, UNIT } from './flow';
import { PROJECT } from './node-red';

interface Node {
    id: string;
    type: string;
    z?: string;
    [property: string]: unknown;
}

/** Of the UPSs so many can be made to fail, and to come back. */
export const SWITCHED = 10;

/** The nodes of the shipped pages, without the simulated UPS beside them. */
export function shippedPages(): Node[] {
    const file = join(PROJECT, 'packages/dashboard/examples/ups-pages.json');
    const nodes = JSON.parse(readFileSync(file, 'utf8')) as Node[];
    return nodes.filter(({ type }) => type === 'tab' || type.startsWith('ui-'));
}

/**
 * The shipped pages, and so many simulated UPSs at 1 Hz whose load differs from second to second, each with the shutdown of a host after ten
 * minutes. `fail<n>` and `return<n>` are the inject nodes of the first ones.
 */
export function pagesFlow(upses: number): object[] {
    const pages = shippedPages();
    const z = pages.find(({ type }) => type === 'tab')!.id;
    const at = { z, x: 100, y: 100 };
    const all = Array.from({ length: upses }, (_, n) => n);
    const inject = (id: string, n: number, mains: boolean) => ({
        ...{
            ...at,
            id,
            type: 'inject',
            name: id,
            props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }],
            topic: 'mains',
        },
        ...{ payload: String(mains), payloadType: 'bool', repeat: '', crontab: '', once: false, wires: [[`sim${n}`]] },
    });
    return [
        ...pages,
        // In a dry run no host is asked.
        { ...SITE, dryRun: true },
        ...all.flatMap((n) => [
            { ...UNIT, id: `unit${n}`, name: `UPS ${n + 1}`, loadVA: '1000', ratedVA: '1600', holdMinutes: '60' },
            {
                ...{ ...at, id: `sim${n}`, type: 'ups-simulator', name: '', ups: `unit${n}`, interval: 1, speed: 1 },
                ...{ ratedVA: 1600, loadVA: 1000, holdMinutes: 60, rechargeMinutes: 240, loads: [], wires: [[]] },
            },
            {
                ...{ ...at, id: `event${n}`, type: 'ups-event', name: '', ups: `unit${n}`, events: ['power-fail'] },
                wires: [[`timing${n}`]],
            },
            {
                ...{ ...at, id: `timing${n}`, type: 'ups-timing', name: '', mode: 'after', seconds: '600' },
                ...{ repeat: '0', runtime: 'smaller', wires: [[`job${n}`]] },
            },
            {
                ...{ ...at, id: `job${n}`, type: 'ups-rccmd', name: `Host ${n + 1}`, log: 'errors', edge: 'on' },
                ...{
                    action: 'shutdown',
                    transport: 'tcp',
                    retries: '0',
                    hosts: '127.0.0.1',
                    port: '6003',
                    wires: [[]],
                },
            },
        ]),
        ...all.slice(0, SWITCHED).flatMap((n) => [inject(`fail${n}`, n, false), inject(`return${n}`, n, true)]),
        {
            ...{ ...at, id: 'drive', type: 'function', name: '', func: drive(upses), outputs: upses, noerr: 0 },
            ...{ initialize: '', finalize: '', libs: [], wires: all.map((n) => [`sim${n}`]) },
        },
        {
            ...{ ...at, id: 'second', type: 'inject', name: '', props: [{ p: 'payload' }], payload: '', topic: '' },
            ...{ payloadType: 'date', repeat: '1', crontab: '', once: true, onceDelay: '1', wires: [['drive']] },
        },
    ];
}

/** Between 55 and 65 % of the rated load. */
const drive = (upses: number) =>
    `return Array.from({ length: ${upses} }, () => ({ topic: 'load', payload: 880 + Math.round(Math.random() * 160) }));`;
