import assert from 'node:assert/strict';
import { BuzzerSource } from '../../../../lib/core/buzzer/buzzer-source';
import type { LocalSource } from '../../../../lib/core/events/local-source';
import { OnBatteryEvents } from '../../../../lib/core/events/on-battery';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { MarkerSource } from '../../../../lib/core/markers/marker-source';
import type { EventMessage } from '../../../../lib/core/messages';
import { parseRule } from '../../../../lib/core/schedules/rule';
import { ScheduleSource } from '../../../../lib/core/schedules/schedule-source';
import { ContactSource } from '../../../../lib/core/sensors/contact-source';
import { SensorSource } from '../../../../lib/core/sensors/sensor-source';
import { ThresholdSource } from '../../../../lib/core/thresholds/threshold-source';
import { zoneOf } from '../../../../lib/zones/temporal-zone';
import { FakeClock } from '../../../support/fake-clock';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

/** A journal that can be taken over, as that of a cluster of two processes. */
class SharedJournal extends MemoryJournal {
    readonly listeners = new Set<() => void>();

    onTakenOver(listener: () => void): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }
}

type Startable = LocalSource & { start(): void };

interface Given {
    clock: FakeClock;
    journal: SharedJournal;
    ups: UnitBench;
}

interface Kind {
    /** The event that `move(true)` begins. */
    event: string;
    /** It listens to a UPS by itself. */
    follows?: boolean;
    make(given: Given): { source: Startable; move(on: boolean): void };
}

const NAMED = { id: 's1', name: 'Source 1' };
const yearly = parseRule({
    start: '2026-01-15T04:01',
    repeat: 'daily',
    monthEnd: 'last',
    ending: 'after',
    seconds: 7200,
    until: '',
    windows: [],
});
const edge = (active: boolean): EventMessage => ({
    topic: 'UPS/power-fail',
    payload: active,
    event: {
        ...{ id: 'power-fail', source: 'UPS', sourceId: 'u', level: 'alarm', active },
        ...{ since: 1, at: 1, episode: 'e1', text: '' },
    },
});

const KINDS: Record<string, Kind> = {
    contact: {
        event: 'on',
        make: ({ clock, journal }) => {
            const config = { contact: 'no', timeoutSeconds: 100_000 } as const;
            const source = new ContactSource({ ...NAMED, clock, journal, config, text: () => '' });
            return { source, move: (on) => source.take(on) };
        },
    },
    sensor: {
        event: 'alarm-high',
        make: ({ clock, journal }) => {
            const config = { alarmHigh: 40, timeoutSeconds: 100_000 };
            const source = new SensorSource({ ...NAMED, clock, journal, config, text: () => '' });
            return { source, move: (on) => source.take(on ? 50 : 20) };
        },
    },
    marker: {
        event: 'on',
        make: ({ clock, journal }) => {
            const config = { logic: 'or', inputs: ['Glass/on'] } as const;
            const decide = () => () => {};
            const source = new MarkerSource({
                ...{ ...NAMED, clock, journal, decide, text: () => '' },
                config: { ...config, inputs: [...config.inputs] },
            });
            return { source, move: (on) => source.take('Glass/on', on) };
        },
    },
    buzzer: {
        event: 'buzzer-on',
        make: ({ clock, journal }) => {
            const decide = () => () => {};
            const sound = () => {};
            const source = new BuzzerSource({
                ...{ ...NAMED, clock, journal, decide, sound, text: () => '' },
                limitMs: 100_000_000,
            });
            return { source, move: (on) => source.take(edge(on)) };
        },
    },
    schedule: {
        event: 'schedule',
        make: ({ clock, journal }) => {
            const source = new ScheduleSource({
                ...{ ...NAMED, clock, journal, zone: zoneOf('Europe/Berlin'), rule: yearly },
                ...{ missed: 'run', maxAgeSeconds: undefined, text: () => '', skippedText: () => '' },
            });
            return { source, move: () => clock.advanceSync(61_000) };
        },
    },
    threshold: {
        event: 'warning',
        follows: true,
        make: ({ journal, ups }) => {
            const config = {
                value: 'battery.chargePercent',
                warning: { enabled: true, comparison: 'less-than', low: 95 },
            } as const;
            const source = new ThresholdSource({ ...NAMED, journal, unit: ups.unit, config, text: () => '' });
            return { source, move: (on) => ups.driver.read(on ? onBattery() : onMains()) };
        },
    },
    'event on battery': {
        event: 'over-temperature',
        follows: true,
        make: ({ journal, ups }) => {
            const options = { id: 's1', journal, unit: ups.unit, wanted: new Set<string>(), text: () => '' };
            const source = new OnBatteryEvents(options);
            const hot = () => ups.driver.read(onBattery({ alarms: ['on-battery', 'temp-bad'] }));
            return { source, move: (on) => (on ? hot() : ups.driver.read(onMains())) };
        },
    },
};

for (const [kind, { event, follows, make }] of Object.entries(KINDS)) {
    describe(`a source that is closed: ${kind}`, () => {
        let given: Given;

        beforeEach(() => {
            const journal = new SharedJournal();
            const clock = new FakeClock();
            given = { clock, journal, ups: new UnitBench({ staleSeconds: 100_000 }, clock, new MemoryJournal()) };
        });

        const started = () => {
            const made = make(given);
            let told = 0;
            made.source.subscribe(() => told++);
            made.source.start();
            return { ...made, told: () => told };
        };

        it('tells its followers nothing more, holds no timer, and leaves the journal to its successor', () => {
            const idle = given.clock.pending;
            const { source, move, told } = started();
            assert.equal(given.journal.listeners.size, 1);
            move(true);
            source.destroy();
            assert.equal(given.clock.pending, idle);
            assert.equal(given.journal.listeners.size, 0);
            const before = told();
            move(false);
            assert.equal(told(), before);
            source.destroy();
        });

        it('has noted to the second how long its event has lasted, whatever the wall clock did meanwhile', () => {
            const { source, move } = started();
            move(false);
            move(true);
            given.clock.advanceSync(100);
            assert.equal(source.isActive(event), true);
            const { elapsedMs: before } = source.stateOf(event);
            given.clock.jumpWall(3_600_000);
            given.clock.advanceSync(7000);
            source.destroy();
            const [kept] = given.journal.openEpisodes('s1').filter(({ eventId }) => eventId === event);
            assert.equal(kept!.elapsedMs, before! + 7000);
            if (!follows) return;
            move(false);
            assert.ok(
                given.journal.openEpisodes('s1').some(({ episode }) => episode === kept!.episode),
                'what its UPS says now is for its successor',
            );
        });
    });
}
