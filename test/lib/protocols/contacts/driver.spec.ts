import assert from 'node:assert/strict';
import type { DriverState } from '../../../../lib/core/driver';
import { UpsError } from '../../../../lib/core/errors';
import type { PartialStatus } from '../../../../lib/core/status/status';
import type { ContactInput } from '../../../../lib/protocols/contacts/contact-input';
import type { ContactSetup } from '../../../../lib/protocols/contacts/contacts';
import { ContactsDriver } from '../../../../lib/protocols/contacts/driver';
import { MessageInput } from '../../../../lib/protocols/contacts/message-input';
import { ModbusInput, type ModbusBits } from '../../../../lib/protocols/contacts/modbus-input';
import { FakeClock } from '../../../support/fake-clock';
import { UnitBench } from '../../../support/fake-ups';

const CONTACTS: ContactSetup[] = [
    { contact: 'power-fail', type: 'no', input: 'K1' },
    { contact: 'battery-low', type: 'nc', input: 'K2' },
];

/** Relays that a test moves. */
class Relays implements ContactInput {
    readonly name = 'relays';
    closed = new Map<string, boolean>([
        ['K1', false],
        ['K2', true],
    ]);
    fails: UpsError | undefined;
    reads = 0;
    isClosed = false;

    read() {
        this.reads++;
        return this.fails ? Promise.reject(this.fails) : Promise.resolve(new Map(this.closed));
    }

    close() {
        this.isClosed = true;
        return Promise.resolve();
    }
}

function bench(input: ContactInput, { debounceMs = 100, intervalMs = 1000, clock = new FakeClock() } = {}) {
    const driver = new ContactsDriver({ clock, intervalMs, debounceMs, contacts: CONTACTS, input });
    const readings: PartialStatus[] = [];
    const states: DriverState[] = [];
    driver.start({ status: (reading) => readings.push(reading), state: (state) => states.push(state) });
    return { clock, driver, readings, states, sources: () => readings.map(({ output }) => output?.source) };
}

describe('ContactsDriver', () => {
    it('reads each interval, and tells what is known', async () => {
        const relays = new Relays();
        const { clock, readings, states } = bench(relays);
        // The first states are judged like any other: looked at more often.
        await clock.advance(200);
        relays.reads = 0;
        await clock.advance(5000);
        assert.equal(relays.reads, 5);
        assert.ok(readings.length >= 5);
        assert.deepEqual(readings[0]?.alarms, []);
        assert.equal(readings[0]?.output?.source, 'normal');
        assert.equal(readings[0]?.battery?.state, 'normal');
        assert.deepEqual(
            states.map(({ state }) => state),
            ['connecting', 'ready'],
        );
    });

    it('is urgent in an outage', async () => {
        const relays = new Relays();
        const { clock, driver } = bench(relays, { intervalMs: 60_000 });
        await clock.advance(1000);
        driver.setUrgent(true);
        await clock.advance(5000);
        assert.ok(relays.reads >= 5, `${relays.reads}`);
    });

    it('does not take a bounce for a state, neither at first nor later', async () => {
        const relays = new Relays();
        const { clock, driver, sources } = bench(relays, { intervalMs: 10_000 });
        await clock.advance(50);
        assert.deepEqual(sources(), []);
        await clock.advance(100);
        assert.deepEqual(sources(), ['normal']);
        relays.closed.set('K1', true);
        driver.pollNow();
        await clock.advance(60);
        relays.closed.set('K1', false);
        driver.pollNow();
        await clock.advance(500);
        assert.ok(!sources().includes('battery'));
        relays.closed.set('K1', true);
        driver.pollNow();
        await clock.advance(110);
        assert.equal(sources().at(-1), 'battery');
    });

    it('tells contacts that move together in one reading', async () => {
        const relays = new Relays();
        const { clock, readings } = bench(relays, { intervalMs: 500 });
        await clock.advance(1000);
        relays.closed = new Map([
            ['K1', true],
            ['K2', false],
        ]);
        await clock.advance(1000);
        for (const { alarms } of readings) assert.ok(alarms?.length === 0 || alarms?.length === 2, String(alarms));
        assert.deepEqual(readings.at(-1)?.alarms, ['low-battery', 'on-battery']);
    });

    it('waits while the input fails, keeps silent then, and recovers by itself', async () => {
        const relays = new Relays();
        const { clock, readings, states } = bench(relays);
        await clock.advance(2000);
        relays.fails = new UpsError('device-silent', { host: 'relays', reason: 'gone' });
        await clock.advance(1500);
        const before = readings.length;
        await clock.advance(10_000);
        assert.equal(readings.length, before);
        assert.deepEqual(states.at(-1), {
            state: 'waiting',
            code: 'device-silent',
            reason: 'gone',
            data: { host: 'relays', reason: 'gone' },
        });
        relays.fails = undefined;
        await clock.advance(2000);
        assert.ok(readings.length > before);
        assert.equal(states.at(-1)?.state, 'ready');
        assert.equal(states.filter(({ state }) => state === 'waiting').length, 1);
    });

    it('takes no commands, and says so', async () => {
        const { driver } = bench(new Relays());
        assert.equal(driver.supports(), false);
        await assert.rejects(driver.execute({ type: 'buzzer', state: 'mute' }), { code: 'not-supported' });
    });

    it('leaves nothing behind', async () => {
        const relays = new Relays();
        const { clock, driver, readings, states } = bench(relays);
        await clock.advance(50);
        await driver.stop();
        await driver.stop();
        assert.equal(clock.pending, 0);
        assert.equal(relays.isClosed, true);
        const before = readings.length;
        await clock.advance(5000);
        driver.pollNow();
        await clock.advance(5000);
        assert.equal(readings.length, before);
        assert.equal(states.at(-1)?.state, 'closed');
    });
});

describe('A contact that is polled', () => {
    const NORMAL = { K1: false, K2: true };
    /** Moves K1 by a rule of the time in ms, and counts how often the source that is told changes. */
    async function play(
        closed: (t: number) => boolean,
        options: { debounceMs: number; intervalMs: number; type?: 'no' | 'nc'; readMs?: number; forMs?: number },
    ) {
        const clock = new FakeClock();
        const t0 = clock.monotonic();
        const isNc = options.type === 'nc';
        const read = async () => {
            const { readMs } = options;
            if (readMs) await new Promise<void>((resolve) => clock.setTimeout(resolve, readMs));
            return new Map([['K1', closed(clock.monotonic() - t0) !== isNc]]);
        };
        const warnings: string[] = [];
        const driver = new ContactsDriver({
            ...{ clock, intervalMs: options.intervalMs, debounceMs: options.debounceMs },
            contacts: [{ contact: 'power-fail', type: options.type ?? 'no', input: 'K1' }],
            input: { name: 'relays', read, close: async () => {} },
            warn: (error) => warnings.push((error as UpsError).code),
        });
        const told: string[] = [];
        driver.start({
            status: ({ output }) => {
                const at = `${output?.source}`;
                if (told.at(-1)?.split(' ')[0] !== at) told.push(`${at} ${clock.monotonic() - t0}`);
            },
            state: () => {},
        });
        await clock.advance(options.forMs ?? 20_000);
        await driver.stop();
        // A read that is under way ends by itself.
        await clock.advance(options.readMs ?? 0);
        assert.equal(clock.pending, 0);
        return { told, sources: told.map((each) => each.split(' ')[0]), warnings };
    }
    const at = (from: number, to: number) => (t: number) => t >= from && t < to;

    for (const type of ['no', 'nc'] as const) {
        for (const intervalMs of [100, 1000, 2000, 10_000]) {
            for (const debounceMs of [100, 900, 1500, 1900, 5000]) {
                const options = { type, debounceMs, intervalMs };
                it(`${type}, every ${intervalMs} ms, steady for ${debounceMs} ms: glitches count for nothing`, async () => {
                    // At one poll, at many in a row, and as an opening in an outage.
                    for (const ms of [20, 60]) {
                        const glitch = at(9990, 9990 + ms);
                        assert.deepEqual((await play(glitch, options)).sources, ['normal']);
                        const each = (t: number) => t > 7000 && t % intervalMs < Math.min(ms, intervalMs / 2);
                        assert.deepEqual((await play(each, options)).sources, ['normal']);
                        const opening = (t: number) => t < 60_000 && !at(29_990, 29_990 + ms)(t);
                        const { sources } = await play(opening, { ...options, forMs: 90_000 });
                        assert.deepEqual(sources, ['battery', 'normal']);
                    }
                });

                it(`${type}, every ${intervalMs} ms, steady for ${debounceMs} ms: a change counts in time`, async () => {
                    const { told } = await play(at(20_500, 50_500), { ...options, forMs: 90_000 });
                    assert.deepEqual(
                        told.map((each) => each.split(' ')[0]),
                        ['normal', 'battery', 'normal'],
                    );
                    const [, begun, ended] = told.map((each) => Number(each.split(' ')[1]));
                    for (const late of [begun! - 20_500, ended! - 50_500]) {
                        assert.ok(late >= debounceMs && late <= intervalMs + debounceMs + 200, `${late}`);
                    }
                });
            }
        }
    }

    it('counts after three equal readings, and says so, when the device is too slow', async () => {
        const options = { debounceMs: 100, intervalMs: 1000, readMs: 400 };
        assert.deepEqual((await play(at(7000, 7900), options)).warnings, ['debounce-too-short']);
        assert.deepEqual((await play(at(7000, 7500), options)).sources, ['normal']);
        assert.deepEqual((await play(at(7000, 30_000), options)).sources, ['normal', 'battery']);
    });

    it('says nothing where the device is fast enough', async () => {
        const options = { debounceMs: 100, intervalMs: 1000, readMs: 10 };
        assert.deepEqual((await play(at(7000, 9000), options)).warnings, []);
    });

    it('counts at once without a debounce', async () => {
        const { sources } = await play(at(4990, 5010), { debounceMs: 0, intervalMs: 1000 });
        assert.deepEqual(sources, ['normal', 'battery', 'normal']);
    });

    it('is judged anew when nobody could look in between', async () => {
        const relays = new Relays();
        relays.closed = new Map(Object.entries(NORMAL));
        const { clock, sources } = bench(relays, { debounceMs: 3000 });
        await clock.advance(5000);
        relays.closed.set('K1', true);
        await clock.advance(2000);
        relays.fails = new UpsError('device-silent', { host: 'relays' });
        await clock.advance(2000);
        relays.fails = undefined;
        await clock.advance(2000);
        assert.ok(!sources().includes('battery'));
        await clock.advance(2500);
        assert.equal(sources().at(-1), 'battery');
    });

    it('without the contact for a power failure no outage is seen, and the driver says so', () => {
        const contacts = (contact: 'power-fail' | 'battery-low') => [{ contact, type: 'no', input: 'K1' }] as const;
        const blind = (contact: 'power-fail' | 'battery-low') =>
            new ContactsDriver({
                ...{ clock: new FakeClock(), intervalMs: 1000, debounceMs: 0 },
                ...{ contacts: contacts(contact), input: new Relays() },
            }).outagesUnseen;
        assert.equal(blind('power-fail'), false);
        assert.equal(blind('battery-low'), true);
    });
});

describe('contacts told by messages', () => {
    const make = (maxAgeMs?: number) => {
        const clock = new FakeClock();
        const input = new MessageInput(clock, ['K1', 'K2'], maxAgeMs);
        return { input, ...bench(input, { clock }) };
    };

    it('are unknown until they are told, one by one', async () => {
        const { clock, input, driver, readings, states } = make();
        await clock.advance(5000);
        assert.equal(readings.length, 0);
        assert.equal(states.at(-1)?.state, 'connecting');
        input.receive('K1', false);
        driver.pollNow();
        await clock.advance(200);
        assert.deepEqual(readings.at(-1)?.alarmsTold, ['on-battery']);
        assert.equal(readings.at(-1)?.battery?.state, undefined);
        input.receive('K2', false);
        await clock.advance(2000);
        assert.deepEqual(readings.at(-1)?.alarms, ['low-battery']);
    });

    it('are told alone, in an object, and in other words for open and closed', async () => {
        const { input } = make();
        const states = async () => Object.fromEntries((await input.read())!);
        input.receive(undefined, { K1: true, K2: 'open', other: 7 });
        assert.deepEqual(await states(), { K1: true, K2: false });
        input.receive('K1', 'OFF');
        input.receive('K2', 1);
        assert.deepEqual(await states(), { K1: false, K2: true });
    });

    it('are not changed by a message that makes no sense', async () => {
        const { input } = make();
        input.receive('K1', true);
        for (const [topic, payload] of [
            ['K3', true],
            [undefined, true],
            ['K1', 'perhaps'],
            ['K1', 7],
            ['K1', null],
            ['', { K1: true, K2: 'perhaps' }],
            ['K1', { K9: true }],
        ] as const) {
            assert.throws(() => input.receive(topic, payload), { code: 'config-invalid' });
        }
        assert.deepEqual(Object.fromEntries((await input.read())!), { K1: true });
    });

    it('hold until told otherwise', async () => {
        const { clock, input, readings } = make();
        input.receive('', { K1: false, K2: true });
        await clock.advance(3_600_000);
        assert.ok(readings.length > 3000);
    });

    it('count when they have been the same for the whole time, however often they are read', async () => {
        const { clock, input, driver, sources } = make();
        const tell = (closed: boolean) => {
            input.receive('K1', closed);
            driver.pollNow();
        };
        tell(false);
        await clock.advance(1000);
        tell(true);
        await clock.advance(90);
        tell(false);
        tell(true);
        await clock.advance(90);
        assert.ok(!sources().includes('battery'));
        await clock.advance(20);
        assert.equal(sources().at(-1), 'battery');
    });

    it('are silent when nothing has come for the time that is set', async () => {
        const { clock, input, states } = make(60_000);
        input.receive('', { K1: false, K2: true });
        await clock.advance(59_000);
        assert.equal(states.at(-1)?.state, 'ready');
        await clock.advance(2000);
        assert.equal(states.at(-1)?.state, 'waiting');
        input.receive('K1', false);
        await clock.advance(2000);
        assert.equal(states.at(-1)?.state, 'ready');
    });
});

describe('contacts at a Modbus module', () => {
    it('are read in runs of addresses, never across a gap', async () => {
        const asked: unknown[] = [];
        const bits: ModbusBits = {
            read: (table, address, count) => {
                asked.push([table, address, count]);
                return Promise.resolve(Array.from({ length: count }, (_, i) => address + i === 5));
            },
            close: () => Promise.resolve(),
        };
        const input = new ModbusInput('module', bits, 'coils', [5, 100, 4, 5]);
        assert.deepEqual(Object.fromEntries(await input.read()), { 4: false, 5: true, 100: false });
        assert.deepEqual(asked, [
            ['coils', 4, 2],
            ['coils', 100, 1],
        ]);
    });
});

describe('a unit that knows nothing but contacts', () => {
    const NAMEPLATE = { ratedVA: 1000, loadVA: 500, holdMinutes: 20, rechargeMinutes: 200 };
    const attach = (unitBench: UnitBench) => {
        const { clock } = unitBench;
        const input = new MessageInput(clock, ['K1', 'K2']);
        const driver = new ContactsDriver({ clock, intervalMs: 1000, debounceMs: 100, contacts: CONTACTS, input });
        unitBench.addPath('contacts', driver);
        return input;
    };
    const minutes = (unitBench: UnitBench) => unitBench.unit.remainingSeconds('smaller')! / 60;
    const near = (actual: number | undefined, expected: number) =>
        assert.ok(Math.abs(actual! - expected) < 0.3, `${actual} instead of ${expected}`);

    it('reckons runtime and charge from its hold time, and the recharge afterwards', async () => {
        const contacts = new UnitBench(NAMEPLATE);
        const input = attach(contacts);
        input.receive('', { K1: false, K2: true });
        await contacts.clock.advance(10_000);
        near(minutes(contacts), 20);
        near(contacts.unit.status()?.derived.chargePercent, 100);
        input.receive('K1', true);
        await contacts.clock.advance(10 * 60_000);
        assert.deepEqual(contacts.told, ['power-fail on']);
        near(minutes(contacts), 10);
        near(contacts.unit.status()?.derived.chargePercent, 50);
        near(contacts.unit.secondsOnBattery() / 60, 10);
        input.receive('K1', false);
        await contacts.clock.advance(50 * 60_000);
        assert.deepEqual(contacts.told, ['power-fail on', 'power-fail off']);
        near(contacts.unit.status()?.derived.chargePercent, 75);
        near(minutes(contacts), 15);
    });

    it('raises the system shutdown when that runtime runs out', async () => {
        const contacts = new UnitBench({ ...NAMEPLATE, shutdownSeconds: 300 });
        const input = attach(contacts);
        input.receive('', { K1: true, K2: true });
        await contacts.clock.advance(14 * 60_000);
        assert.deepEqual(contacts.told, ['power-fail on']);
        await contacts.clock.advance(2 * 60_000);
        assert.deepEqual(contacts.told, ['power-fail on', 'system-shutdown on']);
    });

    it('after a restart is unknown until told, while an outage goes on by the journal', async () => {
        const before = new UnitBench(NAMEPLATE);
        attach(before).receive('', { K1: true, K2: true });
        await before.clock.advance(5 * 60_000);
        const after = before.restart(60_000, NAMEPLATE);
        const input = attach(after);
        await after.clock.advance(40_000);
        assert.equal(after.unit.stateOf('power-fail').active, true);
        assert.deepEqual(after.told, ['communication-lost on']);
        near(minutes(after), 20 - 5 - 1 - 0.67);
        input.receive('K1', true);
        await after.clock.advance(2000);
        assert.deepEqual(after.told, ['communication-lost on', 'communication-lost off']);
        near(after.unit.secondsOnBattery() / 60, 6.7);
        input.receive('K1', false);
        await after.clock.advance(2000);
        assert.deepEqual(after.told.slice(2), ['power-fail off']);
    });
});
