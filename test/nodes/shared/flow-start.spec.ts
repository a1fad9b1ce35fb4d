import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Node, NodeAPI } from 'node-red';
import { whenFlowsStarted } from '../../../nodes/shared/runtime/flow-start';

class FakeNode extends EventEmitter {
    readonly errors: string[] = [];
    error(error: unknown): void {
        this.errors.push(String(error));
    }
}

describe('whenFlowsStarted', () => {
    it('starts all the others when one cannot, and says so at that one', () => {
        const events = new EventEmitter();
        const nodes = { eachNode: () => {} };
        const RED = { events, nodes, _: (key: string) => key } as unknown as NodeAPI;
        const [broken, sound] = [new FakeNode(), new FakeNode()];
        let begun = 0;
        whenFlowsStarted(RED, broken as unknown as Node, () => {
            throw new Error('its journal cannot be read');
        });
        whenFlowsStarted(RED, sound as unknown as Node, () => begun++);
        events.emit('flows:started');
        assert.equal(begun, 1);
        assert.deepEqual(broken.errors, ['its journal cannot be read']);
        assert.deepEqual(sound.errors, []);
    });
});
