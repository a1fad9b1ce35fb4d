import assert from 'node:assert/strict';
import type { DriverState } from '../../../../lib/core/driver';
import type { UpsError } from '../../../../lib/core/errors';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { NutClient } from '../../../../lib/protocols/nut/client';
import { NutDriver } from '../../../../lib/protocols/nut/driver';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryUpsd } from '../../../support/nut-memory';
import { allInEnglish } from '../../../support/in-english';

const VARIABLES: Record<string, string> = {
    'ups.status': 'OL',
    'ups.delay.shutdown': '20',
    'ups.beeper.status': 'enabled',
};

const list = (what: string, rows: string[]) => [`BEGIN LIST ${what}`, ...rows, `END LIST ${what}`];

describe('NutDriver', () => {
    let clock: FakeClock;
    let variables: Record<string, string>;
    let upsd: MemoryUpsd;
    let driver: NutDriver;
    let readings: PartialStatus[];
    let states: DriverState[];
    let override: (request: string) => string[] | undefined;

    function answer(request: string): string[] | undefined {
        const special = override(request);
        if (special) return special[0] === '' ? undefined : special;
        if (request === 'LIST VAR u')
            return list(
                'VAR u',
                Object.entries(variables).map(([name, value]) => `VAR u ${name} "${value}"`),
            );
        if (request === 'LIST RW u') return list('RW u', ['RW u ups.delay.shutdown "20"']);
        if (request === 'LIST CMD u')
            return list(
                'CMD u',
                ['shutdown.return', 'beeper.mute', 'load.off'].map((name) => `CMD u ${name}`),
            );
        if (request === 'GET TYPE u ups.delay.shutdown') return ['TYPE u ups.delay.shutdown RW RANGE NUMBER'];
        if (request === 'LIST RANGE u ups.delay.shutdown')
            return list('RANGE u ups.delay.shutdown', ['RANGE u ups.delay.shutdown "10" "600"']);
        if (request.startsWith('SET VAR u ups.delay.shutdown')) {
            variables['ups.delay.shutdown'] = request.split('"')[1]!;
            return ['OK TRACKING id-1'];
        }
        if (request.startsWith('INSTCMD u beeper.mute')) variables['ups.beeper.status'] = 'muted';
        if (request.startsWith('INSTCMD')) return ['OK TRACKING id-2'];
        if (request.startsWith('GET TRACKING')) return ['SUCCESS'];
        return ['OK'];
    }

    function make(over: { user?: string; password?: string; tls?: boolean } = {}): void {
        const client = new NutClient({
            clock,
            transport: upsd,
            host: 'h',
            upsName: 'u',
            tls: false,
            timeoutMs: 5000,
            ...over,
        });
        driver = new NutDriver({ clock, host: 'h', intervalMs: 1000, client });
        driver.start({ status: (reading) => readings.push(reading), state: (state) => states.push(state) });
    }

    beforeEach(() => {
        clock = new FakeClock();
        variables = { ...VARIABLES };
        override = () => undefined;
        upsd = new MemoryUpsd(answer);
        readings = [];
        states = [];
    });

    afterEach(async () => {
        await driver.stop();
        assert.equal(clock.pending, 0, 'no timer outlives the driver');
    });

    const code = (expected: string) => (error: UpsError) => {
        assert.equal(error.code, expected);
        return true;
    };

    it('reads on one connection, each second', async () => {
        make();
        await clock.advance(5000);
        assert.ok(readings.length >= 5, `${readings.length}`);
        assert.equal(upsd.connections, 1);
        assert.equal(states.at(-1)!.state, 'ready');
    });

    it('waits out WAIT without a reading', async () => {
        variables = { 'ups.status': 'WAIT' };
        make();
        await clock.advance(3000);
        assert.equal(readings.length, 0);
        assert.equal(states.at(-1)!.state, 'connecting');
        variables = { ...VARIABLES };
        await clock.advance(1000);
        assert.equal(readings.at(-1)!.output!.source, 'normal');
    });

    for (const lost of ['DATA-STALE', 'DRIVER-NOT-CONNECTED']) {
        it(`${lost} is silence of the UPS`, async () => {
            make();
            await clock.advance(1000);
            override = (request) => (request.startsWith('LIST VAR') ? [`ERR ${lost}`] : undefined);
            await clock.advance(1000);
            assert.deepEqual(readings.at(-1)!.alarms, ['communications-lost']);
            assert.equal(readings.at(-1)!.output, undefined);
        });
    }

    for (const [refusal, expected] of [
        ['ACCESS-DENIED', 'access-denied'],
        ['UNKNOWN-UPS', 'device-refused'],
        ['UNKNOWN-COMMAND', 'device-refused'],
    ]) {
        it(`${refusal} to a reading is ${expected}`, async () => {
            override = (request) => (request.startsWith('LIST VAR') ? [`ERR ${refusal}`] : undefined);
            make();
            await clock.advance(100);
            const state = states.at(-1)!;
            assert.equal(state.state === 'waiting' && state.code, expected);
        });
    }

    it('names the UPSs that upsd has when it does not know the one that was asked for', async () => {
        override = (request) => {
            if (request === 'LIST VAR u') return ['ERR UNKNOWN-UPS'];
            return request === 'LIST UPS' ? list('UPS', ['UPS rack "Rack"', 'UPS cellar ""']) : undefined;
        };
        make();
        await clock.advance(0);
        const state = states.at(-1);
        assert.ok(state?.state === 'waiting');
        assert.deepEqual(
            [state.code, state.data?.why, state.data?.names],
            ['device-refused', 'ups-name', 'rack, cellar'],
        );
    });

    it('tells a refused login as an alarm, and reads on', async () => {
        override = (request) => (request.startsWith('LOGIN') ? ['ERR ACCESS-DENIED'] : undefined);
        make({ user: 'me', password: 'a "b' });
        await clock.advance(100);
        assert.deepEqual(readings.at(-1)!.alarms, ['vendor:upsd denies the login']);
        assert.ok(upsd.asked.includes('PASSWORD "a \\"b"'));
    });

    it('says nothing before TLS', async () => {
        make({ user: 'me', password: 'x', tls: true });
        await clock.advance(100);
        assert.equal(upsd.asked[0], 'STARTTLS');
        assert.equal(upsd.secured, true);
        assert.equal(readings.length, 1);
    });

    it('reads 10,000 variables that come in pieces over more than one time limit', async () => {
        const rows = Array.from({ length: 10_000 }, (_, index) => `VAR u outlet.${index + 1}.status "on"`);
        make();
        await clock.advance(100);
        override = (request) => (request.startsWith('LIST VAR') ? [''] : undefined);
        await clock.advance(1000);
        const told = readings.length;
        const lines = list('VAR u', ['VAR u ups.status "OB DISCHRG"', 'VAR u ups.model "half', ...rows]);
        while (lines.length > 0) {
            upsd.push(lines.splice(0, 2000));
            await clock.advance(4000);
        }
        assert.equal(readings.length, told + 1);
        assert.equal(readings[told]!.outlets!.length, 10_000);
        assert.equal(readings[told]!.output!.source, 'battery');
        assert.equal(upsd.connections, 1);
    });

    it('does not wait for ever for a list that drips', async () => {
        make();
        await clock.advance(100);
        override = (request) => (request.startsWith('LIST VAR') ? [''] : undefined);
        await clock.advance(1000);
        upsd.push(['BEGIN LIST VAR u']);
        for (let second = 0; second < 80 && upsd.connections === 1; second++) {
            upsd.push([`VAR u outlet.${second}.id "x"`]);
            await clock.advance(1000);
        }
        const ends = states.flatMap((state) => (state.state === 'waiting' ? [state.code] : []));
        assert.deepEqual(ends, ['device-silent']);
    });

    it('keeps that a test runs, and what the flag LB is worth', async () => {
        let kept: unknown;
        variables = { ...VARIABLES, 'ups.test.result': 'Done and passed', 'battery.charge': '96' };
        const start = () => {
            const client = new NutClient({
                clock,
                transport: upsd,
                host: 'h',
                upsName: 'u',
                tls: false,
                timeoutMs: 5000,
            });
            driver = new NutDriver({ clock, host: 'h', intervalMs: 1000, client, ignoreLowBattery: true });
            driver.start({
                status: (reading) => readings.push(reading),
                state: (state) => states.push(state),
                memory: { get: () => kept, keep: (value) => (kept = JSON.parse(JSON.stringify(value))) },
            });
        };
        start();
        await clock.advance(1000);
        variables['ups.status'] = 'OB TEST LB';
        await clock.advance(1000);
        assert.deepEqual(readings.at(-1)!.alarms, ['on-battery', 'test-in-progress']);
        assert.equal(readings.at(-1)!.battery!.state, 'normal');
        await driver.stop();
        start();
        await clock.advance(1000);
        assert.equal(readings.at(-1)!.test!.result, 'in-progress');
        await driver.stop();
        kept = undefined;
        start();
        await clock.advance(1000);
        assert.deepEqual(readings.at(-1)!.alarms, ['on-battery']);
    });

    it('gives up a request without an answer, and tries again with growing pauses', async () => {
        override = (request) => (request.startsWith('LIST VAR') ? [''] : undefined);
        make();
        await clock.advance(5100);
        const state = states.at(-1)!;
        assert.equal(state.state === 'waiting' && state.code, 'device-silent');
        upsd.down = new Error('refused');
        await clock.advance(60_000);
        assert.ok(upsd.connections > 4 && upsd.connections < 10, `${upsd.connections}`);
        upsd.down = undefined;
        override = () => undefined;
        await clock.advance(31_000);
        assert.equal(states.at(-1)!.state, 'ready');
    });

    it('ends a connection that talks nonsense', async () => {
        override = (request) => (request.startsWith('LIST VAR') ? ['220 smtp.example.org'] : undefined);
        make();
        await clock.advance(100);
        const state = states.at(-1)!;
        assert.equal(state.state === 'waiting' && state.code, 'protocol');
    });

    it('sets within the range, follows the tracking and reads it back', async () => {
        make();
        await clock.advance(100);
        const set = driver.execute({ type: 'set', setting: 'ups.delay.shutdown', value: 45 });
        await clock.advance(1000);
        assert.deepEqual(allInEnglish(await set), { confirmed: true, detail: 'the driver reports success' });
        assert.ok(upsd.asked.includes('SET VAR u ups.delay.shutdown "45"'));
        const before = upsd.asked.length;
        const wrong = assert.rejects(
            driver.execute({ type: 'set', setting: 'ups.delay.shutdown', value: 5 }),
            code('out-of-range'),
        );
        await clock.advance(100);
        await wrong;
        assert.ok(!upsd.asked.slice(before).some((request) => request.startsWith('SET')));
    });

    it('commands only what upsd lists', async () => {
        make();
        await clock.advance(100);
        assert.equal(driver.supports({ type: 'buzzer', state: 'mute' }), true);
        assert.equal(driver.supports({ type: 'test', test: 'quick' }), false);
        const mute = driver.execute({ type: 'buzzer', state: 'mute' });
        await clock.advance(1000);
        assert.equal((await mute).confirmed, true);
        await assert.rejects(driver.execute({ type: 'test', test: 'quick' }), code('not-supported'));
        await assert.rejects(
            driver.execute({ type: 'set', setting: 'battery.charge', value: 1 }),
            code('not-supported'),
        );
    });

    it('sets the delay before it orders a shutdown, and says when nothing confirms it', async () => {
        make();
        await clock.advance(100);
        const order = driver.execute({ type: 'shutdown', seconds: 60, restoreSeconds: 0, scope: 'output' });
        await clock.advance(10_000);
        assert.equal((await order).confirmed, false);
        const set = upsd.asked.indexOf('SET VAR u ups.delay.shutdown "60"');
        assert.ok(set >= 0 && upsd.asked.indexOf('INSTCMD u shutdown.return') > set);
    });

    it("tells the driver's refusal, and a denied command as an alarm", async () => {
        make();
        await clock.advance(100);
        override = (request) => (request.startsWith('GET TRACKING') ? ['ERR FAILED'] : undefined);
        const failed = assert.rejects(driver.execute({ type: 'buzzer', state: 'mute' }), code('command-failed'));
        await clock.advance(100);
        await failed;
        override = (request) => (request.startsWith('INSTCMD') ? ['ERR ACCESS-DENIED'] : undefined);
        const denied = assert.rejects(driver.execute({ type: 'buzzer', state: 'mute' }), code('access-denied'));
        await clock.advance(100);
        await denied;
        await clock.advance(1000);
        assert.deepEqual(readings.at(-1)!.alarms, ['vendor:upsd denies commands']);
    });
});
