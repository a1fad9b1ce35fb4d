import assert from 'node:assert/strict';
import { commandOf, instantNames } from '../../../../lib/protocols/nut/instant-commands';

describe('instant commands of NUT as commands', () => {
    it('takes the delay of the client, else that of the UPS, else the usual one', () => {
        const seconds = (given?: number, shutdown?: number) =>
            commandOf('load.off.delay', given, { shutdown }) as { seconds: number };
        assert.deepEqual([seconds(5, 40).seconds, seconds(undefined, 40).seconds, seconds().seconds], [5, 40, 20]);
    });

    it('switches the output off with a return and without', () => {
        assert.deepEqual(commandOf('shutdown.return', undefined), {
            type: 'shutdown',
            scope: 'output',
            seconds: 20,
            restoreSeconds: 30,
        });
        assert.deepEqual(commandOf('load.off', undefined), { type: 'shutdown', scope: 'output', seconds: 0 });
    });

    it('switches outlets by their number', () => {
        assert.deepEqual(instantNames(['3']).slice(-3), [
            'outlet.3.load.cycle',
            'outlet.3.load.off',
            'outlet.3.load.on',
        ]);
        assert.deepEqual(commandOf('outlet.3.load.off', undefined), { type: 'outlet', outlet: '3', action: 'off' });
    });

    for (const name of ['', 'nope', 'constructor', '__proto__', 'outlet.0.load.on', 'outlet.x.load.on', 'load']) {
        it(`knows no "${name}"`, () => assert.equal(commandOf(name, undefined), undefined));
    }

    it('has a command for each name that it offers', () => {
        for (const name of instantNames(['1'])) assert.ok(commandOf(name, undefined), name);
    });
});
