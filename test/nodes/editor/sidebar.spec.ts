import assert from 'node:assert/strict';
import { labelIn } from '../../../nodes/shared/job/job-label';
import type { FlowNode } from '../../../lib/flow/graph/flow-node';
import { jobGraph } from '../../../lib/flow/graph/job-graph';
import { jobKindOf } from '../../../lib/flow/graph/node-role';
import { readLeniently } from '../../../lib/core/settings';
import { canvasLabel } from '../../support/canvas-label';
import { declarationOf } from '../../support/frozen/declarations';
import { ROLES } from '../../support/roles';
import { durationText } from '../../../lib/core/duration';
import { dryRunText } from '../../../nodes/editor/dry-run-state';
import { detailLines } from '../../../nodes/editor/detail';
import { logQuery } from '../../../nodes/editor/log-filters';
import { stepBehind } from '../../../nodes/editor/next-steps';
import { testTargets } from '../../../nodes/editor/test-button';
import type { EditorNode } from '../../../nodes/editor/red';
import { closedWords, nextDue, unitAfter, unitWords, waitWords } from '../../../nodes/editor/unit-words';
import { inBrowser, inEnglish, translator } from './browser';
import { LANGUAGES, catalogue, familyOf, leaves, nodes } from './contract';

describe('side bars', () => {
    inBrowser({ _: inEnglish });

    it('say durations as people do', () => {
        const cases: [number, string][] = [
            [0, '0 s'],
            [45, '45 s'],
            [200, '3 min 20 s'],
            [6300, '1 h 45 min'],
            [6330, '1 h 46 min'],
            [165_360, '1 d 22 h'],
            [3600, '1 h'],
        ];
        for (const [seconds, words] of cases) assert.equal(durationText(seconds), words);
    });

    it('count on between two messages: ages and outages by the clock of the UPS, countdowns by ours', () => {
        const unit = {
            speed: 60,
            ageSeconds: 2,
            secondsOnBattery: 100,
            minutesRemaining: 30,
            timings: [{ nodeId: 't', dueInSeconds: 5 }, { nodeId: 'u' }],
        };
        const now = unitAfter(unit, 3);
        assert.deepEqual([now.ageSeconds, now.secondsOnBattery, now.minutesRemaining], [182, 280, 27]);
        assert.deepEqual(now.timings, [{ nodeId: 't', dueInSeconds: 2 }, { nodeId: 'u' }]);
        assert.equal(unitAfter(unit, 60).timings?.[0]?.dueInSeconds, 0, 'never below nothing');
        const mains = unitAfter({ secondsOnBattery: 0, minutesRemaining: 30 }, 3600);
        assert.deepEqual([mains.secondsOnBattery, mains.minutesRemaining], [0, 30], 'on mains nothing runs down');
        assert.equal(nextDue(now)?.nodeId, 't');
    });

    it('tell the age always, and that an outage is presumed', () => {
        const outage = { state: 'outage', secondsOnBattery: 900, minutesRemaining: 105, ageSeconds: 200, readAt: 1e12 };
        const known = unitWords(outage);
        assert.equal(known.age, 'values 3 min 20 s old');
        assert.equal(known.presumed, undefined);
        assert.ok(known.figures.some(({ value }) => value === '1 h 45 min'));
        const presumed = unitWords({ ...outage, presumed: 'silent', held: true });
        assert.match(presumed.presumed ?? '', /^presumed since .*: no fresh reading for 3 min 20 s$/);
        assert.ok(presumed.held);
        assert.match(unitWords({ ...outage, presumed: 'restart' }).presumed ?? '', /before the restart/);
        assert.equal(unitWords({ state: 'never' }).age, 'no values yet');
    });

    it('says when a timing repeats, and goes on counting without word from the server', () => {
        const waits = (elapsed: number, timing: object) =>
            waitWords(unitAfter({ timings: [{ nodeId: 't', ...timing }] }, elapsed).timings![0]!);
        const repeats = { fired: 2, dueInSeconds: 10, repeatSeconds: 30 };
        assert.equal(waits(4, repeats), 'again in 6 s, every 30 s');
        assert.equal(waits(15, repeats), 'again in 25 s, every 30 s');
        assert.equal(waits(100, repeats), 'again in 30 s, every 30 s');
        assert.equal(waits(4, { fired: 0, dueInSeconds: 10, repeatSeconds: 30 }), 'due in 6 s');
        assert.equal(waits(15, { fired: 0, dueInSeconds: 10, repeatSeconds: 30 }), 'again in 25 s, every 30 s');
        assert.equal(waits(15, { fired: 0, dueInSeconds: 10 }), 'due in 0 s');
    });

    it('say on a closed card how long the battery lasts and what comes next, in an outage', () => {
        const at: Record<string, number> = { half: 1800, ten: 600 };
        const stepOf = ({ nodeId }: { nodeId: string }) => ({ name: `job of ${nodeId}`, atRuntime: at[nodeId] });
        const timings = [
            { nodeId: 'repeats', fired: 31, dueInSeconds: 0 },
            { nodeId: 'late', fired: 0, dueInSeconds: 600 },
            { nodeId: 'next', fired: 0, dueInSeconds: 180 },
        ];
        const outage = { chargePercent: 82, secondsOnBattery: 60, minutesRemaining: 59, timings };
        assert.equal(closedWords(outage, stepOf), '59 min left · job of next in 3 min');
        assert.equal(closedWords({ ...outage, timings: [timings[0]!] }, stepOf), '59 min left');
        const byRuntime = ['ten', 'half', 'other'].map((nodeId) => ({ nodeId, fired: 0, waitingFor: 'runtime' }));
        assert.equal(
            closedWords({ ...outage, timings: [timings[0]!, ...byRuntime] }, stepOf),
            '59 min left · job of half at 30 min left',
        );
        const passed = byRuntime.map((timing) => ({ ...timing, fired: timing.nodeId === 'half' ? 1 : 0 }));
        assert.equal(closedWords({ ...outage, timings: passed }, stepOf), '59 min left · job of ten at 10 min left');
        assert.equal(closedWords({ ...outage, minutesRemaining: null, timings: [] }, stepOf), '82 %');
        assert.equal(closedWords({ ...outage, presumed: 'silent', timings: [] }, stepOf), 'presumed · 59 min left');
        const mains = { chargePercent: 100, secondsOnBattery: 0, minutesRemaining: 60 };
        assert.equal(closedWords(mains, stepOf), '100 %');
    });

    it('say that the clock of a UPS is another one', () => {
        assert.equal(unitWords({ speed: 60 }).speed, '×60');
        assert.equal(unitWords({ speed: 1 }).speed, undefined);
        assert.equal(unitWords({}).speed, undefined);
    });

    it('name what a timing leads to: the job that acts, before one that informs', () => {
        const wired: FlowNode[] = [
            { id: 'ups1', type: 'ups-unit' },
            {
                id: 'e',
                type: 'ups-event',
                ups: 'ups1',
                events: ['power-fail'],
                wires: [['first', 'chain', 'loose', 'low']],
            },
            { id: 'first', type: 'ups-timing', seconds: 300, wires: [['log', 'down1', 'down2', 'off']] },
            { id: 'chain', type: 'ups-timing', seconds: 300, wires: [['second']] },
            { id: 'second', type: 'ups-timing', seconds: 60, wires: [['log']] },
            { id: 'loose', type: 'ups-timing', seconds: 60, wires: [[]] },
            { id: 'low', type: 'ups-timing', mode: 'remaining', seconds: 600, wires: [['log']] },
            { id: 'log', type: 'ups-log' },
            { id: 'down1', type: 'ups-rccmd', action: 'shutdown', hosts: 'a' },
            { id: 'down2', type: 'ups-rccmd', action: 'shutdown', hosts: 'b' },
            { id: 'off', type: 'ups-rccmd', action: 'shutdown', hosts: 'c', d: true },
        ];
        const { events } = jobGraph(wired, { roles: ROLES });
        const step = (id: string) => stepBehind(events, id, (jobId) => `<${jobId}>`);
        assert.deepEqual(step('first'), { name: '<down1> +1' });
        assert.deepEqual(step('second'), { name: '<log>' });
        assert.deepEqual(step('low'), { name: '<log>', atRuntime: 600 });
        assert.equal(step('chain'), undefined, 'the timing after it says what comes');
        assert.equal(step('loose'), undefined);
    });

    it('unfold what is behind an entry in words', () => {
        const hosts = [
            { host: '127.0.0.1', port: 6999, ok: false, attempts: 3, ms: 4000, error: 'ECONNREFUSED' },
            { host: 'root@server1:22', ok: true, attempts: 1, ms: 900, exitCode: 0 },
        ];
        const job = {
            type: 'ups-rccmd',
            name: 'x',
            ok: false,
            attempts: 3,
            startedAt: 0,
            endedAt: 65_000,
            detail: hosts,
        };
        assert.deepEqual(detailLines(job), [
            'attempts: 3',
            'took 1 min 5 s',
            '127.0.0.1:6999: failed, connection refused: nothing listens on this port, attempts: 3, 4 s',
            'root@server1:22: done, exit code 0, 1 s',
        ]);
        const evidence = {
            rule: 'output.source',
            values: { 'output.source': 'battery' },
            ageSeconds: 75,
            presumed: true,
        };
        assert.deepEqual(detailLines(evidence), [
            'Decided by: output.source',
            'output.source: battery',
            'values 1 min 15 s old',
            'presumed: the device was silent',
        ]);
        for (const detail of [{ a: { b: 1 }, list: [1, 2] }, [{ unknown: true }], { test: true }, null, 'text', 7]) {
            for (const line of detailLines(detail)) assert.doesNotMatch(line, /[{}]|\[object/);
        }
        assert.deepEqual(detailLines({ flapping: { count: 3, since: 1 } }), [], 'the row itself tells it');
    });

    it('ask the server for what the filters say', () => {
        assert.equal(logQuery({ text: '  ', level: '', kind: '', of: '' }), '');
        assert.equal(
            logQuery({ level: 'alarms', text: 'a&b' }, { rows: 60 }),
            'text=a%26b&levels=alarm%2Cerror&rows=60',
        );
        assert.equal(logQuery({ site: 'site1', of: 'unit1' }), 'of=unit1&site=site1');
    });

    it('say armed or dry run as the runtime takes it', () => {
        const words: [unknown, string][] = [
            [true, 'DRY RUN'],
            [false, 'ARMED'],
            [undefined, 'ARMED'],
            ['No', 'ARMED'],
            ['1', 'DRY RUN'],
            ['tru', 'DRY RUN'],
            ['${DRY}', '${DRY}'],
            ['', ''],
        ];
        for (const [value, word] of words) assert.equal(dryRunText(value), word, String(value));
    });

    it('name whom the test of a job hits', () => {
        const labelOf = (id: unknown) => ({ ups1: 'UPS 1', module1: 'Relays' })[String(id)] ?? '';
        const targets = (node: { type: string; [setting: string]: unknown }) =>
            testTargets(jobKindOf({ id: 'job', ...node }, ROLES), { labelOf });
        assert.deepEqual(targets({ type: 'ups-rccmd', action: 'shutdown', hosts: 'a b:6003' }), ['a', 'b']);
        assert.deepEqual(targets({ type: 'ups-rccmd', action: 'shutdown', broadcast: true }), [
            'everybody in the network',
        ]);
        assert.deepEqual(targets({ type: 'ups-shutdown', ups: 'ups1', action: 'shutdown' }), ['UPS 1']);
        assert.deepEqual(targets({ type: 'ups-outlet', ups: 'ups1', outlet: '2', action: 'off' }), ['UPS 1 2']);
        assert.deepEqual(targets({ type: 'ups-aux-switch', module: 'module1', port: 'Fan', action: 'on' }), [
            'Relays Fan',
        ]);
    });
});

describe('label of a job in the log', () => {
    const nameOf = (id: string) => (id === 'ups1' ? 'UPS 1' : '');
    inBrowser({ _: inEnglish, nodes: { node: (id) => ({ id, name: nameOf(String(id)) }) as EditorNode } });

    const SAMPLES: Record<string, [settings: object, label: string][]> = {
        'ups-rccmd': [
            [{ hosts: 'a' }, 'shutdown → 1 host'],
            [{ hosts: 'a b' }, 'shutdown → 2 hosts'],
            [{ hosts: '' }, 'shutdown → no host'],
            [{ broadcast: true }, 'shutdown → broadcast'],
            [{ action: 'wakeup', hosts: 'a' }, 'wakeup → 1 host'],
        ],
        'ups-ssh': [
            [{ hosts: 'a, b' }, 'shutdown -h now → 2 hosts'],
            [{ command: 'shutdown -h now and something rather long' }, 'shutdown -h now and som… → no host'],
        ],
        'ups-wol': [
            [{ mac: '00:11:22:33:44:55' }, 'UPS Wake-on-LAN → 1 host'],
            [
                { mode: 'staged', hosts: [{ mac: '00:11:22:33:44:55' }, { mac: '00:11:22:33:44:66' }] },
                'UPS Wake-on-LAN → 2 hosts',
            ],
        ],
        'ups-email': [
            [{ to: 'ops@x.example' }, 'UPS e-mail → ops@x.example'],
            [{}, 'UPS e-mail'],
        ],
        'ups-email-trap': [[{ to: 'ops@x.example' }, 'UPS e-mail trap → ops@x.example']],
        'ups-sms': [[{ to: '+491, +492' }, 'UPS SMS: +491 +1']],
        'ups-syslog': [
            [{ hosts: 'loghost' }, 'syslog loghost'],
            [{}, 'UPS syslog'],
        ],
        'ups-trap': [
            [{ hosts: 'nms' }, 'trap nms'],
            [{ hosts: 'nms', kind: '' }, 'trap nms'],
            [{ hosts: 'nms', kind: 'inform' }, 'inform nms'],
        ],
        'ups-log': [[{ text: 'charge {{battery.chargePercent}}' }, 'UPS log: charge {{battery.chargePercen…']],
        'ups-shutdown': [
            [{ ups: 'ups1' }, 'UPS shutdown: UPS 1'],
            [{}, 'UPS shutdown'],
        ],
        'ups-outlet': [[{ ups: 'ups1' }, 'UPS outlet: UPS 1']],
        'ups-test': [[{ ups: 'ups1' }, 'UPS test: UPS 1']],
        'ups-settings': [[{ ups: 'ups1' }, 'UPS settings: UPS 1']],
        'ups-aux-switch': [
            [{ port: 'Fan', action: 'follow' }, 'Fan follows'],
            [{}, 'UPS AUX switch'],
        ],
        'ups-remote-command': [
            [{ command: 'stop', targets: 'a:1 b:2' }, 'stop → a:1 +1'],
            [{}, 'UPS remote command'],
        ],
        'ups-buzzer': [[{}, 'UPS buzzer']],
    };

    const receivers = ['ups-rccmd-receiver', 'ups-remote-receiver'];
    const jobs = nodes.filter(([type, file]) => familyOf(file) === 'jobs' && !receivers.includes(type));

    for (const [type] of jobs) {
        it(`is that of the canvas: ${type}`, () => {
            const samples = [[{ name: 'Mine' }, 'Mine'], ...(SAMPLES[type] ?? [[{}, undefined]])] as const;
            const declaration = declarationOf(type)!;
            for (const language of LANGUAGES) {
                const translate = translator(leaves(catalogue(language, type)));
                for (const [sample, english] of samples) {
                    const label = canvasLabel(type, sample, language);
                    if (language === 'en-US' && english !== undefined) assert.equal(label, english);
                    assert.ok(label);
                    const given = { ...sample, type, id: 'n1', z: 'f' };
                    const words = {
                        t: (key: string, data?: object) => translate(`${type}.${key}`, data as never),
                        nameOf,
                    };
                    // As a flow stores it, and as a job has it whose settings were read.
                    for (const config of [given, { ...given, ...readLeniently(declaration, given) }]) {
                        assert.equal(labelIn(config as never, declaration, words), label);
                    }
                }
            }
        });
    }

    it('is the type where the catalogue has no words', () => {
        const words = { t: (key: string) => `ups-rccmd.${key}`, nameOf: () => '' };
        const config = { type: 'ups-rccmd', id: 'n1', z: 'f', name: '' };
        assert.equal(labelIn(config, declarationOf('ups-rccmd')!, words), 'ups-rccmd');
    });
});
