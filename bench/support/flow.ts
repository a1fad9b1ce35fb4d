import type { CardAddress } from './cards';

export interface FlowOptions {
    cards: CardAddress[];
    /** Where the RCCMD messages go. */
    rccmdPort: number;
    /** Seconds between polls. */
    interval: number;
    trapPort?: number;
}

export const SITE = {
    id: 'site',
    type: 'ups-site',
    name: 'Bench',
    directory: '',
    dryRun: false,
    dataLogSeconds: '180',
};
export const TAB = { id: 'tab', type: 'tab', label: 'Bench' };

/** For each UPS: unit, SNMP device, its power failure, and an RCCMD message at either edge: `MSG_TEXT ups<n> true|false.` */
export function upsFlow({ cards, rccmdPort, interval, trapPort }: FlowOptions): object[] {
    const rccmd = { type: 'ups-rccmd', z: 'tab', log: 'errors', action: 'message', transport: 'tcp', retries: '0' };
    const target = { hosts: '127.0.0.1', broadcast: false, port: String(rccmdPort), text: RCCMD_TEXT, wires: [[]] };
    return [
        TAB,
        SITE,
        ...cards.flatMap(({ address, port }, n) => [
            { ...UNIT, id: `unit${n}`, name: `ups${n}` },
            {
                ...{
                    id: `snmp${n}`,
                    type: 'ups-snmp',
                    z: 'tab',
                    name: '',
                    ups: `unit${n}`,
                    interval: String(interval),
                },
                ...{ host: address, port: String(port), version: '2c', trapPort: trapPort ? String(trapPort) : '' },
                ...{ timeout: '2', retries: '1', credentials: { community: 'public' }, wires: [[]] },
            },
            {
                ...{ id: `event${n}`, type: 'ups-event', z: 'tab', name: '', ups: `unit${n}`, events: ['power-fail'] },
                wires: [[`on${n}`, `off${n}`]],
            },
            { ...rccmd, ...target, id: `on${n}`, name: `on ${n}`, edge: 'on' },
            { ...rccmd, ...target, id: `off${n}`, name: `off ${n}`, edge: 'off' },
        ]),
    ];
}

const RCCMD_TEXT = '{{ups.name}} {{event.active}}.';

/** What `RccmdSink.next` looks for. */
export function edgeOf(n: number, active: boolean): RegExp {
    return new RegExp(`\\bups${n} ${active}\\.`);
}

/** What `RccmdSink.edges` looks for. */
export function edgeName(n: number, active: boolean): string {
    return `ups${n} ${active}.`;
}

/** The edge that a message tells of. */
export function edgeIn(text: string): string | undefined {
    return /\bups\d+ (true|false)\./.exec(text)?.[0];
}

export const UNIT = {
    type: 'ups-unit',
    site: 'site',
    ratedVA: '1000',
    loadVA: '1000',
    holdMinutes: '600',
    rechargeMinutes: '240',
    batteryInstalledOn: '',
    batteryMaxAgeMonths: '48',
    confirmSeconds: '0',
    staleSeconds: '30',
    onSilence: 'continue',
    shutdownSeconds: '',
    healthPercent: '10',
};

/** For each TCP port a unit and its device: CS141 cards, and UPSs on serial servers, polled each second. */
export function fieldFlow(ports: { modbus: number[]; serial: number[] }): object[] {
    const devices = (kind: string, type: string, settings: object, all: number[]) =>
        all.flatMap((port, n) => [
            { ...UNIT, id: `${kind}-unit${n}`, name: `${kind}${n}` },
            {
                ...{ id: `${kind}${n}`, type, z: 'tab', name: '', ups: `${kind}-unit${n}`, interval: '1', wires: [[]] },
                ...{ transport: 'tcp', host: '127.0.0.1', port: String(port), ...settings },
            },
        ]);
    return [
        TAB,
        SITE,
        ...devices('modbus', 'ups-cs141', { unitId: '1', map: 'default' }, ports.modbus),
        ...devices('serial', 'ups-delta', { address: '0' }, ports.serial),
    ];
}
