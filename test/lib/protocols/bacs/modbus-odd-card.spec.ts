import assert from 'node:assert/strict';
import type { UpsError } from '../../../../lib/core/errors';
import { BacsDriver } from '../../../../lib/protocols/bacs/driver';
import { ModbusReader } from '../../../../lib/protocols/bacs/modbus-reader';
import { wordsIn } from '../../../../nodes/shared/words/site-words';
import { errorText } from '../../../../nodes/shared/words/texts';
import { BacsMemory, BatteryWatch } from '../../../support/bacs-memory';
import { FakeClock } from '../../../support/fake-clock';

describe('A BACS card that is odd, or slow', () => {
    let clock: FakeClock;
    let card: BacsMemory;
    let watch: BatteryWatch;
    let driver: BacsDriver;
    let warnings: UpsError[];

    /** A card with so many modules, and a driver that has begun. */
    async function begin(modules = 8, strings = 2) {
        card = new BacsMemory(clock, modules, strings);
        await startOn(card);
    }

    async function startOn(line: BacsMemory) {
        const path = new ModbusReader({ clock, line, unitId: 1, host: 'card', addressOffset: 0 });
        const warn = (error: UpsError) => warnings.push(error);
        driver = new BacsDriver({ clock, host: 'card', path, sweepMs: 10_000, warn });
        driver.start(watch);
        await clock.advance(0);
    }

    beforeEach(() => {
        clock = new FakeClock();
        watch = new BatteryWatch();
        warnings = [];
    });

    afterEach(async () => {
        await driver.stop();
        assert.equal(clock.pending, 0);
    });

    it('believes no flags with counts that cannot be, until they are told twice: registers may hold rubbish', async () => {
        await begin();
        await clock.advance(3000);
        let word = 17;
        card.onRead = ({ table, address, count }) => {
            for (let at = address; at < address + count; at++)
                card.set(table, at, (word = (word * 75 + 74) % 65_537) % 65_536);
        };
        const before = watch.all.flags.length;
        const sweeps = watch.all.sweeps.length;
        await clock.advance(20_000);
        assert.equal(watch.all.flags.length, before);
        assert.equal(watch.all.sweeps.length, sweeps);
        const state = watch.all.states.at(-1)!;
        assert.deepEqual([state.state, 'code' in state && state.code], ['waiting', 'protocol']);
        card.onRead = undefined;
        card.flags('breaker-open');
        card.counts(8, 2);
        await clock.advance(2000);
        assert.deepEqual([...watch.lastFlags.states].sort(), ['breaker-open', 'monitoring-started']);
        assert.equal(watch.all.states.at(-1)!.state, 'ready');
    });

    it('takes the flags of a card that starts, though it counts no module', async () => {
        await begin();
        await clock.advance(3000);
        card.flags('initializing');
        card.counts(0, 0);
        await clock.advance(2000);
        assert.deepEqual([...watch.lastFlags.states].sort(), ['initializing', 'monitoring-started']);
        assert.equal(watch.all.states.at(-1)!.state, 'ready');
        card.flags('initializing', 'ground-fault');
        await clock.advance(2000);
        assert.ok(watch.lastFlags.states.has('ground-fault'));
    });

    it('reads all values, too, where the reading of the flags alone takes longer than a second', async () => {
        card = new BacsMemory(clock, 8, 2);
        card.delayMs = 700;
        await startOn(card);
        await clock.advance(120_000);
        assert.ok(watch.all.sweeps.length >= 6, `${watch.all.sweeps.length} passes`);
        assert.ok(watch.all.flags.length >= 50, `${watch.all.flags.length} flags`);
    });

    it('says so when no sweep comes to its end: the card is too slow, or counts anew all the time', async () => {
        card = new BacsMemory(clock, 512, 16);
        card.delayMs = 1500;
        await startOn(card);
        await clock.advance(600_000);
        assert.deepEqual(
            warnings.map(({ code }) => code),
            ['device-refused'],
        );
        assert.match(
            errorText(wordsIn('en-US'), warnings[0]),
            /^card is too slow: reading all values takes longer than a minute\. Raise/,
        );
        assert.equal(watch.all.sweeps.length, 0);
        card.delayMs = 0;
        card.counts(8, 2);
        await clock.advance(60_000);
        assert.ok(watch.all.sweeps.length > 1);
        warnings = [];
        let modules = 8;
        card.onRead = ({ address }) => address <= 1005 && card.counts((modules = modules === 8 ? 6 : 8), 2);
        await clock.advance(120_000);
        assert.deepEqual(
            warnings.map(({ code }) => code),
            ['device-refused'],
        );
        assert.match(
            errorText(wordsIn('en-US'), warnings[0]),
            /^card changes its count of battery modules all the time.* Check the modules/,
        );
    });
});
