import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { Flow } from '../../../../lib/flow/flow';
import { ClaimJournal } from '../../../../lib/flow/jobs/output-claims';
import { fakeFlow } from '../../../support/fake-flow';

describe('which job holds which output on', () => {
    let flow: Flow;
    let store: MemoryJournal;
    let claims: ClaimJournal;

    beforeEach(() => {
        store = new MemoryJournal();
        restart();
    });
    const restart = () => {
        flow = fakeFlow();
        flow.registry.addSite({ id: 'site1', dryRun: false, store } as never);
        claims = new ClaimJournal(flow.registry);
    };
    const claim = (ownerId: string, key: string) => ({ moduleId: 'aux1', port: 'relay1', ownerId, key, at: 0 });
    const held = () => claims.claims.of('aux1', 'relay1').map(({ ownerId, key }) => `${ownerId} ${key}`);

    it('is known after a restart, job by job', () => {
        claims.put(claim('job1', 'a'), store);
        claims.put(claim('job1', 'b'), store);
        claims.put(claim('job2', 'c'), store);
        restart();
        assert.deepEqual(held(), []);
        claims.restore('job1');
        assert.deepEqual(held(), ['job1 a', 'job1 b']);
        claims.restore('job2');
        assert.deepEqual(held(), ['job1 a', 'job1 b', 'job2 c']);
    });

    it('is given up for good, also by a job that has been restarted', () => {
        claims.put(claim('job1', 'a'), store);
        claims.put(claim('job1', 'b'), store);
        restart();
        claims.restore('job1');
        assert.equal(claims.drop(claim('job1', 'a'))?.key, 'a');
        assert.equal(claims.drop(claim('job1', 'a')), undefined);
        restart();
        claims.restore('job1');
        assert.deepEqual(held(), ['job1 b']);
        claims.dropAllOf('job1');
        assert.deepEqual(held(), []);
        restart();
        claims.restore('job1');
        assert.deepEqual(held(), []);
    });

    it('is what the journal has, and not what was there before it was read again', () => {
        claims.put(claim('job1', 'a'), store);
        claims.claims.put(claim('job1', 'never written'));
        claims.restore('job1');
        assert.deepEqual(held(), ['job1 a']);
    });
});
