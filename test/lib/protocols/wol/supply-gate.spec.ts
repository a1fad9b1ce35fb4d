import { strict as assert } from 'node:assert';
import { UpsError } from '../../../../lib/core/errors';
import type { Supply, SupplySource } from '../../../../lib/core/commands/supply';
import { SupplyGate, type GateProgress, type GateSettings } from '../../../../lib/protocols/wol/supply-gate';
import { FakeClock } from '../../../support/fake-clock';
import { inEnglish } from '../../../support/in-english';

class Lab implements SupplySource {
    readonly name = 'UPS';
    readonly clock = new FakeClock();
    readonly watchers = new Set<() => void>();
    private supply: Supply = { onMains: false, chargePercent: undefined };

    now(): Supply {
        return this.supply;
    }

    watch(changed: () => void) {
        this.watchers.add(changed);
        return () => void this.watchers.delete(changed);
    }

    is(supply: Partial<Supply>): void {
        this.supply = { ...this.supply, ...supply };
        for (const changed of [...this.watchers]) changed();
    }

    start(settings: Partial<GateSettings>, progress: GateProgress = {}) {
        const stop = new AbortController();
        const seen = { open: false, error: undefined as UpsError | undefined, told: [] as string[], saved: 0 };
        const gate = new SupplyGate(
            this,
            { chargePercent: 60, mainsSeconds: 300, limitSeconds: 0, ...settings },
            progress,
            () => seen.saved++,
        );
        const unguard = gate.guard(() => stop.abort(new UpsError('mains-failed-again')));
        gate.open(stop.signal, (text) => seen.told.push(inEnglish(text))).then(
            () => (seen.open = true),
            (error: UpsError) => (seen.error = error),
        );
        return { seen, stop, unguard, progress };
    }
}

describe('SupplyGate', () => {
    it('opens when the mains are back for the time and the charge is there, not before', async () => {
        const lab = new Lab();
        const { seen } = lab.start({});
        await lab.clock.advance(60_000);
        assert.deepEqual([seen.open, seen.told.at(-1)], [false, 'no mains']);
        lab.is({ onMains: true, chargePercent: 40 });
        await lab.clock.advance(299_000);
        assert.equal(seen.told.at(-1), 'mains 1 s more');
        await lab.clock.advance(60_000);
        assert.deepEqual([seen.open, seen.told.at(-1)], [false, 'charge 40 % < 60 %']);
        lab.is({ chargePercent: 60 });
        await lab.clock.advance(0);
        assert.equal(seen.open, true);
    });

    it('waits for the time although the charge is there', async () => {
        const lab = new Lab();
        lab.is({ onMains: true, chargePercent: 100 });
        const { seen } = lab.start({});
        await lab.clock.advance(299_000);
        assert.equal(seen.open, false);
        await lab.clock.advance(1000);
        assert.equal(seen.open, true);
    });

    it('takes silence for no return, and a short one for no new failure', async () => {
        const lab = new Lab();
        lab.is({ onMains: true, chargePercent: 100 });
        const { seen } = lab.start({});
        await lab.clock.advance(200_000);
        lab.is({ onMains: undefined, chargePercent: undefined });
        await lab.clock.advance(200_000);
        assert.deepEqual([seen.open, seen.told.at(-1), seen.error], [false, 'UPS silent', undefined]);
        lab.is({ onMains: true, chargePercent: 100 });
        await lab.clock.advance(0);
        assert.equal(seen.open, true, 'the time has gone on');
    });

    it('does not take an unknown charge for enough', async () => {
        const lab = new Lab();
        lab.is({ onMains: true });
        const { seen } = lab.start({ mainsSeconds: 0 });
        await lab.clock.advance(3_600_000);
        assert.deepEqual([seen.open, seen.told.at(-1)], [false, 'charge unknown < 60 %']);
    });

    it('ends when the mains fail again, in the gate and after it', async () => {
        for (const charge of [10, 100]) {
            const lab = new Lab();
            const { seen, stop } = lab.start({ mainsSeconds: 0 });
            lab.is({ onMains: true, chargePercent: charge });
            await lab.clock.advance(5000);
            assert.equal(seen.open, charge === 100);
            lab.is({ onMains: false });
            await lab.clock.advance(0);
            assert.equal((stop.signal.reason as UpsError).code, 'mains-failed-again');
            assert.equal(seen.error?.code, charge === 100 ? undefined : 'mains-failed-again');
            assert.deepEqual([lab.watchers.size, lab.clock.pending], [0, 0]);
        }
    });

    it('gives up at its limit and says what was missing', async () => {
        const lab = new Lab();
        const { seen, unguard } = lab.start({ limitSeconds: 600 });
        await lab.clock.advance(599_000);
        assert.ok(!seen.error);
        await lab.clock.advance(2000);
        const error = seen.error as UpsError | undefined;
        assert.equal(error?.code, 'gate-not-open');
        assert.deepEqual(
            { ...error?.data, missing: inEnglish(error?.data.missing) },
            {
                ups: 'UPS',
                seconds: 600,
                missing: 'no mains, charge unknown < 60 %',
            },
        );
        unguard();
        assert.deepEqual([lab.watchers.size, lab.clock.pending], [0, 0]);
    });

    it('counts on after a restart, from the return of the mains and from the begin of the wait', async () => {
        const lab = new Lab();
        lab.is({ onMains: true, chargePercent: 10 });
        const { progress, stop } = lab.start({ limitSeconds: 1000 });
        await lab.clock.advance(100_000);
        stop.abort();
        await lab.clock.advance(150_000);
        const kept = JSON.parse(JSON.stringify(progress)) as GateProgress;
        lab.is({ chargePercent: 90 });
        const again = lab.start({ limitSeconds: 1000 }, kept);
        await lab.clock.advance(49_000);
        assert.equal(again.seen.open, false);
        await lab.clock.advance(1000);
        assert.equal(again.seen.open, true);

        const late = lab.start({ limitSeconds: 1000, chargePercent: 95 }, JSON.parse(JSON.stringify(progress)));
        await lab.clock.advance(701_000);
        assert.equal(late.seen.error?.code, 'gate-not-open');
    });

    for (const hours of [-5, 5]) {
        it(`counts on over a restart in which the wall clock was set by ${hours} h`, async () => {
            const lab = new Lab();
            lab.clock.boot = { id: 'a', origin: 500_000 };
            lab.is({ onMains: true, chargePercent: 10 });
            const { progress, stop } = lab.start({ limitSeconds: 1000 });
            await lab.clock.advance(100_000);
            stop.abort();
            await lab.clock.advance(20_000);
            lab.clock.jumpWall(hours * 3600_000);
            const kept = JSON.stringify(progress);
            lab.is({ chargePercent: 90 });
            const again = lab.start({ limitSeconds: 1000 }, JSON.parse(kept));
            await lab.clock.advance(179_000);
            assert.deepEqual([again.seen.open, again.seen.told.at(-1)], [false, 'mains 1 s more']);
            await lab.clock.advance(1000);
            assert.equal(again.seen.open, true);

            const late = lab.start({ limitSeconds: 1000, chargePercent: 95 }, JSON.parse(kept));
            await lab.clock.advance(699_000);
            assert.ok(!late.seen.error);
            await lab.clock.advance(2000);
            assert.equal((late.seen.error as UpsError | undefined)?.code, 'gate-not-open');
        });
    }

    it('stays open after a restart', async () => {
        const lab = new Lab();
        lab.is({ onMains: true, chargePercent: 5 });
        const { seen } = lab.start({}, { open: true, mainsSince: lab.clock.now() });
        await lab.clock.advance(0);
        assert.equal(seen.open, true);
    });

    it('stops at once if the mains have failed while nobody looked', async () => {
        const lab = new Lab();
        const { seen } = lab.start({}, { open: true, mainsSince: lab.clock.now() - 1000 });
        await lab.clock.advance(0);
        assert.equal(seen.error?.code, 'mains-failed-again');
    });
});
