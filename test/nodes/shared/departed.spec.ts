import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { EventMessage } from '../../../lib/core/messages';
import upsSite from '../../../nodes/config/ups-site';
import upsTiming from '../../../nodes/events/ups-timing';
import { whenConfirmed } from '../../../lib/flow/delivery/event-confirmation';
import { fakeTime } from '../../support/fake-time';
import { FakeSource } from '../../support/fake-source';
import { helper, theFlow } from '../../support/node-red';

/** A UPS that is not there any more when the process starts. */
describe('events of a source that is not there after a restart', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let told: EventMessage[];

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        told = [];
    });
    afterEach(async () => {
        await time.unload();
        rmSync(directory, { recursive: true });
    });

    async function load(): Promise<void> {
        const flow = [
            { id: 'site1', type: 'ups-site', name: 'Site', directory },
            { id: 'timing1', type: 'ups-timing', mode: 'after', seconds: 60, wires: [['out']] },
            { id: 'out', type: 'helper' },
        ];
        await helper.load([upsSite, upsTiming] as never, flow as never);
        (helper.getNode('out') as Node).on('input', (message) => told.push(message as unknown as EventMessage));
    }

    const store = () => theFlow().registry.site('site1')!.store;

    /** An outage of `sourceId`, timed when the process ended. `ours`: its source is a node of this Node-RED. */
    async function outageBeforeTheRestart(sourceId: string, ours: boolean): Promise<EventMessage> {
        await load();
        const event = new FakeSource(sourceId, 'UPS 1', time.clock).on('power-fail', `${sourceId}:e1`);
        const { since, episode } = event;
        const message = { topic: 'UPS 1/power-fail', payload: true, event };
        if (ours) store().saveEpisode({ episode, sourceId, eventId: event.id, since, elapsedMs: 0, elapsedAt: since });
        (helper.getNode('timing1') as Node).receive(message as never);
        await eventually(() => store().timings('timing1').length === 1);
        await time.unload();
        await load();
        return message;
    }

    it('of a UPS that was deleted in mid-outage set off nothing', async () => {
        const message = await outageBeforeTheRestart('deleted1', true);
        const decided: boolean[] = [];
        whenConfirmed(theFlow(), message, (holds) => decided.push(holds));
        await time.clock.advance(600_000);
        assert.deepEqual(told, []);
        assert.deepEqual(decided, [false]);
        assert.equal(store().timings('timing1').length, 1, 'it may be put back');
    });

    it('of a source that no node here ever was go on', async () => {
        const message = await outageBeforeTheRestart('elsewhere1', false);
        const decided: boolean[] = [];
        whenConfirmed(theFlow(), message, (holds) => decided.push(holds));
        await time.clock.advance(600_000);
        assert.equal(told.length, 1);
        assert.deepEqual(decided, [true]);
    });

    it('leave no timer behind when the node closes', async () => {
        await outageBeforeTheRestart('elsewhere2', false);
        await time.unload();
        assert.equal(time.clock.pending, 0);
    });
});
