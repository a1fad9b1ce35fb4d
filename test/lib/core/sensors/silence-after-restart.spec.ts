import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { ContactSource } from '../../../../lib/core/sensors/contact-source';
import { SensorSource } from '../../../../lib/core/sensors/sensor-source';
import { FakeClock } from '../../../support/fake-clock';

/** Sources that are told changes only, and never hear again of what is on. */
const SOURCES = {
    contact: {
        event: 'on',
        make: (clock: FakeClock, journal: MemoryJournal) =>
            new ContactSource({
                id: 's1',
                name: 'Fire',
                clock,
                journal,
                config: { contact: 'no' },
                text: (id, on) => `${id} ${on}`,
            }),
        trip: (source: unknown) => (source as ContactSource).take(true),
        clear: (source: unknown) => (source as ContactSource).take(false),
    },
    sensor: {
        event: 'alarm-high',
        make: (clock: FakeClock, journal: MemoryJournal) =>
            new SensorSource({
                id: 's1',
                name: 'Rack',
                clock,
                journal,
                unit: '°C',
                config: { alarmHigh: 40, timeoutSeconds: 0 },
                text: (id, on) => `${id} ${on}`,
            }),
        trip: (source: unknown) => (source as SensorSource).take(50),
        clear: (source: unknown) => (source as SensorSource).take(20),
    },
};

for (const [kind, { event, make, trip, clear }] of Object.entries(SOURCES)) {
    describe(`${kind} that is not heard after a restart`, () => {
        let clock: FakeClock;
        let journal: MemoryJournal;

        beforeEach(() => {
            clock = new FakeClock();
            journal = new MemoryJournal();
        });

        const restarted = (before: (source: unknown) => void) => {
            const old = make(clock, journal);
            old.start();
            before(old);
            old.destroy();
            const source = make(clock, journal);
            let checks = 0;
            source.subscribe(({ kind: change }) => change === 'check' && checks++);
            source.start();
            return { source, checks: () => checks };
        };

        it('confirms after half a minute what was on, so that what waits for it goes on', () => {
            const { source, checks } = restarted(trip);
            clock.advanceSync(29_000);
            assert.equal(source.stateOf(event).confirmed, false);
            const before = checks();
            clock.advanceSync(2000);
            const { active, confirmed } = source.stateOf(event);
            assert.deepEqual({ active, confirmed }, { active: true, confirmed: true });
            assert.ok(checks() > before, 'those who wait are told');
            source.destroy();
            assert.equal(clock.pending, 0);
        });

        it('confirms what was off as well', () => {
            const { source } = restarted(clear);
            clock.advanceSync(31_000);
            const { active, confirmed } = source.stateOf(event);
            assert.deepEqual({ active, confirmed }, { active: false, confirmed: true });
            source.destroy();
        });

        it('leaves no timer when it closes before', () => {
            restarted(trip).source.destroy();
            assert.equal(clock.pending, 0);
        });
    });
}
