import assert from 'node:assert/strict';
import type { UpsCommand } from '../../../../lib/core/driver';
import { servedUps, type ServedUps } from '../../../../lib/core/served/served-ups';
import { ServedAlias, type AliasOptions, type WritableUnit } from '../../../../lib/protocols/nut-server/served-alias';
import { onMains, UnitBench } from '../../../support/fake-ups';

describe('a name of a served UPS', () => {
    let bench: UnitBench;
    let served: ServedUps | undefined;
    const settable: string[] = [];
    const unit: WritableUnit = {
        supports: (command: UpsCommand) =>
            command.type === 'set' ? settable.includes(command.setting) : ['buzzer', 'outlet'].includes(command.type),
        settingsInfo: () => ({
            'ups.delay.start': { writable: true, min: 0, max: 60 },
            'ups.beeper.status': { writable: true, options: ['enabled', 'disabled'] },
            'battery.charge.low': { writable: true, lockedNow: true },
            'ups.id': { writable: false },
        }),
    };
    const alias = (over: Partial<AliasOptions> = {}) =>
        new ServedAlias({
            name: 'ups',
            description: () => 'UPS 1',
            listed: true,
            lowSeconds: 0,
            writes: true,
            served: () => served,
            unit: () => unit,
            isForced: () => false,
            write: () => Promise.resolve(),
            force: () => undefined,
            ...over,
        });

    beforeEach(() => {
        settable.length = 0;
        bench = new UnitBench();
        bench.readFor(2, () =>
            onMains({
                outlets: [{ id: '2', on: true }],
                settings: { 'ups.delay.shutdown': 40, 'ups.delay.start': 30, 'ups.beeper.status': 'enabled' },
            }),
        );
        served = servedUps(bench.unit);
    });
    afterEach(() => bench.unit.destroy());

    it('is encoded once, until the UPS stands otherwise or a shutdown is ordered', () => {
        let forced = false;
        const told = alias({ isForced: () => forced });
        const first = told.variables();
        assert.equal(told.variables(), first);
        forced = true;
        assert.equal(told.variables()!.get('ups.status'), 'FSD OB');
        forced = false;
        served = servedUps(bench.unit);
        assert.notEqual(told.variables(), first);
    });

    it('says why nothing is told, and orders a shutdown also of a UPS that is not there', () => {
        served = undefined;
        assert.deepEqual([alias().variables(), alias().absence], [undefined, 'DRIVER-NOT-CONNECTED']);
        assert.equal(
            alias({ isForced: () => true })
                .variables()!
                .get('ups.status'),
            'FSD OB',
        );
        bench.clock.advanceSync(120_000);
        served = servedUps(bench.unit);
        assert.equal(alias().absence, 'DATA-STALE');
    });

    it('can be written where its device says so, each value in its bounds', () => {
        settable.push('ups.delay.shutdown');
        assert.deepEqual(Object.fromEntries(alias().writable()), {
            'ups.delay.start': { isNumber: true, min: 0, max: 60 },
            'ups.beeper.status': { isNumber: false, choices: ['enabled', 'disabled'] },
            'ups.delay.shutdown': { isNumber: true },
        });
    });

    it('has the commands that its device can do, and the delays that it has set', () => {
        assert.deepEqual(alias().commands(), [
            ...['beeper.disable', 'beeper.enable', 'beeper.mute'],
            ...['outlet.2.load.cycle', 'outlet.2.load.off', 'outlet.2.load.on'],
        ]);
        assert.deepEqual(alias().command('shutdown.return', undefined), {
            type: 'shutdown',
            scope: 'output',
            seconds: 40,
            restoreSeconds: 30,
        });
    });

    it('offers nothing to write unless writing is on', () => {
        const closed = alias({ writes: false });
        assert.deepEqual([closed.commands(), closed.writable().size], [[], 0]);
    });
});
