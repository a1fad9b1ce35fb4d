import assert from 'node:assert/strict';
import { asEventMessage } from '../../../nodes/shared/coerce';

const NOW = 1_800_000_000_000;

describe('asEventMessage', () => {
    it('leaves our own messages as they are', () => {
        const event = {
            id: 'power-fail',
            source: 'UPS 1',
            sourceId: 'unit1',
            level: 'alarm' as const,
            active: true,
            since: 1,
            at: 2,
            episode: 'e1',
            text: 'Mains failed',
            firing: 't1#2',
        };
        const message = { topic: 'UPS 1/power-fail', payload: true, event, extra: 7 };
        assert.deepEqual(asEventMessage(message, NOW), message);
    });

    it('takes a boolean of a core node for an edge of its topic', () => {
        const { event, payload } = asEventMessage({ topic: 'gate/open', payload: false }, NOW);
        assert.equal(payload, false);
        assert.deepEqual([event.source, event.id, event.active, event.episode], ['gate', 'open', false, '']);
    });

    it('takes anything else for an on edge', () => {
        for (const payload of [1, 'x', undefined, null, {}]) {
            assert.equal(asEventMessage({ payload }, NOW).event.active, true);
        }
    });

    it('completes an event that somebody has cut down or spoilt', () => {
        const spoilt = { id: 'x', episode: 5, since: 'yesterday', active: 'yes' } as never;
        const { event } = asEventMessage({ topic: 'a/b', payload: true, event: spoilt }, NOW);
        assert.deepEqual(event, {
            id: 'x',
            source: 'a',
            sourceId: '',
            level: 'info',
            active: true,
            since: NOW,
            at: NOW,
            episode: '',
            text: 'a/b',
        });
        assert.equal(asEventMessage({ payload: false, event: null as never }, NOW).event.active, false);
        assert.equal(asEventMessage({ payload: true, event: 'power-fail' as never }, NOW).event.id, 'message');
    });
});
