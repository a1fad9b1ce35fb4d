import assert from 'node:assert/strict';
import { emptyStatus } from '../../../../lib/core/status/status';
import {
    fillHtmlTemplate,
    fillTemplate,
    unknownWildcards,
    WILDCARDS,
    type WildcardContext,
} from '../../../../lib/core/templates/wildcards';

/** Built from local parts, so that the expectations hold in every time zone. */
const NOON = new Date(2026, 0, 15, 12, 0, 0).getTime();

function context(): WildcardContext {
    const status = emptyStatus(NOON - 42_000);
    status.identity = { manufacturer: 'Generex', model: 'CS141', serial: 'S<1>' };
    status.battery = { chargePercent: 40, minutesRemaining: 34.56, voltage: 271.6, state: 'normal' };
    status.input.lines = [{ voltage: 230 }, {}, { voltage: 229.04 }];
    status.output = { source: 'battery', lines: [{ power: -4, load: 1 }, { power: 469, load: 60 }, { power: -26 }] };
    status.alarms = ['on-battery', 'vendor:fan & <b>'];
    return {
        now: NOON,
        message: {
            topic: 'UPS 1/power-fail',
            payload: true,
            event: {
                id: 'power-fail',
                source: 'UPS 1',
                level: 'alarm',
                active: true,
                since: NOON - 480_000,
                at: NOON - 480_000,
                text: 'Mains failed',
                value: 39.96,
                unit: '%',
                episode: 'e1',
            },
            status,
        },
        site: { name: 'Plant', contact: 'Eve' },
        job: 'Warn users',
    };
}

describe('wildcards', () => {
    it('fill a text from event, status, site and job', () => {
        assert.equal(
            fillTemplate('{{ups.name}} ({{ups.model}}) at {{site.name}}: {{event.text}}, {{job}}', context()),
            'UPS 1 (CS141) at Plant: Mains failed, Warn users',
        );
        assert.equal(
            fillTemplate(
                '{{battery.chargePercent}} % for {{battery.minutesRemaining}} min, {{output.source}}',
                context(),
            ),
            '40 % for 34.6 min, battery',
        );
    });

    it('prefer the name of the unit to that of the source, and have the device name itself last', () => {
        assert.equal(fillTemplate('{{ups.name}}', { ...context(), ups: { name: 'Main' } }), 'Main');
        const status = emptyStatus(0);
        status.identity.name = 'self';
        assert.equal(fillTemplate('{{ups.name}}', { now: 0, status }), 'self');
    });

    it('allow blanks inside the braces and repeat', () => {
        assert.equal(fillTemplate('{{ event.id }}{{event.id}}', context()), 'power-failpower-fail');
    });

    it('round to one decimal, whole numbers plain', () => {
        const of = (value: number) => {
            const filled = context();
            filled.message!.event!.value = value;
            return fillTemplate('{{event.value}}', filled);
        };
        assert.deepEqual([39.96, 0.25, -0.04, 15, 230.1, NaN].map(of), ['40', '0.3', '0', '15', '230.1', 'NA']);
    });

    it('list the lines, and add up the power', () => {
        assert.equal(fillTemplate('{{input.voltage}} V', context()), '230 / NA / 229 V');
        assert.equal(fillTemplate('{{output.load}} %, {{output.power}} W', context()), '1 / 60 / NA %, 439 W');
        assert.equal(fillTemplate('{{bypass.voltage}}', context()), 'NA');
    });

    it('tell times locally, durations and ages in seconds', () => {
        assert.equal(
            fillTemplate('{{date}} {{time}}|{{event.since}}|{{event.duration}}|{{age}}', context()),
            '2026-01-15 12:00:00|2026-01-15 11:52:00|480|42',
        );
        const ended = context();
        ended.message!.event = { ...ended.message!.event, active: false, at: NOON - 60_000 };
        assert.equal(fillTemplate('{{event.duration}} {{event.active}}', ended), '420 false');
    });

    it('tell durations also in words', () => {
        const filled = context();
        filled.message!.event = { ...filled.message!.event, since: NOON - 6_296_000 };
        filled.message!.status!.battery.minutesRemaining = 105;
        assert.equal(
            fillTemplate('after {{event.lasted}}, {{battery.timeRemaining}} left, {{valuesAge}} old', filled),
            'after 1 h 45 min, 1 h 45 min left, 42 s old',
        );
    });

    it('tell alarms, none, and not known apart', () => {
        const filled = context();
        assert.equal(fillTemplate('{{alarms}}', filled), 'on-battery, vendor:fan & <b>');
        filled.message!.status!.alarms = [];
        assert.equal(fillTemplate('{{alarms}}', filled), '-');
        filled.message!.status!.alarms = undefined;
        assert.equal(fillTemplate('{{alarms}}', filled), 'NA');
    });

    it('read NA when there is nothing to know', () => {
        for (const { path } of WILDCARDS.filter(({ path }) => !['date', 'time'].includes(path))) {
            assert.equal(fillTemplate(`{{${path}}}`, { now: NOON }), 'NA', path);
        }
    });

    it('take nothing from a message but topic and payload', () => {
        assert.equal(fillTemplate('{{msg.topic}} {{msg.payload}}', context()), 'UPS 1/power-fail true');
        const secret = { now: 0, message: { payload: { password: 'x' }, password: 'y' } };
        assert.equal(fillTemplate('{{msg.payload}} {{msg.password}} {{msg.payload.password}}', secret), 'NA NA NA');
    });

    it('reach no prototype and evaluate nothing', () => {
        for (const path of ['constructor', '__proto__', 'toString', 'ups.constructor', '1+1', 'process.pid', '']) {
            assert.equal(fillTemplate(`{{${path}}}`, context()), 'NA', path);
        }
    });

    it('do not fill what was filled in', () => {
        const filled = context();
        filled.message!.event!.text = '{{site.contact}}';
        assert.equal(fillTemplate('{{event.text}}', filled), '{{site.contact}}');
        filled.message!.event!.text = '$& $1';
        assert.equal(fillTemplate('{{event.text}}', filled), '$& $1');
    });

    it('leave other braces alone', () => {
        assert.equal(fillTemplate('{"a": {b}} {{ {', context()), '{"a": {b}} {{ {');
    });

    it('are escaped in HTML, the template is not', () => {
        assert.equal(
            fillHtmlTemplate('<b>{{ups.serial}}</b> {{alarms}}', context()),
            '<b>S&lt;1&gt;</b> on-battery, vendor:fan &amp; &lt;b&gt;',
        );
    });

    it('name the unknown ones of a template, once each', () => {
        assert.deepEqual(unknownWildcards('{{ups.name}} {{ups.nam}} {{x}} {{ ups.nam }} {{constructor}}'), [
            'ups.nam',
            'x',
            'constructor',
        ]);
        assert.deepEqual(unknownWildcards('no wildcards { }'), []);
    });

    it('have each path once, and none that is also a group, so that locale keys can nest', () => {
        const paths = WILDCARDS.map(({ path }) => path);
        assert.equal(new Set(paths).size, paths.length);
        for (const path of paths) assert.ok(!paths.some((other) => other.startsWith(`${path}.`)), path);
    });
});
