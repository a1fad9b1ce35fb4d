import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { EventMessage } from '../../lib/core/messages';
import upsBatteryEvent from '../../nodes/batteries/ups-battery-event';
import upsBatteryReport from '../../nodes/batteries/ups-battery-report';
import upsBattery from '../../nodes/config/ups-battery';
import mailAccount from '../../nodes/config/ups-mail-account';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsBatterySimulator from '../../nodes/devices/ups-battery-simulator';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsEmail from '../../nodes/jobs/ups-email';
import type { UpsBatteryNode } from '../../nodes/shared/config/battery-of';
import { SmtpSink } from '../lib/protocols/mail/smtp-sink';
import { fakeTime } from '../support/fake-time';
import { helper, speakInWords } from '../support/node-red';

const TYPES = [
    ...[upsSite, mailAccount, upsUnit, upsBattery, upsSimulator, upsBatterySimulator],
    ...[upsBatteryEvent, upsBatteryReport, upsEmail],
];
const KEPT = new Set([
    ...['ups-site', 'ups-mail-account', 'ups-unit', 'ups-battery', 'ups-simulator', 'ups-battery-simulator'],
    ...['ups-battery-event', 'ups-battery-report', 'ups-email'],
]);

type ShippedNode = Record<string, unknown> & { id: string; type: string; name: string; wires?: string[][] };
const shipped = () =>
    JSON.parse(readFileSync(join(__dirname, '../../flows/battery-room.json'), 'utf8')) as ShippedNode[];
const named = (name: string) => shipped().find((each) => each.name === name)!;

function near(value: number, wanted: number, by: number): void {
    assert.ok(Math.abs(value - wanted) <= by, `${value} is not ${wanted} ± ${by}`);
}

describe('a night in flows/battery-room', function () {
    this.timeout(120_000);
    const time = fakeTime();
    let directory: string;
    let sink: SmtpSink;
    let events: EventMessage['event'][];

    before((done) => {
        helper.startServer(done);
        speakInWords(true);
    });
    after(() => helper.stopServer());
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        sink = await new SmtpSink().start();
        events = [];
    });
    afterEach(async () => {
        await time.unload();
        await sink.stop();
        rmSync(directory, { recursive: true });
    });

    /** As shipped, with a mail server that is there and its mails enabled; what people press and relays are left out. */
    async function load(): Promise<void> {
        const flow = shipped()
            .filter(({ type }) => KEPT.has(type))
            .map(({ d: _disabled, ...node }) => ({
                ...node,
                ...(node.type === 'ups-site' && { directory, language: 'en-US' }),
                ...(node.type === 'ups-mail-account' && { port: sink.port }),
                ...(node.wires && {
                    wires: node.wires.map((each) => each.filter((id) => KEPT.has(typeOf(id)))),
                }),
            })) as ShippedNode[];
        const every = flow.find(({ name }) => name === 'Every battery event')!;
        every.wires = [['heard'], []];
        await helper.load(TYPES as never, [...flow, { id: 'heard', type: 'helper' }] as never);
        (helper.getNode('heard') as Node).on('input', (message) =>
            events.push((message as never as EventMessage).event),
        );
        await time.eventually(() => battery().view().at !== undefined);
    }
    const typeOf = (wanted: string) => shipped().find(({ id }) => id === wanted)!.type;
    const theNode = <T>(name: string) => helper.getNode(named(name).id) as unknown as T;
    const battery = () => theNode<UpsBatteryNode>('Battery room').battery!;
    /** What the button of this name sends. */
    const press = (name: string) => {
        const { topic, payload, payloadType, wires } = named(name);
        const value = payloadType === 'json' || payloadType === 'bool' ? JSON.parse(String(payload)) : payload;
        for (const target of wires!.flat())
            (helper.getNode(target) as Node).receive({ topic, payload: value } as never);
    };
    /** Minutes of the battery: it lives 60 times as fast as the clock. */
    const pass = async (minutes: number) => {
        for (let minute = 0; minute < minutes; minute++) {
            await time.clock.advance(1000);
            await new Promise(setImmediate);
        }
    };
    const recorded = () => theNode<UpsBatteryNode>('Battery room').site!.series.discharges(named('Battery room').id);
    const edges = (id: string) =>
        events.filter((event) => event.id === id).map(({ active }) => (active ? 'on' : 'off'));

    it('an outage of 20 minutes finds the weak block, and one mail brings the report', async () => {
        await load();
        press('block 17 is weak');
        await pass(2);
        press('mains fail');
        await pass(20);
        press('mains return');
        await pass(30);
        await time.onWire(() => sink.mails.length >= 3);
        assert.deepEqual(edges('discharging'), ['on', 'off']);
        assert.deepEqual(edges('voltage-difference-warning'), ['on'], 'it stays behind while it is charged');
        const weak = events.find(({ id }) => id === 'voltage-difference-warning')!;
        assert.match(weak.text, /block 17 \(String A\) -0\.2\d V; limit -0\.2 V$/);
        assert.deepEqual(edges('voltage-low-warning'), [], 'its own voltage is not too low in so short a time');
        const [record, ...more] = recorded();
        assert.deepEqual(more, []);
        // 5 kVA are 4.5 kW, and 4.84 kW of the battery with the losses of the inverter: 20.1 A at 240 V.
        assert.equal(record!.end! - record!.onset, 20 * 60_000);
        near(record!.meanCurrent!, 20.1, 0.3);
        near(record!.ah!, 6.7, 0.1);
        assert.equal(record!.lowest!.module, 17);
        assert.deepEqual(
            sink.mails.map(({ parsed }) => parsed.subject!.replace(/: \d+ min.*| -0\.2\d V.*/, '')),
            [
                'Battery room: Battery discharges',
                'Battery room: Block voltages differ too much: block 17 (String A)',
                'Battery room: Discharge from Jan 15, 2026, 3:00:02 AM to 3:20:02 AM',
            ],
        );
        const files = sink.mails[2]!.parsed.attachments;
        assert.deepEqual(
            files.map(({ filename, mimeType }) => [filename!.replace(/^.*\./, ''), mimeType]),
            [
                ['html', 'text/html'],
                ['csv', 'text/csv'],
            ],
        );
        const [html] = files.map(({ content }) => new TextDecoder().decode(content as ArrayBuffer));
        assert.match(html!, /^<!DOCTYPE html>[\s\S]*Battery room · Server room/);
        await time.unload();
        events = [];
        await load();
        await pass(10);
        assert.deepEqual([edges('discharging'), recorded().length, sink.mails.length], [[], 1, 3]);
    });
});
