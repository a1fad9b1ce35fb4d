import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { NodeAPI } from 'node-red';
import { UnitBench } from '../../support/fake-ups';
import { FakeClock } from '../../support/fake-clock';
import { makeFlow, setFlow } from '../../../nodes/shared/runtime/flow-of';

/** A runtime with one UPS and a job behind its power failure; counts how often its nodes are gone through. */
function runtime() {
    const clock = new FakeClock();
    const events = new EventEmitter();
    const asked = { times: 0 };
    const nodes = [
        { id: 'unit1', type: 'ups-unit', name: 'UPS 1' },
        { id: 'event', type: 'ups-event', ups: 'unit1', events: ['power-fail'], wires: [['job']] },
        { id: 'job', type: 'ups-log', wires: [] },
    ];
    const eachNode = (look: (node: object) => void) => {
        asked.times++;
        nodes.forEach(look);
    };
    const RED = { events, nodes: { eachNode }, _: (key: string) => key } as unknown as NodeAPI;
    const flow = setFlow(events, makeFlow(RED, clock));
    const start = () => {
        events.emit('flows:stopping');
        events.emit('flows:started', {});
    };
    return { clock, flow, asked, start };
}

describe('the wires of the running flow', () => {
    it('are known before an outage needs them, after each deploy', () => {
        const { clock, flow, asked, start } = runtime();
        flow.registry.addSource(new UnitBench({}, clock).unit, undefined);
        for (let deploy = 0; deploy < 2; deploy++) {
            start();
            clock.advanceSync(10_000);
            const before = asked.times;
            assert.deepEqual(
                flow.plan().sources.map(({ sourceId, events }) => [sourceId, events[0]?.jobs[0]?.nodeId]),
                [['unit1', 'job']],
            );
            assert.equal(asked.times, before);
        }
    });

    it('are not followed where there is nothing to plan for', () => {
        const { clock, asked, start } = runtime();
        start();
        const before = asked.times;
        clock.advanceSync(10_000);
        assert.equal(asked.times, before);
    });
});
