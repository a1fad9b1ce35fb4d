import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteRuntime } from '../../nodes/shared/runtime/flow-of';
import { eventually } from '../support/eventually';
import { helper, speakInWords } from '../support/node-red';

const load = (type: string, family = 'jobs') => {
    const loaded = require(`../../nodes/${family}/${type}`) as { default?: unknown };
    return loaded.default ?? loaded;
};

const JOBS: Record<string, object> = {
    'ups-rccmd': { hosts: '127.0.0.1, 127.0.0.2', action: 'shutdown', transport: 'tcp' },
    'ups-wol': { mode: 'packets', mac: '00:1b:21:3c:4d:5e', edge: 'on' },
    'ups-syslog': { hosts: '127.0.0.1', log: 'always' },
    'ups-trap': { hosts: '127.0.0.1', version: '2c', kind: 'trap' },
    'ups-sms': {},
};

/** What a job of each kind says first, by language. */
const SAID: Record<string, RegExp[]> = {
    de: [
        /^Probelauf, würde ausführen: RCCMD Herunterfahren an 2 Rechner über TCP/,
        /^Probelauf, würde ausführen: Wake-on-LAN für 1 /,
        /^Probelauf, würde ausführen: Syslog \w+ an 127\.0\.0\.1/,
        /^Probelauf, würde ausführen: SNMP-Benachrichtigung an /,
        /„?(Modem|modem)/,
    ],
    'en-US': [
        /^Dry run, would do: RCCMD shutdown to 2 hosts by TCP/,
        /^Dry run, would do: Wake-on-LAN of 1 /,
        /^Dry run, would do: syslog \w+ to 127\.0\.0\.1/,
        /^Dry run, would do: SNMP notification to /,
        /modem/i,
    ],
};
const ENGLISH = /\b(the|would|hosts?|not|missing|is|of|to)\b/;
const GERMAN = /\b(würde|Rechner|nicht|der|die|das|ist|an)\b/;

describe('the language of a site', function () {
    this.timeout(20_000);
    const directory = mkdtempSync(join(tmpdir(), 'ridethrough-language-'));

    before((done) => {
        speakInWords(true);
        helper.startServer(done);
    });
    after((done) => {
        speakInWords(false);
        rmSync(directory, { recursive: true, force: true });
        helper.stopServer(done);
    });
    afterEach(() => helper.unload());

    for (const [language, foreign] of [
        ['de', ENGLISH],
        ['en-US', GERMAN],
    ] as const) {
        it(`is that of its log, whatever the process speaks: ${language}`, async () => {
            const flow = [
                { id: 'f1', type: 'tab' },
                {
                    id: 'site1',
                    type: 'ups-site',
                    name: 'S',
                    directory: join(directory, language),
                    dryRun: true,
                    language,
                },
                ...Object.entries(JOBS).map(([type, config]) => ({
                    id: `node-${type}`,
                    type,
                    z: 'f1',
                    site: 'site1',
                    wires: [[]],
                    ...config,
                })),
            ];
            await helper.load(
                [load('ups-site', 'config'), ...Object.keys(JOBS).map((type) => load(type))] as never,
                flow as never,
            );
            const site = (helper.getNode('site1') as unknown as { runtime: SiteRuntime }).runtime;
            for (const type of Object.keys(JOBS))
                helper.getNode(`node-${type}`).receive({ topic: 'T', payload: true } as never);
            const texts = () => site.store.logEntries({ limit: 100 }).filter(({ kind }) => kind === 'job');
            await eventually(() => texts().length >= Object.keys(JOBS).length);
            for (const [i, type] of Object.keys(JOBS).entries()) {
                const text = texts().find(({ nodeId }) => nodeId === `node-${type}`)!.text;
                assert.match(text, SAID[language]![i]!);
                assert.doesNotMatch(text, foreign);
            }
        });
    }
});
