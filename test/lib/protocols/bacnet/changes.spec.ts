import assert from 'node:assert/strict';
import type { UpsCommand } from '../../../../lib/core/driver';
import type { ServedUps } from '../../../../lib/core/served/served-ups';
import { AllowedSenders } from '../../../../lib/protocols/shared/senders';
import { bacnetServing, BacnetWire, CLIENT, type Serving } from '../../../support/bacnet-wire';
import { FakeClock } from '../../../support/fake-clock';
import { servedSample, silentSample } from '../../../support/served-sample';

const hex = (text: string) => Buffer.from(text).toString('hex');

/** SubscribeCOV of process 18 to analog-input 1001. */
const subscribe = (rest: string, invokeId = '01') => `0005${invokeId}0509121c000003e9${rest}`;
const CONFIRMED_A_MINUTE = '2901393c';
const UNCONFIRMED = '2900';
/** A notification of it: time remaining, value (REAL) and the bits of the status flags. */
const notified = (remaining: string, value: string, flags = '00') =>
    `09121c020004d22c000003e9${remaining}4e09552e44${value}2f096f2e8204${flags}2f4f`;
const [CHARGE_80, CHARGE_78, NAN] = ['42a00000', '429c0000', '7fc00000'];

describe('a BACnet device: subscriptions and writing', () => {
    let clock: FakeClock;
    let served: ServedUps | undefined;
    let orders: [UpsCommand, string][];
    let outcome: () => Promise<unknown>;
    let supports: (command: UpsCommand) => boolean;

    beforeEach(() => {
        clock = new FakeClock();
        served = servedSample({ chargePercent: 80 });
        orders = [];
        outcome = () => Promise.resolve();
        supports = () => true;
    });

    const targets = () => ({
        1: {
            served: () => served,
            supports: (command: UpsCommand) => supports(command),
            order: (command: UpsCommand, by: string) => {
                orders.push([command, by]);
                return outcome();
            },
        },
    });
    async function wireOf(settings: Partial<Serving> = {}, kept: Iterable<readonly [string, string]> = []) {
        const parts = bacnetServing(targets(), settings);
        for (const [name, json] of kept) parts.kept.set(name, json);
        const wire = await new BacnetWire(clock, parts.serving).start();
        const tell = (charge: number) => {
            served = servedSample({ chargePercent: charge });
            parts.changed();
            clock.advanceSync(20);
        };
        return { ...parts, wire, tell };
    }

    it('notifies the present value, and then each change by the increment', async () => {
        const { wire, tell } = await wireOf();
        assert.deepEqual(wire.ask(subscribe(UNCONFIRMED)), ['200105']);
        wire.news();
        clock.advanceSync(20);
        assert.deepEqual(wire.news(), [`1002${notified('3900', CHARGE_80)}`]);
        // Less than 1 % of what was told.
        tell(79.1);
        assert.deepEqual(wire.news(), []);
        tell(78);
        assert.deepEqual(wire.news(), [`1002${notified('3900', CHARGE_78)}`]);
        // The flag fault, with a value that nobody knows.
        served = silentSample();
        clock.advanceSync(1000);
        assert.deepEqual(wire.news(), [`1002${notified('3900', NAN, '40')}`]);
        clock.advanceSync(60_000);
        assert.deepEqual(wire.news(), []);
    });

    it('sends a confirmed notification until it is answered, and what has changed meanwhile after it', async () => {
        const { wire, tell } = await wireOf();
        wire.ask(subscribe(CONFIRMED_A_MINUTE));
        wire.news();
        clock.advanceSync(20);
        assert.deepEqual(wire.news(), [`00050101${notified('393c', CHARGE_80)}`]);
        tell(70);
        tell(78);
        clock.advanceSync(2960);
        assert.deepEqual(wire.news(), [`00050101${notified('393c', CHARGE_80)}`]);
        wire.ask('200101');
        assert.deepEqual(wire.news(), [`00050201${notified('3939', CHARGE_78)}`]);
        clock.advanceSync(30_000);
        // Three times again, and then no more.
        assert.equal(wire.news().length, 3);
        // Time is over.
        clock.advanceSync(30_000);
        tell(20);
        assert.deepEqual(wire.news(), []);
        assert.equal(wire.server.subscriptionCount, 0);
    });

    it('tells again each minute what nobody has confirmed', async () => {
        const { wire } = await wireOf();
        wire.ask(subscribe('29013a012c'));
        wire.news();
        clock.advanceSync(12_020);
        assert.equal(wire.news().length, 4);
        clock.advanceSync(59_000);
        assert.deepEqual(wire.news(), []);
        clock.advanceSync(2000);
        assert.equal(wire.news().length, 1);
        wire.ask('200201');
        clock.advanceSync(120_000);
        assert.deepEqual(wire.news(), []);
    });

    it('ends and renews a subscription, and says why it takes none', async () => {
        const { wire, tell } = await wireOf();
        assert.deepEqual(wire.ask(subscribe('')), ['200105']);
        wire.ask(subscribe(UNCONFIRMED));
        wire.ask(subscribe(UNCONFIRMED));
        assert.equal(wire.server.subscriptionCount, 1);
        // Active_COV_Subscriptions: 192.0.2.9:47808, process 18, present value, unconfirmed, for ever, increment 1.
        const list = '0e0e1e21006506c0000209bac01f0f19120f' + '1e0c000003e919551f' + '2900' + '3900' + '4c3f800000';
        assert.deepEqual(wire.ask('0005020c0c020004d21998'), [`30020c0c020004d219983e${list}3f`]);
        wire.ask(subscribe(''));
        wire.news();
        tell(10);
        assert.deepEqual(wire.news(), []);
        // Unknown object; the Device object has no changes; a lifetime without its kind.
        assert.deepEqual(wire.ask('0005030509121c000003002900'), ['5003059101911f']);
        assert.deepEqual(wire.ask('0005040509121c020004d22900'), ['5004059101912d']);
        assert.deepEqual(wire.ask('0005050509121c000003e9393c'), ['600505']);
        for (let process = 0; process < 200; process++) {
            clock.advanceSync(20);
            wire.ask(`00050105 09${process.toString(16).padStart(2, '0')} 1c000003e9 2900`);
        }
        assert.deepEqual(wire.ask('000506050a01001c000003e92900', { address: '192.0.2.10', port: 1 }), [
            '50060591039114',
        ]);
        assert.equal(wire.server.subscriptionCount, 200);
    });

    it('keeps subscriptions over a kill, and waits for the first reading', async () => {
        const before = await wireOf();
        before.wire.ask(subscribe('290039f0'));
        before.wire.ask('0005020509131c000003e929003905');
        clock.advanceSync(100_000);
        served = undefined;
        const after = await wireOf({}, before.kept);
        clock.advanceSync(5000);
        assert.deepEqual(after.wire.news(), []);
        after.tell(78);
        // 240 s, of which 105 are over.
        assert.deepEqual(after.wire.news(), [`1002${notified('3987', CHARGE_78)}`]);
        clock.advanceSync(135_000);
        assert.equal(after.wire.server.subscriptionCount, 0);
        assert.deepEqual([...after.kept.keys()], ['objects']);
    });

    it('keeps no subscription for longer than was asked, although the clock was set back meanwhile', async () => {
        const before = await wireOf();
        before.wire.ask(subscribe('290039f0'));
        // A year back.
        clock.jumpWall(-31_536_000_000);
        const after = await wireOf({}, before.kept);
        assert.equal(after.wire.server.subscriptionCount, 1);
        clock.advanceSync(241_000);
        assert.equal(after.wire.server.subscriptionCount, 0);
    });

    it('passes over what is damaged in the journal', async () => {
        const before = await wireOf();
        before.wire.ask(subscribe(UNCONFIRMED));
        const kept = before.kept.get('cov-0')!;
        for (const port of [0, 65_536, -1, 1.5]) {
            const damaged = JSON.stringify({ ...JSON.parse(kept), port });
            const after = await wireOf({}, [['cov-0', damaged]]);
            assert.equal(after.wire.server.subscriptionCount, 0, String(port));
        }
        const endless = JSON.stringify({ ...JSON.parse(kept), until: 1e300 });
        const after = await wireOf({}, [['cov-0', endless]]);
        clock.advanceSync(1000);
        assert.deepEqual(after.wire.news(), [`1002${notified('3cffffffff', CHARGE_80)}`]);
        const process = JSON.stringify({ ...JSON.parse(kept), process: 2 ** 32 });
        assert.equal((await wireOf({}, [['cov-0', process]])).wire.server.subscriptionCount, 0);
    });

    it('after a deploy goes on with those who are still allowed', async () => {
        const { wire, serving, tell } = await wireOf();
        wire.ask(subscribe(UNCONFIRMED));
        wire.ask(subscribe(UNCONFIRMED), { address: '192.0.2.44', port: 47_808 });
        clock.advanceSync(20);
        wire.news();
        wire.server.serve({ ...serving, senders: new AllowedSenders('192.0.2.44') });
        tell(78);
        assert.deepEqual(
            wire.sent.map(({ to }) => to.address),
            ['192.0.2.44'],
        );
    });

    it('takes commands only with writes on and from an address that may', async () => {
        const off = await wireOf();
        const muted = '0005010f0c04c003f419553e21033f';
        assert.deepEqual(off.wire.ask(muted), ['600109']);
        const { wire, refusals } = await wireOf({ writes: true });
        assert.deepEqual(wire.ask(muted, { address: '192.0.2.10', port: 47_808 }), ['50010f91029128']);
        assert.deepEqual(refusals, ['no-right']);
        wire.ask(muted);
        await clock.advance(0);
        assert.deepEqual(wire.news().at(-1), '20010f');
        // Test: quick. Output: shut down, abort.
        wire.ask('0005020f0c04c003f319553e21043f');
        wire.ask('0005030f0c04c003f519553e21033f4908');
        wire.ask('0005040f0c04c003f519553e21023f');
        assert.deepEqual(orders, [
            [{ type: 'buzzer', state: 'mute' }, '192.0.2.9 (BACnet)'],
            [{ type: 'test', test: 'quick' }, '192.0.2.9 (BACnet)'],
            [{ type: 'shutdown', seconds: 60, scope: 'output' }, '192.0.2.9 (BACnet)'],
            [{ type: 'abort-shutdown' }, '192.0.2.9 (BACnet)'],
        ]);
    });

    it('carries nothing out that is not meant, and says why', async () => {
        const { wire } = await wireOf({ writes: true });
        // State 9, a REAL, an index, a measure, None, priority 17, and two values.
        assert.deepEqual(wire.ask('0005010f0c04c003f519553e21093f'), ['50010f91029125']);
        assert.deepEqual(wire.ask('0005020f0c04c003f519553e44404000003f'), ['50020f91029109']);
        assert.deepEqual(wire.ask('0005030f0c04c003f5195529013e21033f'), ['50030f91029132']);
        assert.deepEqual(wire.ask('0005040f0c000003e919553e44404000003f'), ['50040f91029128']);
        assert.deepEqual(wire.ask('0005050f0c04c003f519553e21013f'), ['20050f']);
        assert.deepEqual(wire.ask('0005060f0c04c003f519553e21033f4911'), ['600606']);
        assert.deepEqual(wire.ask('0005070f0c04c003f519553e210321033f'), ['50070f91029109']);
        assert.deepEqual(orders, []);
    });

    it('has only the commands that the UPS has', async () => {
        supports = ({ type }) => type === 'buzzer';
        const { wire } = await wireOf({ writes: true });
        // Names of multi-state-value 1011, 1012, 1013.
        assert.deepEqual(wire.ask('0005010c0c04c003f3194d'), ['50010c9101911f']);
        assert.deepEqual(wire.ask('0005020c0c04c003f4194d'), [
            `30020c0c04c003f4194d3e751500${hex('UPS 1.Command buzzer')}3f`,
        ]);
        assert.deepEqual(wire.ask('0005030c0c04c003f5194d'), ['50030c9101911f']);
    });

    it('carries out a request once, however often it comes', async () => {
        const { wire } = await wireOf({ writes: true });
        let end: () => void = () => undefined;
        outcome = () => new Promise<void>((resolve) => (end = resolve));
        const shutDown = '0005010f0c04c003f519553e21033f';
        wire.ask(shutDown);
        wire.ask(shutDown);
        end();
        await clock.advance(0);
        assert.deepEqual(wire.news(), ['20010f']);
        assert.deepEqual(wire.ask(shutDown), ['20010f']);
        assert.equal(orders.length, 1);
        clock.advanceSync(12_000);
        wire.ask(shutDown);
        assert.equal(orders.length, 2);
    });

    it('tells that a command failed, and that a slow one is accepted', async () => {
        const { wire } = await wireOf({ writes: true });
        outcome = () => Promise.reject(new Error('no'));
        wire.ask('0005010f0c04c003f519553e21033f');
        await clock.advance(0);
        // device, operational-problem.
        assert.deepEqual(wire.news(), ['50010f91009119']);
        outcome = () => new Promise(() => undefined);
        wire.ask('0005020f0c04c003f519553e21033f');
        clock.advanceSync(700);
        assert.deepEqual(wire.news(), ['20020f']);
    });

    it('accepts nothing for a UPS that is silent before it has answered', async () => {
        const { wire } = await wireOf({ writes: true });
        // The objects of a UPS that was there.
        clock.advanceSync(1000);
        served = silentSample();
        let fail!: (error: Error) => void;
        outcome = () => new Promise((_, reject) => (fail = reject));
        const write = '0005020f0c04c003f519553e21033f';
        assert.deepEqual(wire.ask(write), []);
        // Again and again, also after the time in which an answer would be repeated.
        for (const ms of [3000, 3000, 3000, 5000]) {
            clock.advanceSync(ms);
            assert.deepEqual(wire.ask(write), []);
        }
        assert.equal(orders.length, 1);
        fail(new Error('no'));
        await clock.advance(0);
        assert.deepEqual(wire.news(), ['50020f91009119']);
    });

    it('is silent while a client with the password has switched the communication off', async () => {
        const { wire, controlled, refusals, tell } = await wireOf({ password: 'geheim' });
        const control = (which: string, password: string, minutes = '') =>
            `00050111${minutes}19${which}2d0700${hex(password)}`;
        const wrong = control('01', 'geheiM');
        assert.deepEqual(wire.ask(wrong), ['5001119104911a']);
        assert.deepEqual(wire.ask('000501111901'), ['5001119104911a']);
        assert.deepEqual(refusals, ['wrong-password', 'wrong-password']);
        wire.ask(subscribe(UNCONFIRMED));
        clock.advanceSync(20);
        wire.news();
        // For two minutes.
        assert.deepEqual(wire.ask(control('01', 'geheim', '0902')), ['200111']);
        assert.deepEqual(controlled, [['192.0.2.9', 'disabled', 2]]);
        assert.deepEqual(wire.ask('0005010c0c000003e91955'), []);
        assert.deepEqual(wire.ask('10080a04d21a04d2'), []);
        wire.news();
        tell(50);
        clock.advanceSync(119_000);
        assert.deepEqual(wire.news(), []);
        clock.advanceSync(1000);
        assert.equal(wire.news().length, 1);
        assert.equal(wire.ask('0005010c0c000003e91955').length, 1);
        // Without initiation: answers and I-Am, but no notification.
        assert.deepEqual(wire.ask(control('02', 'geheim')), ['200111']);
        wire.news();
        tell(20);
        assert.deepEqual(wire.news(), []);
        assert.equal(wire.ask('10080a04d21a04d2').length, 1);
        assert.deepEqual(wire.ask(control('00', 'geheim')), ['200111']);
        wire.news();
        clock.advanceSync(20);
        assert.equal(wire.news().length, 1);
        assert.deepEqual(wire.ask(control('03', 'geheim')), ['600108']);
    });

    it('does not tell again, either, what nobody has confirmed, while the communication is off', async () => {
        const { wire } = await wireOf({ password: 'geheim' });
        wire.ask(subscribe('29013a012c'));
        // A question without limits, whose answer comes later.
        wire.ask('1008');
        clock.advanceSync(20);
        assert.equal(wire.news().length, 2);
        assert.deepEqual(wire.ask(`0005011119012d0700${hex('geheim')}`), ['200111']);
        wire.news();
        clock.advanceSync(15_000);
        assert.deepEqual(wire.news(), []);
        wire.ask(`0005021119002d0700${hex('geheim')}`);
        wire.news();
        clock.advanceSync(60_000);
        assert.equal(wire.news().length, 1);
    });

    it('looks at ten passwords of an address in a minute', async () => {
        const { wire, refusals } = await wireOf({ password: 'geheim' });
        for (let n = 0; n < 10; n++) wire.ask(`0005011119012d0700${hex('falsch')}`);
        assert.deepEqual(wire.ask(`0005011119012d0700${hex('geheim')}`), ['5001119104911a']);
        assert.equal(refusals.at(-1), 'too-many-passwords');
        assert.deepEqual(wire.server.communication, 'enabled');
        assert.equal(wire.ask(`0005011119002d0700${hex('geheim')}`, { ...CLIENT, address: '192.0.2.3' })[0], '200111');
    });

    it('tells subscribers what has changed while its port was down', async () => {
        const { wire, tell } = await wireOf();
        wire.ask(subscribe(UNCONFIRMED));
        clock.advanceSync(20);
        wire.news();
        wire.breakDown('no network');
        tell(78);
        assert.deepEqual(wire.news(), []);
        await clock.advance(1020);
        assert.deepEqual(wire.news(), [`1002${notified('3900', CHARGE_78)}`]);
    });

    it('leaves no timer behind', async () => {
        const { wire } = await wireOf({ password: 'geheim', bbmd: { address: '192.0.2.8', port: 1, ttlSeconds: 60 } });
        wire.ask(subscribe(CONFIRMED_A_MINUTE));
        wire.ask('1008');
        for (let n = 0; n < 200; n++) wire.ask('0005010c0c000003e91955');
        await wire.server.stop();
        assert.equal(clock.pending, 0);
    });
});
