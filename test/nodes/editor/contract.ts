import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { readCatalogue } from './definition';

export const root = join(__dirname, '..', '..', '..');
export const LANGUAGES = ['en-US', 'de'];
export const PLUGIN = 'ridethrough-editor';
export const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
export const catalogue = (language: string, type: string) => readCatalogue(root, language, type);

export const manifest = JSON.parse(read('package.json')) as {
    name: string;
    'node-red': { nodes: Record<string, string>; plugins: Record<string, string> };
};
export const nodes = Object.entries(manifest['node-red'].nodes);
export const familyOf = (file: string) => file.split('/')[2] ?? '';
export const htmlOf = (type: string) => join('nodes', familyOf(manifest['node-red'].nodes[type] ?? ''), `${type}.html`);
export const pluginFiles = readdirSync(join(root, 'nodes', 'editor')).filter((file) => file.endsWith('.html'));

/** Properties that design.md and the runtime rely on, with the defaults that are fixed. */
export const CONTRACT: Record<string, Record<string, unknown>> = {
    'ups-site': {
        name: '',
        location: '',
        contact: '',
        directory: '',
        dryRun: false,
        dataLogSeconds: 180,
        temperatureUnit: 'C',
    },
    'ups-unit': {
        name: '',
        site: '',
        ratedVA: '',
        loadVA: '',
        holdMinutes: '',
        rechargeMinutes: '',
        batteryInstalledOn: '',
        batteryMaxAgeMonths: 48,
        confirmSeconds: 0,
        staleSeconds: 30,
        onSilence: 'continue',
        shutdownSeconds: '',
        healthPercent: 10,
        testMaxMinutes: 30,
    },
    'ups-mail-account': { name: '', host: '', port: 587, security: 'starttls', from: '', tls: '' },
    'ups-modem': {
        name: '',
        transport: 'serial',
        path: '',
        baudRate: 115200,
        host: '',
        port: '',
        mode: 'auto',
        serviceCentre: '',
    },
    'ups-cs141': {
        name: '',
        ups: '',
        priority: 1,
        interval: 1,
        transport: 'tcp',
        host: '',
        port: 502,
        path: '',
        baudRate: 9600,
        parity: 'none',
        stopBits: '1',
        unitId: 1,
        map: 'default',
        addressing: 'zero',
        timeout: 2,
        sensors: 'none',
        sensorScale: 1,
        http: false,
        httpUrl: '',
        httpInterval: 10,
        tls: '',
    },
    'ups-nut': {
        name: '',
        ups: '',
        interval: 1,
        host: '',
        port: 3493,
        upsName: '',
        tls: '',
    },
    'ups-snmp': {
        name: '',
        ups: '',
        priority: 1,
        interval: 1,
        host: '',
        port: 161,
        version: '2c',
        trapPort: '',
        timeout: 2,
        retries: 1,
    },
    'ups-contacts': {
        name: '',
        ups: '',
        priority: 1,
        interval: 1,
        debounce: 100,
        source: 'message',
        contacts: undefined,
        maxAge: '',
        host: '',
        port: 502,
        unitId: 1,
        table: 'discrete',
        timeout: 2,
        path: '',
        dtr: 'unchanged',
        rts: 'unchanged',
    },
    'ups-simulator': {
        name: '',
        ups: '',
        interval: 1,
        holdMinutes: 60,
        loadVA: 1000,
        ratedVA: 1000,
        rechargeMinutes: 240,
        speed: 1,
        loads: [],
    },
    'ups-event': { name: '', ups: '', events: [] },
    'ups-status': { name: '', ups: '', send: 'readings' },
    'ups-timing': { name: '', mode: 'after', seconds: 300, repeat: 0, runtime: 'smaller' },
    'ups-sensor': {
        name: '',
        site: '',
        source: 'message',
        unit: '°C',
        scale: 1,
        offset: 0,
        min: '',
        max: '',
        alarmLow: '',
        preAlarmLow: '',
        preAlarmHigh: '',
        alarmHigh: '',
        hysteresis: 0,
        seconds: 0,
        latch: false,
    },
    'ups-digital-input': { name: '', site: '', source: 'message', contact: 'no', debounce: 50, timeout: 0 },
    'ups-aux-module': { name: '', backend: 'modbus', host: '', port: 502, unitId: 1, ports: undefined },
    'ups-aux-switch': { name: '', module: '', port: '', action: 'on', seconds: 1, edge: 'on', log: 'always', site: '' },
    'ups-aux-input': { name: '', site: '', module: '', port: '' },
    // Not `inputs`, as in design.md: the editor keeps the number of a node's ports under that name.
    'ups-marker': { name: '', site: '', logic: 'and', inverted: false, topics: [], unknown: 'inactive' },
    'ups-schedule': {
        name: '',
        start: '',
        repeat: 'daily',
        windows: [],
        monthEnd: 'last',
        ending: 'at-once',
        seconds: 600,
        until: '',
        zone: '',
        missed: 'run',
        maxAge: 3600,
        ups: '',
        site: '',
    },
    'ups-threshold': { name: '', ups: '', value: 'battery.chargePercent', warning: undefined, alarm: undefined },
    'ups-sms': {
        name: '',
        modem: '',
        to: '',
        text: '{{event.text}}',
        maxParts: 4,
        retries: 2,
        timeout: 120,
        edge: 'on',
        log: 'always',
        site: '',
    },
    'ups-buzzer': {
        name: '',
        pattern: 'double',
        rhythm: '',
        limit: 300,
        computer: 'none',
        command: '',
        args: '',
        ups: '',
        upsEnd: 'mute',
        site: '',
    },
    'ups-outlet': { name: '', ups: '', outlet: '', action: 'off', edge: 'on', log: 'always', site: '' },
    'ups-settings': { name: '', ups: '' },
    'ups-shutdown': {
        name: '',
        ups: '',
        action: 'shutdown',
        scope: 'output',
        seconds: 180,
        restoreSeconds: '',
        edge: 'on',
        log: 'always',
        site: '',
    },
    'ups-test': { name: '', ups: '', test: 'battery', minutes: 5, edge: 'on', log: 'always', site: '' },
    'ups-log': { name: '', text: '{{event.text}}', level: 'info', edge: 'on', log: 'always', site: '' },
    'ups-email': {
        name: '',
        account: '',
        to: '',
        subject: undefined,
        text: undefined,
        html: false,
        attachEventLog: false,
        attachDataLog: false,
        minimumMinutes: 0,
        edge: 'on',
        log: 'always',
        site: '',
    },
    'ups-rccmd': {
        name: '',
        action: 'shutdown',
        hosts: '',
        broadcast: false,
        port: 6003,
        transport: 'tcp',
        text: undefined,
        verb: '',
        timeout: 3,
        retries: 2,
        parallel: 32,
        edge: 'on',
        log: 'always',
        site: '',
    },
    'ups-rccmd-receiver': {
        name: '',
        address: '0.0.0.0',
        port: 6003,
        transport: 'both',
        senders: '',
        members: '',
        quorum: '',
        actions: [],
        site: '',
    },
};
export const CREDENTIALS: Record<string, string[]> = {
    'ups-mail-account': ['password', 'user'],
    'ups-modem': ['pin'],
    'ups-cs141': ['password', 'user'],
    'ups-nut': ['password', 'user'],
    'ups-snmp': ['authKey', 'authProtocol', 'community', 'privKey', 'privProtocol', 'user'],
};
export const REFERENCES: Record<string, Record<string, string>> = {
    'ups-unit': { site: 'ups-site' },
    'ups-mail-account': { tls: 'tls-config' },
    'ups-cs141': { ups: 'ups-unit', tls: 'tls-config' },
    'ups-nut': { ups: 'ups-unit', tls: 'tls-config' },
    'ups-snmp': { ups: 'ups-unit' },
    'ups-contacts': { ups: 'ups-unit' },
    'ups-simulator': { ups: 'ups-unit' },
    'ups-event': { ups: 'ups-unit' },
    'ups-status': { ups: 'ups-unit' },
    'ups-sensor': { site: 'ups-site', ups: 'ups-unit' },
    'ups-digital-input': { site: 'ups-site', ups: 'ups-unit' },
    'ups-aux-switch': { module: 'ups-aux-module', site: 'ups-site' },
    'ups-aux-input': { site: 'ups-site', module: 'ups-aux-module' },
    'ups-marker': { site: 'ups-site' },
    'ups-schedule': { ups: 'ups-unit', site: 'ups-site' },
    'ups-threshold': { ups: 'ups-unit' },
    'ups-sms': { modem: 'ups-modem', site: 'ups-site' },
    'ups-buzzer': { ups: 'ups-unit', site: 'ups-site' },
    'ups-outlet': { ups: 'ups-unit', site: 'ups-site' },
    'ups-settings': { ups: 'ups-unit' },
    'ups-shutdown': { ups: 'ups-unit', site: 'ups-site' },
    'ups-test': { ups: 'ups-unit', site: 'ups-site' },
    'ups-log': { site: 'ups-site' },
    'ups-email': { account: 'ups-mail-account', site: 'ups-site' },
    'ups-rccmd': { site: 'ups-site' },
    'ups-rccmd-receiver': { site: 'ups-site' },
};

/** Every leaf of a catalogue by its dotted key. */
export function leaves(value: unknown, prefix = ''): Map<string, string> {
    if (typeof value === 'string') return new Map([[prefix, value]]);
    const parts = Object.entries(value as Record<string, unknown>);
    return new Map(parts.flatMap(([key, part]) => [...leaves(part, prefix ? `${prefix}.${key}` : key)]));
}

export const placeholders = (text: string) => [...text.matchAll(/__(\w+?)__/g)].map(([, name]) => name ?? '').sort();
export const english = (type: string) => leaves(catalogue('en-US', type));

/** The key of a text of `type`, wherever it is asked for: its own catalogue, or `<package>/<type>:key`. */
export function assertText(reference: string, type: string, where: string): void {
    const [namespace = '', key] = reference.includes(':')
        ? reference.split(':')
        : [`${manifest.name}/${type}`, reference];
    const set = namespace.replace(`${manifest.name}/`, '');
    assert.ok(english(set).has(key ?? ''), `${where} asks for ${reference}, which en-US/${set}.json lacks`);
}
