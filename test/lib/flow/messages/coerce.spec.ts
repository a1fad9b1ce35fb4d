import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { asEventMessage, readEventMessage } from '../../../../lib/flow/messages/coerce';
import { errorInEnglish } from '../../../support/in-english';

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

    it('begins an event on words that say so, whatever their case', () => {
        for (const payload of [true, 1, '1', 'on', 'TRUE', ' Yes ', 'active', 'ALARM', Buffer.from('ON')]) {
            assert.equal(readEventMessage({ payload }, NOW).event.active, true, String(payload));
        }
    });

    it('ends an event on words that say so', () => {
        for (const payload of [
            false,
            0,
            '0',
            'off',
            'OFF',
            'false',
            ' No',
            'inactive',
            null,
            '',
            ' ',
            Buffer.from('off'),
        ]) {
            assert.equal(readEventMessage({ payload }, NOW).event.active, false, String(payload));
        }
    });

    it('begins nothing on anything else, and says what is understood', () => {
        const stamp = 1_764_400_000_000;
        for (const payload of [
            undefined,
            'x',
            'onn',
            2,
            -1,
            stamp,
            NaN,
            {},
            { state: 'on' },
            [],
            [true],
            Buffer.from([0xff]),
        ]) {
            assert.equal(asEventMessage({ payload }, NOW).event.active, false);
            assert.throws(
                () => readEventMessage({ payload }, NOW),
                (error) =>
                    error instanceof UpsError && error.code === 'payload-unknown' && /off/.test(errorInEnglish(error)),
            );
        }
    });

    it('goes by the event of a message of ours, whatever its payload has become', () => {
        for (const payload of ['Mains failed', 0, null, undefined]) {
            const event = { id: 'power-fail', active: true } as never;
            assert.equal(readEventMessage({ payload, event }, NOW).payload, true);
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
