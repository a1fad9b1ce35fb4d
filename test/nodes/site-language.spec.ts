import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import { SystemClock } from '../../lib/core/clock';
import type { JobResult } from '../../lib/core/messages';
import { callOnce } from '../../lib/protocols/remote/client';
import { openStore } from '../../lib/store/store';
import type { SiteRuntime } from '../../nodes/shared/runtime/flow-of';
import { wordsIn } from '../../nodes/shared/words/site-words';
import { SmtpSink } from '../lib/protocols/mail/smtp-sink';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { helper, speakInWords } from '../support/node-red';

type Language = 'de' | 'en-US';
type NodeSet = (RED: NodeAPI) => void;

/** Words that no sentence of the other language gets by without for long; names of settings and programs are none of them. */
const FOREIGN: Record<Language, RegExp> = {
    de: /\b(the|would|hosts?|not|missing|is|of|and|with|by|seconds?|answer|cannot|nobody|nothing|check|refused|accepted|confirmed|running|failed|sent|reached)\b/i,
    'en-US':
        /\b(würde|Rechner|nicht|der|die|das|ist|und|wurde|kein|keine|mit|von|Sekunden|Antwort|prüfen|abgelehnt|angenommen|bestätigt|läuft|gesendet|erreicht)\b/i,
};

/** A node module as a process of this language loads it. */
function inProcessOf(language: Language, type: string, family = 'jobs'): NodeSet {
    const loaded = require(`../../nodes/${family}/${type}`) as NodeSet & { default?: NodeSet };
    const words = wordsIn(language);
    const _ = (key: string, data?: object) => {
        const own = key.replace(/^.*:/, '');
        return own === 'ups-unit.language' ? language : (words.find(own, data as never) ?? own);
    };
    return (RED) => (loaded.default ?? loaded)(Object.assign(Object.create(RED) as NodeAPI, { _ }));
}

const SECRET = 'a secret that is long enough';

/** Where something answers, and where nobody does. */
interface Ports {
    mail: number;
    udp: number;
    closed: number;
}

/** A job of each kind: `well` as it can succeed here, `ill` where nobody answers. */
function jobsOf({ udp, closed }: Ports): Record<string, { type: string }> {
    const nobody = `127.0.0.1:${closed}`;
    const order = { ups: 'u1' };
    const jobs: Record<string, object> = {
        'rccmd-ill': { type: 'ups-rccmd', hosts: nobody, action: 'shutdown', transport: 'tcp', retries: 0, timeout: 1 },
        'rccmd-well': { type: 'ups-rccmd', hosts: `127.0.0.1:${udp}`, action: 'shutdown', transport: 'udp' },
        'wol-well': { type: 'ups-wol', mode: 'packets', mac: '00:1b:21:3c:4d:5e', address: '127.0.0.1', edge: 'on' },
        'wol-staged-ill': {
            ...{ type: 'ups-wol', mode: 'staged', address: '127.0.0.1', edge: 'on', gap: 0, repeat: 1, limit: 1 },
            hosts: [{ mac: '00:1b:21:3c:4d:5e', check: 'tcp', address: '127.0.0.1', port: closed }],
        },
        'syslog-ill': { type: 'ups-syslog', hosts: nobody, transport: 'tcp', retries: 0, timeout: 1 },
        'syslog-well': { type: 'ups-syslog', hosts: `127.0.0.1:${udp}`, transport: 'udp' },
        'trap-well': { type: 'ups-trap', hosts: `127.0.0.1:${udp}`, version: '2c', kind: 'trap' },
        'trap-ill': {
            ...{ type: 'ups-trap', hosts: `127.0.0.1:${udp}`, version: '2c', kind: 'inform' },
            ...{ timeout: 0.2, retries: 0 },
        },
        'sms-ill': { type: 'ups-sms', modem: 'm1', to: '+491761234567', timeout: 1, retries: 0 },
        'email-well': { type: 'ups-email', account: 'a1', to: 'ops@x.example', subject: '{{event.text}}' },
        'email-ill': { type: 'ups-email', account: 'a2', to: 'ops@x.example' },
        'email-trap-well': { type: 'ups-email-trap', account: 'a1', to: 'nms@x.example' },
        'ssh-ill': {
            ...{ type: 'ups-ssh', hosts: nobody, user: 'ops', command: 'halt', hostKey: 'any' },
            ...{ timeout: 2, retries: 0 },
        },
        'remote-ill': {
            ...{ type: 'ups-remote-command', targets: nobody, command: 'siren', security: 'none' },
            ...{ timeout: 1, retries: 0 },
        },
        'shutdown-well': { type: 'ups-shutdown', ...order, action: 'shutdown', scope: 'output', seconds: '600' },
        'outlet-ill': { type: 'ups-outlet', ...order, outlet: '9', action: 'off' },
        'test-well': { type: 'ups-test', ...order, test: 'battery', minutes: 1 },
        'aux-well': { type: 'ups-aux-switch', module: 'x1', port: 'Fan', action: 'on', edge: 'on' },
        'log-well': { type: 'ups-log', text: '{{event.text}}, {{event.level}}' },
    };
    return Object.fromEntries(
        Object.entries(jobs).map(([id, job]) => [id, { log: 'always', ...job } as unknown as { type: string }]),
    );
}

const DEVICES = [
    ['ups-site', 'config'],
    ['ups-unit', 'config'],
    ['ups-mail-account', 'config'],
    ['ups-modem', 'config'],
    ['ups-aux-module', 'config'],
    ['ups-simulator', 'devices'],
] as const;

describe('the language of a site', function () {
    this.timeout(60_000);
    let directory: string;
    let sink: SmtpSink;
    /** Hears all that comes by UDP, and answers nothing. */
    let ears: Socket;
    let ports: Ports;
    let told: Map<string, JobResult>;
    let errors: string[];

    before((done) => {
        helper.startServer(done);
        speakInWords(true);
    });
    after((done) => {
        helper.stopServer(done);
    });
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-language-'));
        sink = await new SmtpSink().start();
        ears = createSocket('udp4');
        await new Promise<void>((resolve) => ears.bind(0, '127.0.0.1', resolve));
        ports = { mail: sink.port, udp: ears.address().port, closed: await freePort() };
    });
    afterEach(async () => {
        await helper.unload();
        await sink.stop();
        await new Promise<void>((resolve) => void ears.close(resolve));
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(
        language: Language,
        process: Language,
        dryRun: boolean,
        more: object[] = [],
    ): Promise<string[]> {
        const jobs = jobsOf(ports);
        const mail = { type: 'ups-mail-account', host: '127.0.0.1', security: 'none', from: 'ups@plant.example' };
        const flow = [
            { id: 'f1', type: 'tab' },
            { id: 'site1', type: 'ups-site', name: 'S', directory, dryRun, language },
            { id: 'u1', type: 'ups-unit', name: 'U', site: 'site1', ratedVA: 1000, loadVA: 500, holdMinutes: 30 },
            { id: 'a1', ...mail, port: ports.mail },
            { id: 'a2', ...mail, port: ports.closed },
            { id: 'm1', type: 'ups-modem', transport: 'tcp', host: '127.0.0.1', port: ports.closed },
            {
                id: 'x1',
                type: 'ups-aux-module',
                name: 'X',
                backend: 'simulated',
                interval: 0.1,
                ports: [{ name: 'Fan', output: 'true', nc: 'false' }],
            },
            ...Object.entries(jobs).map(([id, job]) => ({
                id,
                z: 'f1',
                site: 'site1',
                wires: [[`out-${id}`]],
                ...job,
            })),
            ...more,
            { id: 'sim1', type: 'ups-simulator', ups: 'u1', interval: 0.1, z: 'f1', wires: [[]] },
            ...Object.keys(jobs).map((id) => ({ id: `out-${id}`, type: 'helper', z: 'f1' })),
        ];
        const types = new Set([...Object.values(jobs), ...(more as { type: string }[])].map(({ type }) => type));
        const nodes = [
            ...DEVICES.map(([type, family]) => inProcessOf(process, type, family)),
            ...[...types].filter((type) => type !== 'helper').map((type) => inProcessOf(process, type)),
        ];
        const secrets = Object.fromEntries(
            [...Object.keys(jobs), ...(more as { id: string }[]).map(({ id }) => id)].map((id) => [
                id,
                id.startsWith('ssh') ? { password: 'x' } : { secret: SECRET, community: 'public' },
            ]),
        );
        await helper.load(nodes as never, flow as never, secrets as never);
        told = new Map();
        errors = [];
        for (const id of Object.keys(jobs)) {
            (helper.getNode(`out-${id}`) as Node).on('input', (message) => {
                const { job } = message as unknown as { job?: JobResult };
                if (job) told.set(id, job);
            });
            const node = helper.getNode(id) as Node & { on(event: string, listener: (call: never) => void): void };
            node.on('call:error', (call: { args: unknown[] }) => void errors.push(String(call.args[0])));
        }
        const unit = helper.getNode('u1') as unknown as { unit: { status(): unknown } };
        await eventually(() => unit.unit.status());
        return Object.keys(jobs);
    }

    const entries = () =>
        (helper.getNode('site1') as unknown as { runtime: SiteRuntime }).runtime.store.logEntries({ limit: 500 });

    /** Every text in a value: what people read of it, and not the names in it. */
    function textsIn(value: unknown, key = ''): string[] {
        if (typeof value === 'string')
            return ['text', 'summary', 'error', 'reason', 'first', ''].includes(key) ? [value] : [];
        if (Array.isArray(value)) return value.flatMap((each) => textsIn(each, key));
        if (typeof value !== 'object' || value === null) return [];
        return Object.entries(value).flatMap(([name, each]) => textsIn(each, name));
    }

    function assertSpeaks(language: Language, texts: readonly string[]): void {
        for (const text of texts) {
            assert.doesNotMatch(text, FOREIGN[language], text);
            assert.doesNotMatch(text, /ups-[a-z]+\.(said|errors|status)\b|\[object|__\w+__/, text);
        }
    }

    for (const [language, process] of [
        ['de', 'en-US'],
        ['en-US', 'de'],
    ] as const) {
        describe(`${language}, in a process that speaks ${process}`, () => {
            for (const dryRun of [true, false]) {
                it(`is that of log and messages of every job, ${dryRun ? 'in a dry run' : 'done and failed'}`, async () => {
                    const ids = await load(language, process, dryRun);
                    for (const id of ids) helper.getNode(id).receive({ topic: 'T', payload: true } as never);
                    const ofJobs = () =>
                        entries().filter(({ kind, nodeId }) => ['job', 'log'].includes(kind) && ids.includes(nodeId!));
                    await eventually(
                        () => ids.every((id) => told.has(id) && ofJobs().some(({ nodeId }) => nodeId === id)),
                        30_000,
                    ).catch(() => {
                        assert.deepEqual([ids.filter((id) => !told.has(id)), errors], [[], []]);
                    });
                    for (const entry of ofJobs()) assertSpeaks(language, [entry.text, ...textsIn(entry.detail)]);
                    for (const job of told.values()) assertSpeaks(language, textsIn({ ...job }));
                    const failed = ids.filter((id) => told.get(id)!.ok === false);
                    assert.deepEqual(failed, dryRun ? [] : ids.filter((id) => id.endsWith('-ill')));
                });
            }

            it('is that of the subject and the body of a mail, and of the report of the state', async () => {
                const before = openStore({ directory, clock: new SystemClock() });
                before.setValue('report', 'status-mail', Date.now() - 5 * 3_600_000);
                before.close();
                const report = { type: 'ups-email', account: 'a1', to: 'ops@x.example', site: 'site1', z: 'f1' };
                await load(language, process, false, [
                    { ...report, id: 'report', statusMode: 'interval', statusHours: 1, wires: [[]] },
                    {
                        ...report,
                        id: 'mains',
                        automatic: true,
                        events: ['power-fail'],
                        subject: '{{event.text}}',
                        wires: [[]],
                    },
                ]);
                (helper.getNode('sim1') as Node).receive({ topic: 'mains', payload: false } as never);
                await eventually(() => sink.mails.length >= 2, 20_000);
                const mails = sink.mails.map(({ parsed }) => [parsed.subject ?? '', parsed.text ?? '']);
                for (const mail of mails) assertSpeaks(language, mail);
                const subjects = mails.map(([subject]) => subject!).join('\n');
                assert.match(subjects, language === 'de' ? /^Zustand von U/m : /^Status of U/m);
                assert.match(subjects, language === 'de' ? /Netz/ : /Mains/);
            });

            /** What leaves the node `id`. */
            const heardOf = (id: string) => {
                const heard = { messages: [] as Record<string, never>[] };
                const out = helper.getNode(`out-${id}`) as Node;
                out.on('input', (message) => void heard.messages.push(message as never));
                return heard;
            };
            const logOf = (id: string) =>
                entries()
                    .filter(({ nodeId }) => nodeId === id)
                    .map(({ text }) => text);

            for (const dryRun of [true, false]) {
                it(`is that of a buzzer${dryRun ? ' in a dry run' : ''}: its event, its log and its test`, async () => {
                    const horn = { id: 'horn', type: 'ups-buzzer', site: 'site1', pattern: 'double', computer: 'none' };
                    await load(language, process, dryRun, [
                        { ...horn, z: 'f1', wires: [['out-horn'], []] },
                        { id: 'out-horn', type: 'helper', z: 'f1' },
                    ]);
                    const heard = heardOf('horn');
                    helper.getNode('horn').receive({ topic: 'T', payload: true } as never);
                    await eventually(() => heard.messages.length > 0 && logOf('horn').length > 0);
                    helper.getNode('horn').receive({ topic: 'T', payload: false } as never);
                    await eventually(() => heard.messages.length > 1);
                    const texts = [...logOf('horn'), ...heard.messages.flatMap(({ event }) => textsIn(event))];
                    assertSpeaks(language, texts);
                    assert.match(texts.join('\n'), language === 'de' ? /Summer ertönt/ : /Buzzer sounds/);
                });
            }

            it('is that of settings that are written: what became of each', async () => {
                const set = { id: 'set', type: 'ups-settings', ups: 'u1', z: 'f1', wires: [['out-set']] };
                await load(language, process, false, [set, { id: 'out-set', type: 'helper', z: 'f1' }]);
                const heard = heardOf('set');
                helper.getNode('set').receive({ payload: { unheardOf: 1 } } as never);
                await eventually(() => heard.messages.length > 0);
                const { error } = (heard.messages[0]!.payload as Record<string, { error: string }>).unheardOf!;
                assert.ok(error.length > 10, error);
                assertSpeaks(language, [error]);
            });

            it('is that of calls from elsewhere: those taken, and those refused', async () => {
                const port = await freePort();
                await load(language, process, false, [
                    {
                        ...{ id: 'hear', type: 'ups-remote-receiver', site: 'site1', address: '127.0.0.1', port },
                        ...{ security: 'none', callable: [{ command: 'siren' }], log: 'always', z: 'f1' },
                        wires: [['out-hear'], ['out-hear']],
                    },
                    { id: 'out-hear', type: 'helper', z: 'f1' },
                ]);
                const heard = heardOf('hear');
                const options = {
                    target: { host: '127.0.0.1', port },
                    secret: SECRET,
                    tls: undefined,
                    timeoutMs: 2000,
                };
                for (const [i, command] of ['siren', 'door'].entries()) {
                    const call = { version: 1 as const, id: `call-number-${i}`, command, active: true };
                    await eventually(async () => {
                        await callOnce(call, { ...options, clock: new SystemClock() }).result;
                        return heard.messages.length > i && logOf('hear').length > i;
                    }, 10_000);
                }
                const [taken, refused] = heard.messages;
                const texts = [(taken!.event as { text: string }).text, String(refused!.payload), ...logOf('hear')];
                assertSpeaks(language, texts);
                assert.match(texts.join('\n'), language === 'de' ? /aufgerufen von/ : /called by/);
            });

            it('is that of what a receiver hears', async () => {
                const port = await freePort();
                const receiver = { id: 'ears', type: 'ups-rccmd-receiver', site: 'site1', z: 'f1', wires: [[], []] };
                await load(language, process, false, [
                    { ...receiver, address: '127.0.0.1', port, transport: 'udp', senders: '127.0.0.1' },
                ]);
                const socket = createSocket('udp4');
                const send = () => socket.send('CONNECT TO RCCMD (SEND) MSG_TEXT hallo\r\n', port, '127.0.0.1');
                const heard = () => entries().filter(({ nodeId }) => nodeId === 'ears');
                await eventually(() => {
                    send();
                    return heard().length > 0;
                }, 10_000);
                socket.close();
                assertSpeaks(
                    language,
                    heard().map(({ text }) => text),
                );
            });
        });
    }
});
