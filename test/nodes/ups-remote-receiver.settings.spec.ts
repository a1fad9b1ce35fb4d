import assert from 'node:assert/strict';
import { faultsOf, readSettings } from '../../lib/core/settings';
import { outputMoves } from '../../nodes/jobs/ups-remote-receiver.editor';
import { settings } from '../../nodes/jobs/ups-remote-receiver.settings';

const credentials = { secret: 'long enough to sign' };
const good = { callable: [{ command: 'siren' }], security: 'none' };
const faults = (change: object, secret: object = credentials) =>
    faultsOf(settings, { ...good, ...change }, secret).map(({ property, rule }) => [property, rule]);
const named = (names: string) => names.split(' ').map((command) => ({ command }));

describe('settings of ups-remote-receiver', () => {
    it('let anybody call who knows the secret, and nobody where only blanks were typed', () => {
        const senders = (typed?: string) => readSettings(settings, { ...good, senders: typed }, credentials).senders;
        assert.deepEqual(
            [senders(), senders(''), senders(' '), senders('192.0.2.1')],
            [['*'], ['*'], [], ['192.0.2.1']],
        );
    });

    it('need names, each once, and a secret that is long enough', () => {
        assert.deepEqual(faults({ callable: [] }), [['callable', 'callable']]);
        assert.deepEqual(faults({ callable: named('siren siren') }), [['callable', 'callable']]);
        assert.deepEqual(faults({ callable: named('-siren') }), [['callable', 'callable']]);
        assert.deepEqual(faults({}, { secret: 'short' }), [['secret', 'atLeastCharacters']]);
        const names = Array.from({ length: 51 }, (_, n) => ({ command: `n${n}` }));
        assert.deepEqual(faults({ callable: names }), [['callable', 'atMost']]);
    });

    it('need a certificate for TLS', () => {
        assert.deepEqual(faults({ security: 'tls' }), [['tls', 'choose']]);
        assert.deepEqual(faults({ security: 'tls', tls: 'tls1' }), []);
    });

    it('log everything where a flow has another word: nobody is deaf for the sake of a log', () => {
        const log = (word: string) => readSettings(settings, { ...good, log: word }, credentials).log;
        assert.deepEqual([log('errors'), log('sometimes')], ['errors', 'always']);
    });

    it('keep wires with their names when rows are sorted, removed, renamed and added', () => {
        assert.deepEqual(outputMoves(named('a b'), named('b a')), { 0: '0', 1: '2', 2: '1' });
        assert.deepEqual(outputMoves(named('a b'), named('b')), { 0: '0', 1: '-1', 2: '1' });
        assert.deepEqual(outputMoves(named('a b'), named('a c')), { 0: '0', 1: '1', 2: '2' });
        assert.deepEqual(outputMoves(named('a'), named('a b')), { 0: '0', 1: '1', new1: 2 });
    });
});
