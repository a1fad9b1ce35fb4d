import assert from 'node:assert/strict';
import { SystemClock } from '../../lib/core/clock';
import { SimulatedBattery } from '../../lib/simulation/battery/simulated-battery';
import upsBattery from '../../nodes/config/ups-battery';
import upsBacs from '../../nodes/devices/ups-bacs';
import type { TryRow } from '../../nodes/shared/admin/try-now';
import { BacsCard } from '../../simulators/bacs/card';
import { FakeClock } from '../support/fake-clock';
import { freePort } from '../support/free-port';
import { helper, speakInWords } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

const OFF = NaN;

describe('what the dialogs ask of a BACS card', function () {
    this.timeout(30_000);
    let flow: SourceFlow;
    let battery: SimulatedBattery;
    let card: BacsCard;
    let port: number;

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(async () => {
        speakInWords(true);
        flow = new SourceFlow([upsBattery, upsBacs]);
        battery = new SimulatedBattery(new FakeClock(), {
            bank: { modules: 6, strings: 2, spread: 0 },
            monitor: {
                limits: {
                    voltage: { lowAlarm: 10.5, lowWarning: 11.1, highWarning: 14.4, highAlarm: 14.8 },
                    temperature: { lowAlarm: OFF, lowWarning: OFF, highWarning: 30, highAlarm: 40 },
                    deviationCharge: { warning: 20, alarm: 40 },
                },
            },
        });
        port = await freePort();
        card = new BacsCard({ battery, clock: new SystemClock(), tcp: { port }, snmp: {} });
        await card.start();
    });
    afterEach(async () => {
        speakInWords(false);
        await flow.close();
        await card.stop();
        battery.stop();
    });

    const room = { id: 'b1', type: 'ups-battery', name: 'Battery 1', site: 'site1', runaway: false };
    const bacs = (more: object) => ({
        ...{ id: 'd1', type: 'ups-bacs', name: 'Card 1', battery: 'b1', way: 'modbus', host: '127.0.0.1', port },
        ...{ timeout: 1, interval: 600, retries: 0, wires: [[]], ...more },
    });
    const snmp = (way: string) => ({ way, snmpHost: '127.0.0.1', snmpPort: card.agent!.port, version: '2c' });
    const post = (path: string, body: object) =>
        helper.request().post(`/ridethrough/${path}`).set('Accept-Language', 'en-US').send(body);
    const limits = async () => (await post('batteries/b1/card-limits', {}).expect(200)).body as Record<string, unknown>;
    const readNow = async (config: object) => {
        const { body } = await post('try/ups-bacs', { id: 'new', config }).expect(200);
        const { ok, text, rows = [] } = body as { ok: boolean; text?: string; rows?: TryRow[] };
        return { ok, text, rows: rows.map(({ label, value, unit = '' }) => `${label} ${value} ${unit}`.trim()) };
    };

    for (const way of ['snmp', 'both'])
        it(`the limits of the card become rows of the table (${way}), as they are now`, async () => {
            await flow.load([room, bacs(snmp(way))]);
            await flow.eventually(() => flow.status('d1').fill === 'green');
            battery.monitor.settings.limits.voltage.lowAlarm = 10.4;
            const { ok, rows } = await limits();
            assert.equal(ok, true);
            assert.deepEqual(rows, [
                {
                    ...{ kind: 'voltage', alarmLow: 10.4, warningLow: 11.1, warningHigh: 14.4, alarmHigh: 14.8 },
                    ...{ recovery: 0, seconds: 0 },
                },
                { kind: 'temperature', warningHigh: 30, alarmHigh: 40, recovery: 0, seconds: 0 },
                { kind: 'deviationCharge', warningHigh: 20, alarmHigh: 40, recovery: 0, seconds: 0 },
            ]);
        });

    it('a person is told why there are none: no card, Modbus alone, a card that is silent', async () => {
        await flow.load([room]);
        assert.match(String((await limits()).text), /^No deployed UPS BACS feeds this battery/);
        await flow.reload([room, bacs({})]);
        assert.match(String((await limits()).text), /^“Card 1” reads its card by Modbus, which tells no limits/);
        await flow.reload([room, bacs({ ...snmp('both'), snmpPort: await freePort() })]);
        const { ok, text } = await limits();
        assert.equal(ok, false);
        assert.match(String(text), /127\.0\.0\.1/);
        await post('batteries/other/card-limits', {}).expect(404);
    });

    it('"Read now" shows a card before a deploy', async () => {
        await flow.load([]);
        battery.force('breaker-open', true);
        const { ok, rows } = await readNow(bacs({ battery: '' }));
        assert.equal(ok, true);
        for (const expected of [/^Modules 6$/, /^Strings 2$/, /^Firmware \S/, /^States that are on .*breaker/i])
            assert.ok(
                rows.some((row) => expected.test(row)),
                `${expected} in ${rows.join('\n')}`,
            );
        assert.ok(!rows.join().includes('blocks-'), rows.join('\n'));
        for (const expected of [/^Lowest voltage \(block \d\) 1[23]\.\d+ V$/, /^String 2, voltage \d+(\.\d+)? V$/])
            assert.ok(
                rows.some((row) => expected.test(row)),
                `${expected} in ${rows.join('\n')}`,
            );
        assert.deepEqual(
            (await readNow(bacs({ ...snmp('snmp'), battery: '' }))).rows.filter((row) => /^(Mod|Str).* \d$/.test(row)),
            ['Modules 6', 'Strings 2'],
        );
    });

    it('"Read now" says what is missing, and that nobody answers', async () => {
        await flow.load([]);
        const { ok, text } = await readNow(bacs({ port: await freePort() }));
        assert.equal(ok, false);
        assert.match(text!, /127\.0\.0\.1/);
        assert.equal((await readNow(bacs({ host: '' }))).ok, false);
    });

    it('"Read now" says that nothing answers at a wrong unit id', async () => {
        await flow.load([]);
        const asked = readNow(bacs({ unitId: 7 }));
        let isAnswered = false;
        void asked.finally(() => (isAnswered = true));
        // The card is real, and the time limits are those of the clock of the flow.
        while (!isAnswered) {
            await new Promise((done) => setImmediate(done));
            flow.clock.advanceSync(10);
        }
        const { ok, text } = await asked;
        assert.equal(ok, false);
        assert.match(
            text!,
            /127\.0\.0\.1(:\d+)? takes a connection, but nothing answers there at unit id 7\. Check the unit id/,
        );
    });

    it('"Read now" by both ways says that SNMP is silent, and shows what Modbus tells', async () => {
        await flow.load([]);
        const heard = await readNow(bacs({ ...snmp('both'), battery: '' }));
        assert.deepEqual([heard.ok, heard.text], [true, undefined]);
        const { ok, text, rows } = await readNow(bacs({ ...snmp('both'), snmpPort: await freePort(), battery: '' }));
        assert.equal(ok, false);
        assert.match(text!, /^Modbus answers, SNMP does not: .*127\.0\.0\.1/);
        assert.ok(rows.includes('Modules 6'), rows.join('\n'));
    });
});
