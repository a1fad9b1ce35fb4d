import assert from 'node:assert/strict';
import type { Node } from 'node-red';
import type { EventInfo, EventMessage } from '../../../lib/core/messages';
import upsTiming from '../../../nodes/events/ups-timing';
import upsDigitalInput from '../../../nodes/sensors/ups-digital-input';
import { eventuallyBy } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { FakeSource } from '../../support/fake-source';
import { helper, liveBy, theFlow } from '../../support/node-red';

describe('TimedEpisodes', () => {
    let clock: FakeClock;
    let source: FakeSource;
    let told: EventMessage[];
    /** One of its own for each load: the journal without a site remembers. */
    let timingId: string;
    let loads = 0;

    const eventually = <T>(condition: () => T) => eventuallyBy(clock, condition);

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        clock = new FakeClock();
        liveBy(clock);
        source = new FakeSource('source1', 'UPS 1', clock);
        theFlow().registry.addSource(source, undefined);
    });
    afterEach(async () => {
        theFlow().registry.removeSource(source);
        await helper.unload();
    });

    async function load(timing: object): Promise<void> {
        timingId = `timing${++loads}`;
        await helper.load(
            [upsTiming] as never,
            [
                { id: timingId, type: 'ups-timing', wires: [['out']], ...timing },
                { id: 'out', type: 'helper' },
            ] as never,
        );
        told = [];
        (helper.getNode('out') as Node).on('input', (message) => told.push(message as unknown as EventMessage));
    }

    const send = (message: object) => (helper.getNode(timingId) as Node).receive(message as never);

    it('tells the end in the words of the end', async () => {
        await load({ mode: 'immediately' });
        send({ topic: 'UPS 1/power-fail', payload: true, event: source.on('power-fail', 'words') });
        await eventually(() => told.length === 1);
        source.off('power-fail');
        await eventually(() => told.length === 2);
        assert.deepEqual(
            told.map(({ event }) => event.text),
            ['power-fail began', 'power-fail ended'],
        );
    });

    it('repeats of an event without an episode stop at its end, whatever source it names', async () => {
        await load({ mode: 'repeat', seconds: 1 });
        const event = { id: 'gate', sourceId: 'elsewhere' };
        send({ topic: 'gate', payload: true, event });
        send({ topic: 'gate', payload: true, event });
        await eventually(() => told.length > 0);
        send({ topic: 'gate', payload: false, event });
        await eventually(() => told.some(({ payload }) => !payload));
        await clock.advance(1200);
        assert.deepEqual(
            told.map(({ payload }) => payload),
            [true, false],
        );
    });

    it('each occurrence of a plain event is one of its own, even under the same stamp', async () => {
        await load({ mode: 'immediately' });
        for (const payload of [true, false, true]) {
            send({ topic: 'gate', payload, event: { id: 'gate', at: 1_700_000_000_000 } });
        }
        await eventually(() => told.length === 3);
        const [first, , second] = told.map(({ event }) => event.episode);
        assert.notEqual(first, second);
    });

    it('a repeat keeps its pace from an onset that no clock has ever shown', async () => {
        for (const since of [-1e19, 1e300]) {
            await load({ mode: 'repeat', seconds: 1 });
            send({ topic: 'gate', payload: true, event: { id: 'gate', since, episode: `onset${since}` } });
            await eventually(() => told.length > 0);
            await clock.advance(100);
            assert.equal(told.length, 1);
            await helper.unload();
        }
    });

    it('does not repeat faster than once a second, by whatever setting', async () => {
        await load({ mode: 'immediately', repeat: 0.01 });
        send({ topic: 'gate', payload: true });
        await clock.advance(300);
        assert.ok(told.length <= 1, `${told.length} in 0.3 s`);
    });

    it('goes on where its settings were changed to what cannot be, once they are right again', async () => {
        await load({ mode: 'after', seconds: 1 });
        const event = source.on('power-fail', 'settings');
        send({ topic: 'UPS 1/power-fail', payload: true, event });
        await clock.advance(50);
        const id = timingId;
        await helper.unload();
        await load({ mode: 'never', id });
        await clock.advance(50);
        await helper.unload();
        await load({ mode: 'after', seconds: 0, id });
        await eventually(() => told.length === 1);
    });

    it('a chain of timings in a ring fires no more than each is set to', async () => {
        const ring = [
            { id: 'ringA', type: 'ups-timing', mode: 'immediately', wires: [['ringB', 'out']] },
            { id: 'ringB', type: 'ups-timing', mode: 'immediately', wires: [['ringA', 'out']] },
            { id: 'out', type: 'helper' },
        ];
        await helper.load([upsTiming] as never, ring as never);
        told = [];
        (helper.getNode('out') as Node).on('input', (message) => told.push(message as unknown as EventMessage));
        const event = source.on('power-fail', 'ring');
        (helper.getNode('ringA') as Node).receive({ topic: 'UPS 1/power-fail', payload: true, event } as never);
        await clock.advance(100);
        source.off('power-fail');
        await clock.advance(100);
        assert.deepEqual(
            told.map(({ payload, event: { firing } }) => `${firing} ${payload}`),
            ['ringA#1 true', 'ringA#1/ringB#1 true', 'ringA false', 'ringA#1/ringB false'],
        );
    });

    it('forgets the oldest of topics without end, which never tell their own', async () => {
        await load({ mode: 'after', seconds: 3600 });
        const { timings } = theFlow().registry.journals()[0];
        const rows = () => timings.call(theFlow().registry.journals()[0], timingId);
        for (let n = 0; n < 1100; n++) send({ topic: `reading/${n}`, payload: true });
        const event = source.on('power-fail', 'among many');
        send({ topic: 'UPS 1/power-fail', payload: true, event });
        await eventually(() => rows().some(({ episode }) => episode === 'among many'));
        assert.equal(rows().length, 1001);
        assert.ok(rows().some(({ message }) => message.topic === 'reading/1099'));
        assert.ok(!rows().some(({ message }) => message.topic === 'reading/0'));
    }).timeout(20_000);

    it('asks the source how long an event has lasted: its stamp may be of another time', async () => {
        const set = 5 * 3600_000;
        const { stateOf } = source;
        for (const since of [clock.now() - set, clock.now() + set]) {
            const event = { ...source.on('power-fail', `stamped ${since}`), since };
            source.stateOf = (id) => ({ ...stateOf.call(source, id), elapsedMs: 200 });
            await load({ mode: 'after', seconds: 0.7 });
            const before = clock.now();
            send({ topic: 'UPS 1/power-fail', payload: true, event });
            // It cannot tell any more, as after a deploy under another name: what was told counts on.
            source.stateOf = stateOf;
            source.check();
            await eventually(() => told.length === 1);
            assert.ok(clock.now() - before >= 450, `${clock.now() - before}`);
            source.off('power-fail');
            await helper.unload();
        }
    });

    const edges = () =>
        told.map(({ payload, event: { firing, episode } }) => `${payload ? 'on' : 'off'} ${episode} ${firing}`);
    const power = (episode: string, more: object = {}) => ({
        topic: 'UPS 1/power-fail',
        payload: true,
        event: { ...source.on('power-fail', episode), ...more },
    });

    describe('behind another timing', () => {
        /** `a` for itself, `a/b` through both. */
        async function chain(a: object, b: object): Promise<void> {
            const id = ++loads;
            await helper.load(
                [upsTiming] as never,
                [
                    { id: `a${id}`, type: 'ups-timing', wires: [[`b${id}`, 'out']], ...a },
                    { id: `b${id}`, type: 'ups-timing', wires: [['out']], ...b },
                    { id: 'out', type: 'helper' },
                ] as never,
            );
            told = [];
            at.length = 0;
            const begun = clock.now();
            (helper.getNode('out') as Node).on('input', (message) => {
                told.push(message as unknown as EventMessage);
                at.push((clock.now() - begun) / 1000);
            });
            timingId = `a${id}`;
        }
        const at: number[] = [];

        it('counts from the firing that reached it', async () => {
            await chain({ mode: 'after', seconds: 0.4 }, { mode: 'after', seconds: 0.4 });
            send(power('chain1'));
            await eventually(() => told.length === 2);
            assert.ok(at[0]! >= 0.35 && at[0]! < 0.75, `${at[0]}`);
            assert.ok(at[1]! >= 0.75, `${at[1]}`);
            source.off('power-fail');
            await eventually(() => told.length === 4);
            await clock.advance(50);
            assert.equal(told.length, 4, 'each timing tells the end once');
        });

        it('counts from there also when the wall clock was set since the onset', async () => {
            const set = 5 * 3600_000;
            for (const since of [clock.now() - set, clock.now() + set]) {
                await load({ mode: 'after', seconds: 0.5 });
                const begun = clock.now();
                const event = { id: 'gate', since, at: begun, firing: 'a#1', firedMs: 20_000 };
                send({ topic: 'gate', payload: true, event });
                await eventually(() => told.length === 1);
                assert.ok(clock.now() - begun >= 450, `${clock.now() - begun}`);
                await helper.unload();
            }
        });

        it('repeats from there', async () => {
            await chain({ mode: 'after', seconds: 0.5 }, { mode: 'repeat', seconds: 1 });
            send(power('chain2'));
            await eventually(() => told.length === 3);
            assert.ok(at[2]! - at[1]! > 0.9, `${at}`);
        });

        it('goes on from there after a restart, with what is left', async () => {
            await chain({ mode: 'after', seconds: 0.2 }, { mode: 'after', seconds: 1.2 });
            send(power('chain3'));
            await eventually(() => told.length === 1);
            await clock.advance(400);
            const id = timingId.slice(1);
            await helper.unload();
            await helper.load(
                [upsTiming] as never,
                [
                    { id: `b${id}`, type: 'ups-timing', mode: 'after', seconds: 1.2, wires: [['out']] },
                    { id: 'out', type: 'helper' },
                ] as never,
            );
            told = [];
            const resumed = clock.now();
            (helper.getNode('out') as Node).on('input', (message) => told.push(message as unknown as EventMessage));
            await eventually(() => told.length === 1);
            const took = clock.now() - resumed;
            assert.ok(took > 300 && took < 1100, `${took} ms after the restart`);
        });

        it('waits for the battery as well where it is to', async () => {
            source.onBattery = 0;
            source.remaining = 100;
            await chain({ mode: 'immediately' }, { mode: 'remaining', seconds: 600 });
            send({ topic: 'UPS 1/x', payload: true, event: source.on('over-temperature', 'hot') });
            await eventually(() => told.length === 1);
            await clock.advance(100);
            assert.equal(told.length, 1);
            source.onBattery = 1;
            source.on('power-fail', 'chain4 outage');
            await eventually(() => told.length === 2);
        });
    });

    describe('an event that begins anew', () => {
        const low = (event: EventInfo) => send({ topic: 'UPS 1/battery-low', payload: true, event });

        it('fires anew, and ends once', async () => {
            await load({ mode: 'immediately' });
            low(source.on('battery-low', 'low1'));
            await eventually(() => told.length === 1);
            low(source.renew('battery-low', 'low2'));
            await eventually(() => told.length === 2);
            source.off('battery-low');
            await eventually(() => told.length === 3);
            assert.deepEqual(edges(), [`on low1 ${timingId}#1`, `on low2 ${timingId}#1`, `off low2 ${timingId}`]);
        });

        it('counts from its new beginning, and still owes the end of what fired before', async () => {
            await load({ mode: 'after', seconds: 0.3 });
            low(source.on('battery-low', 'low3'));
            await eventually(() => told.length === 1);
            low(source.renew('battery-low', 'low4'));
            await clock.advance(50);
            assert.equal(told.length, 1);
            source.off('battery-low');
            await eventually(() => told.length === 2);
            assert.equal(edges()[1], `off low4 ${timingId}`);
        });

        it('owes no end where nothing has fired', async () => {
            await load({ mode: 'after', seconds: 60 });
            low(source.on('battery-low', 'low5'));
            low(source.renew('battery-low', 'low6'));
            source.off('battery-low');
            await clock.advance(50);
            assert.deepEqual(edges(), []);
        });

        it('stops what repeats under the former beginning until the new one arrives', async () => {
            await load({ mode: 'repeat', seconds: 1 });
            low(source.on('battery-low', 'low7'));
            await eventually(() => told.length === 1);
            source.renew('battery-low', 'low8');
            await clock.advance(1200);
            assert.equal(told.length, 1);
            source.off('battery-low');
            await eventually(() => told.length === 2);
            assert.equal(told[1]!.payload, false);
        });
    });

    it('takes another name of the same outage, after a deploy, for no end, and fires nothing twice', async () => {
        await load({ mode: 'immediately' });
        send(power('name1'));
        await eventually(() => told.length === 1);
        theFlow().registry.removeSource(source);
        const next = new FakeSource('source1', 'UPS 1', clock);
        next.confirmed = false;
        theFlow().registry.addSource(next, undefined);
        next.confirmed = true;
        const event = next.on('power-fail', 'name2');
        send({ topic: 'UPS 1/power-fail', payload: true, event });
        await clock.advance(100);
        assert.equal(told.length, 1);
        next.off('power-fail');
        await eventually(() => told.length === 2);
        assert.equal(edges()[1], `off name1 ${timingId}`);
        theFlow().registry.removeSource(next);
    });

    for (const mode of ['remaining', 'on-battery']) {
        it(`waits for the battery in mode ${mode}, whatever event stands before it`, async () => {
            source.onBattery = 0;
            source.remaining = 60;
            await load({ mode, seconds: mode === 'remaining' ? 600 : 0.2 });
            send({
                topic: 'UPS 1/over-temperature',
                payload: true,
                event: source.on('over-temperature', `hot ${mode}`),
            });
            await clock.advance(300);
            assert.equal(told.length, 0);
            source.onBattery = 0.3;
            source.on('power-fail', `outage ${mode}`);
            await eventually(() => told.length === 1);
        });

        it(`waits in mode ${mode} while the outage is held`, async () => {
            source.onBattery = 100;
            source.remaining = 60;
            source.on('power-fail', `held ${mode}`);
            source.held = true;
            await load({ mode, seconds: 90 });
            send({
                topic: 'UPS 1/over-temperature',
                payload: true,
                event: source.on('over-temperature', `hot2 ${mode}`),
            });
            await clock.advance(100);
            assert.equal(told.length, 0);
            source.held = false;
            source.check();
            await eventually(() => told.length === 1);
        });

        it(`is told at the deploy in mode ${mode} that nothing before it has a battery`, async () => {
            await helper.load(
                [upsDigitalInput, upsTiming] as never,
                [
                    { id: 'door', type: 'ups-digital-input', name: 'Door', contact: 'no', debounce: 0, wires: [['j']] },
                    { id: 'j', type: 'helper', wires: [['t9']] },
                    { id: 't9', type: 'ups-timing', mode, seconds: 60, wires: [[]] },
                ] as never,
            );
            await clock.advance(50);
            const { args } = (helper.getNode('t9') as Node).error as unknown as { args: [string][] };
            assert.ok(
                args.some(([text]) => /config-invalid.*mode.*Door/.test(text)),
                JSON.stringify(args),
            );
        });
    }
});
