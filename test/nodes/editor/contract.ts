import { existsSync, readFileSync } from 'node:fs';
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
/** Whether a node declares itself: then its dialog and its runtime cannot say two things. */
export const isDeclared = (type: string) =>
    existsSync(join(root, 'nodes', familyOf(manifest['node-red'].nodes[type] ?? ''), `${type}.settings.ts`));
/** The html of a node: as the build makes it of a declaration, or as it is written. */
export const htmlOf = (type: string) => {
    const file = join('nodes', familyOf(manifest['node-red'].nodes[type] ?? ''), `${type}.html`);
    return existsSync(join(root, file)) ? file : join('dist', file);
};

/** Properties that flows of users and the runtime rely on, with the defaults that are fixed. */
export const CONTRACT: Record<string, Record<string, unknown>> = {
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
    'ups-nut': {
        name: '',
        ups: '',
        priority: 1,
        interval: 1,
        host: '',
        port: 3493,
        upsName: '',
        tls: '',
        ignoreLowBattery: false,
    },
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
    'ups-trap': { name: '', hosts: '', port: 162, version: '2c', kind: 'trap', log: 'always', site: '' },
    'ups-syslog': {
        name: '',
        mode: 'events',
        hosts: '',
        port: 601,
        transport: 'tcp',
        format: 'rfc5424',
        framing: 'octets',
        facility: 'local0',
        severity: 'auto',
        text: '{{event.text}}',
        retries: 0,
        edge: 'on',
        log: 'errors',
        site: '',
    },
    'ups-aux-switch': { name: '', module: '', port: '', action: 'on', seconds: 1, edge: 'on', log: 'always', site: '' },
    'ups-aux-input': { name: '', site: '', module: '', port: '' },
    // Not `inputs`: the editor keeps the number of a node's ports under that name.
    'ups-marker': { name: '', site: '', logic: 'and', inverted: false, topics: [], sources: {}, unknown: 'inactive' },
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
    'ups-buzzer': {
        name: '',
        pattern: 'double',
        rhythm: '',
        limit: 300,
        module: '',
        port: '',
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
    'ups-remote-command': {
        name: '',
        command: '',
        state: 'follow',
        text: undefined,
        targets: '',
        port: 8443,
        security: 'tls',
        tls: '',
        timeout: 5,
        retries: 5,
        passDryRun: false,
        edge: 'both',
        log: 'always',
        site: '',
    },
    'ups-remote-receiver': {
        name: '',
        site: '',
        callable: [],
        senders: '*',
        address: '127.0.0.1',
        port: 8443,
        security: 'tls',
        tls: '',
        windowSeconds: 300,
        perMinute: 60,
        log: 'always',
        outputs: 1,
    },
};
export const CREDENTIALS: Record<string, string[]> = {
    'ups-modem': ['pin'],
    'ups-nut': ['password', 'user'],
    'ups-remote-command': ['secret'],
    'ups-remote-receiver': ['secret'],
};
export const REFERENCES: Record<string, Record<string, string>> = {
    'ups-nut': { ups: 'ups-unit', tls: 'tls-config' },
    'ups-sensor': { site: 'ups-site', ups: 'ups-unit' },
    'ups-digital-input': { site: 'ups-site', ups: 'ups-unit' },
    'ups-syslog': { tls: 'tls-config', site: 'ups-site' },
    'ups-aux-switch': { module: 'ups-aux-module', site: 'ups-site' },
    'ups-aux-input': { site: 'ups-site', module: 'ups-aux-module' },
    'ups-marker': { site: 'ups-site' },
    'ups-schedule': { ups: 'ups-unit', site: 'ups-site' },
    'ups-buzzer': { ups: 'ups-unit', site: 'ups-site', module: 'ups-aux-module' },
    'ups-outlet': { ups: 'ups-unit', site: 'ups-site' },
    'ups-settings': { ups: 'ups-unit' },
    'ups-shutdown': { ups: 'ups-unit', site: 'ups-site' },
    'ups-test': { ups: 'ups-unit', site: 'ups-site' },
    'ups-log': { site: 'ups-site' },
    'ups-remote-command': { tls: 'tls-config', site: 'ups-site' },
    'ups-remote-receiver': { site: 'ups-site', tls: 'tls-config' },
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
