import assert from 'node:assert/strict';
import type { Node } from 'node-red';
import type { EventMessage } from '../../../lib/core/messages';
import upsTiming from '../../../nodes/events/ups-timing';
import { hub } from '../../../nodes/shared/hub';
import { eventually } from '../../support/eventually';
import { FakeSource } from '../../support/fake-source';
import { helper } from '../../support/node-red';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('TimedEpisodes', () => {
    let source: FakeSource;
    let told: EventMessage[];
    /** One of its own for each load: the journal without a site remembers. */
    let timingId: string;
    let loads = 0;

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        source = new FakeSource();
        hub.addSource(source, undefined);
    });
    afterEach(async () => {
        hub.removeSource(source);
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
        await pause(1200);
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
            await pause(100);
            assert.equal(told.length, 1);
            await helper.unload();
        }
    });

    it('does not repeat faster than once a second, by whatever setting', async () => {
        await load({ mode: 'immediately', repeat: 0.01 });
        send({ topic: 'gate', payload: true });
        await pause(300);
        assert.ok(told.length <= 1, `${told.length} in 0.3 s`);
    });

    it('goes on where its settings were changed to what cannot be, once they are right again', async () => {
        await load({ mode: 'after', seconds: 1 });
        const event = source.on('power-fail', 'settings');
        send({ topic: 'UPS 1/power-fail', payload: true, event });
        await pause(50);
        const id = timingId;
        await helper.unload();
        await load({ mode: 'never', id });
        await pause(50);
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
        await pause(100);
        source.off('power-fail');
        await pause(100);
        assert.deepEqual(
            told.map(({ payload, event: { firing } }) => `${firing} ${payload}`),
            ['ringA#1 true', 'ringA#1/ringB#1 true', 'ringA false', 'ringA#1/ringB false'],
        );
    });

    it('forgets the oldest of topics without end, which never tell their own', async () => {
        await load({ mode: 'after', seconds: 3600 });
        const { timings } = hub.journals()[0];
        const rows = () => timings.call(hub.journals()[0], timingId);
        for (let n = 0; n < 1100; n++) send({ topic: `reading/${n}`, payload: true });
        const event = source.on('power-fail', 'among many');
        send({ topic: 'UPS 1/power-fail', payload: true, event });
        await eventually(() => rows().some(({ episode }) => episode === 'among many'));
        assert.equal(rows().length, 1001);
        assert.ok(rows().some(({ message }) => message.topic === 'reading/1099'));
        assert.ok(!rows().some(({ message }) => message.topic === 'reading/0'));
    });
});
