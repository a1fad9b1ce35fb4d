import assert from 'node:assert/strict';
import type { CommandResult } from '../../../../lib/core/driver';
import type { UpsError } from '../../../../lib/core/errors';

import { RETURN_ORDERS } from '../../../../lib/protocols/delta/commands';
import { RETURN_INTERPRETATIONS } from '../../../../simulators/delta-ups/delta-ups';
import { DeltaBench } from './driver-bench';
import { allInEnglish } from '../../../support/in-english';

const RETURN_UNSEEN = 'the UPS shows its countdown, not whether it will come back';

describe('Shutting a UPS of protocol 1.44 down', () => {
    const bench = new DeltaBench();
    const sets = () =>
        bench.wire.sent.filter((sent) => sent.startsWith('S')).map((sent) => sent.split(' ').slice(2).join(' '));

    it('shutdown with return: type, delay, and minutes rounded up; confirmed by the countdown', async () => {
        const ups = bench.simulate();
        const { driver } = await bench.watch();
        ups.ups.setMains(false);
        const result = await bench.execute(driver, {
            type: 'shutdown',
            seconds: 60,
            restoreSeconds: 61,
            scope: 'output',
        });
        assert.deepEqual(allInEnglish(result), {
            confirmed: true,
            detail: `accepted by the UPS (SDT1, SDR2, SDA60); ${RETURN_UNSEEN}`,
        });
        assert.deepEqual(sets(), ['SDT1', 'SDR2', 'SDA60']);
        const { settings } = ups.ups.reading();
        assert.equal(Number(settings?.upsStartupAfterDelay) - Number(settings?.upsShutdownAfterDelay), 120);
        assert.equal(((await bench.execute(driver, { type: 'abort-shutdown' })) as CommandResult).confirmed, true);
        assert.equal(sets().at(-1), 'SDA0');
        await bench.clock.advance(120_000);
        assert.equal(ups.ups.reading().output?.source, 'battery');
    });

    it('0 seconds are 1, for 0 would abort; beyond 9999 nothing is sent', async () => {
        bench.simulate();
        const { driver } = await bench.watch();
        await bench.execute(driver, { type: 'shutdown', seconds: 0, scope: 'system' });
        assert.deepEqual(sets(), ['SDT2', 'SDA1']);
        const error = await bench.execute(driver, { type: 'shutdown', seconds: 10_000, scope: 'output' });
        assert.equal((error as UpsError).code, 'out-of-range');
        assert.equal(sets().length, 2);
    });

    it('a refused return leaves no shutdown behind: nothing has begun, or it is undone', async () => {
        for (const [order, sent] of [
            ['before', ['SDT1', 'SDR1']],
            ['after', ['SDT1', 'SDA60', 'SDR1', 'SDA0']],
        ] as const) {
            const ups = bench.simulate();
            ups.faults.reject = ['SDR'];
            const { driver } = await bench.watch(0, { returnOrder: order });
            const error = await bench.execute(driver, {
                type: 'shutdown',
                seconds: 60,
                restoreSeconds: 60,
                scope: 'output',
            });
            assert.equal((error as UpsError).code, 'device-refused');
            assert.deepEqual(sets(), sent);
            assert.ok(!ups.ups.reading().alarms?.includes('shutdown-pending'));
            bench.upses.splice(0).forEach((each) => (each.destroy(), each.ups.destroy()));
            await driver.stop();
        }
    });

    for (const reading of RETURN_INTERPRETATIONS) {
        for (const order of RETURN_ORDERS) {
            const comesBack = reading === 'any' || reading === order;
            it(`return sent ${order} the shutdown to a UPS that takes it ${reading}: ${comesBack ? 'back' : 'stays off'}`, async () => {
                const ups = bench.simulate({ returnOrder: reading });
                const { driver } = await bench.watch(0, { returnOrder: order });
                const shutdown = { type: 'shutdown', seconds: 10, restoreSeconds: 60, scope: 'output' } as const;
                assert.equal(((await bench.execute(driver, shutdown)) as CommandResult).confirmed, true);
                await bench.clock.advance(20_000);
                assert.equal(ups.ups.reading().output?.source, 'none');
                await bench.clock.advance(120_000);
                assert.equal(ups.ups.reading().output?.source, comesBack ? 'normal' : 'none');
            });
        }
    }

    it('a return without an acknowledgement is undone, unless a countdown of another job runs', async () => {
        const ups = bench.simulate();
        const { driver } = await bench.watch();
        const shutdown = { type: 'shutdown', seconds: 60, restoreSeconds: 60, scope: 'output' } as const;
        ups.on('set', ({ command }) => (ups.faults.noAcknowledge = command.startsWith('SDR')));
        assert.equal(((await bench.execute(driver, shutdown)) as UpsError).code, 'device-silent');
        assert.deepEqual(sets(), ['SDT1', 'SDR1', 'SDR1', 'SDA0']);
        await bench.execute(driver, { ...shutdown, seconds: 600, restoreSeconds: undefined });
        assert.equal(((await bench.execute(driver, shutdown)) as UpsError).code, 'device-silent');
        assert.deepEqual(sets().slice(-3), ['SDT1', 'SDR1', 'SDR1']);
        assert.ok(ups.ups.reading().alarms?.includes('shutdown-pending'));
    });

    it('an order without its acknowledgement is given once more, and the shutdown goes on', async () => {
        for (const lost of ['SDT', 'SDA', 'SDR']) {
            const ups = bench.simulate();
            let times = 0;
            ups.on('set', ({ command }) => (ups.faults.noAcknowledge = command.startsWith(lost) && times++ === 0));
            const { driver } = await bench.watch(ups.id);
            const shutdown = { type: 'shutdown', seconds: 60, restoreSeconds: 60, scope: 'output' } as const;
            const result = await bench.execute(driver, shutdown);
            assert.equal((result as CommandResult).confirmed, true, lost);
            assert.equal(sets().filter((set) => set.startsWith(lost)).length, 2);
            assert.ok(!sets().includes('SDA0'));
            bench.upses.splice(0).forEach((each) => (each.destroy(), each.ups.destroy()));
            await driver.stop();
        }
    });

    it('a shutdown that may have begun is undone when the rest cannot be sent', async () => {
        const ups = bench.simulate({ offered: ['SDA', 'SDR'] });
        ups.on('set', ({ command }) => (ups.faults.noAcknowledge = command === 'SDA60'));
        const { driver } = await bench.watch(0, { returnOrder: 'after' });
        const error = await bench.execute(driver, {
            type: 'shutdown',
            seconds: 60,
            restoreSeconds: 60,
            scope: 'output',
        });
        assert.equal((error as UpsError).code, 'device-silent');
        assert.deepEqual(sets(), ['SDA60', 'SDA60', 'SDA0']);
        assert.ok(!ups.ups.reading().alarms?.includes('shutdown-pending'));
    });

    it('what never began is not undone: the countdown of another job goes on', async () => {
        const ups = bench.simulate();
        const { driver } = await bench.watch();
        await bench.execute(driver, { type: 'shutdown', seconds: 600, scope: 'output' });
        ups.on('set', ({ command }) => (ups.faults.noAcknowledge = command.startsWith('SDT')));
        const error = await bench.execute(driver, { type: 'shutdown', seconds: 60, scope: 'system' });
        assert.equal((error as UpsError).code, 'device-silent');
        assert.ok(!sets().includes('SDA0'));
        assert.ok(ups.ups.reading().alarms?.includes('shutdown-pending'));
    });
});
