import assert from 'node:assert/strict';
import { BuzzerSource } from '../../../../lib/core/buzzer/buzzer-source';
import { buzzerPattern, readRhythm } from '../../../../lib/core/buzzer/pattern';
import { Rhythm } from '../../../../lib/core/buzzer/rhythm';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventMessage } from '../../../../lib/core/messages';
import { FakeClock } from '../../../support/fake-clock';

const edge = (active: boolean, episode = 'e1'): EventMessage => ({
    topic: 'UPS/power-fail',
    payload: active,
    event: {
        id: 'power-fail',
        source: 'UPS',
        sourceId: 'u',
        level: 'alarm',
        active,
        since: 1,
        at: 1,
        episode,
        text: 'Mains failed',
    },
});

describe('buzzer', () => {
    let clock: FakeClock;
    let journal: MemoryJournal;
    let sounds: boolean[];
    let edges: string[];
    let decided: ((holds: boolean) => void)[];
    let source: BuzzerSource;

    function begin(limitMs = 0): void {
        sounds = [];
        edges = [];
        decided = [];
        source = new BuzzerSource({
            id: 'b',
            name: 'Horn',
            clock,
            journal,
            limitMs,
            text: (active) => (active ? 'on' : 'off'),
            sound: (on) => sounds.push(on),
            decide: (_message, done) => {
                decided.push(done);
                return () => {};
            },
        });
        source.subscribe((change) => {
            if (change.kind === 'edge') edges.push(`${change.event.id} ${change.event.active}`);
        });
        source.start();
    }

    beforeEach(() => {
        clock = new FakeClock();
        journal = new MemoryJournal();
        begin();
    });

    it('sounds as long as one of its events lasts, and is itself an event', () => {
        source.take(edge(true));
        source.take(edge(true, 'e2'));
        source.take(edge(false));
        assert.deepEqual([sounds, source.state], [[true], 'sounding']);
        source.take(edge(false, 'e2'));
        assert.deepEqual(sounds, [true, false]);
        assert.deepEqual(edges, ['buzzer-on true', 'buzzer-on false']);
    });

    it('muted for an occurrence is silent until the next one', () => {
        source.take(edge(true));
        source.mute('episode');
        assert.deepEqual([sounds, source.state], [[true, false], 'muted']);
        source.take(edge(true, 'e2'));
        assert.deepEqual(sounds, [true, false, true]);
    });

    it('muted altogether is silent until it is unmuted', () => {
        source.mute('all');
        source.take(edge(true));
        assert.deepEqual(sounds, []);
        source.unmute();
        assert.deepEqual(sounds, [true]);
    });

    it('falls silent at its limit, counted for each occurrence', () => {
        begin(60_000);
        source.take(edge(true));
        clock.advanceSync(40_000);
        source.take(edge(true, 'e2'));
        clock.advanceSync(59_000);
        assert.deepEqual(sounds, [true]);
        clock.advanceSync(1_000);
        assert.deepEqual([sounds, source.state], [[true, false], 'over']);
        assert.equal(clock.pending, 0);
    });

    it('goes on after a restart when the event does, and within the same limit, without a second event', () => {
        begin(60_000);
        source.take(edge(true));
        clock.advanceSync(20_000);
        source.destroy();
        assert.equal(clock.pending, 0, 'no timer is left');
        begin(60_000);
        assert.deepEqual([sounds, edges], [[], []]);
        decided[0]!(true);
        assert.deepEqual([sounds, edges], [[true], []], 'it was on all the time');
        clock.advanceSync(40_000);
        assert.deepEqual([sounds, edges], [[true, false], ['buzzer-on false']]);
    });

    it('sounds for its time, whatever is done to the wall clock while the process is dead', () => {
        for (const hours of [-5, 5]) {
            clock = new FakeClock();
            clock.boot = { id: 'a', origin: 500_000 };
            journal = new MemoryJournal();
            begin(60_000);
            source.take(edge(true));
            clock.advanceSync(20_000);
            source.destroy();
            clock.advanceSync(10_000);
            clock.jumpWall(hours * 3600_000);
            begin(60_000);
            decided[0]!(true);
            assert.equal(source.state, 'sounding', `${hours} h`);
            clock.advanceSync(29_000);
            assert.equal(source.state, 'sounding');
            clock.advanceSync(1000);
            assert.equal(source.state, 'over');
            source.destroy();
        }
    });

    it('ends after a restart when the event ended meanwhile', () => {
        source.take(edge(true));
        source.destroy();
        begin();
        decided[0]!(false);
        assert.deepEqual([sounds, edges], [[false], ['buzzer-on false']], 'a relay that was left on goes off');
    });

    it('stays muted over a restart', () => {
        source.take(edge(true));
        source.mute('episode');
        source.destroy();
        begin();
        decided[0]!(true);
        assert.deepEqual([sounds, source.state], [[], 'muted']);
    });
});

describe('a buzzer with more causes than anyone has', () => {
    const plain = (topic: string, active = true): EventMessage => {
        const { event } = edge(active, '');
        return { topic, payload: active, event: { ...event, id: topic, sourceId: '', level: 'info', text: topic } };
    };
    let clock: FakeClock;
    let journal: MemoryJournal;
    let sounds: boolean[];
    const begin = (limitMs: number) => {
        const source = new BuzzerSource({
            ...{ id: 'b', name: 'Horn', clock, journal, limitMs },
            text: () => '',
            sound: (on) => sounds.push(on),
            decide: () => () => {},
        });
        source.start();
        return source;
    };
    const kept = () => (journal.getValue('b', 'buzzer') as { causes: { message: EventMessage }[] }).causes;

    beforeEach(() => {
        clock = new FakeClock();
        journal = new MemoryJournal();
        sounds = [];
    });

    it('is heard at a power failure, also after a restart: the oldest plain topic gives way', () => {
        const first = begin(60_000);
        for (let index = 0; index < 500; index++) first.take(plain(`door/${index}`));
        assert.equal(kept().length, 200);
        clock.advanceSync(60_000);
        assert.deepEqual(sounds, [true, false]);
        first.destroy();
        const second = begin(60_000);
        second.take(edge(true));
        assert.equal(second.state, 'sounding');
        assert.equal(kept().length, 200);
        assert.ok(!kept().some(({ message }) => message.topic === 'door/300'), 'the oldest');
        second.take(plain('door/499', false));
        assert.equal(kept().length, 199);
    });

    it('lets no plain topic take the place of an occurrence, and an alarm that of a notice', () => {
        const source = begin(0);
        for (let index = 0; index < 200; index++) {
            const { event, ...rest } = edge(true, `e${index}`);
            source.take({ ...rest, event: { ...event, level: index === 7 ? 'info' : 'alarm' } });
        }
        source.take(plain('door'));
        source.take(edge(true, 'next'));
        const episodes = kept().map(({ message }) => message.event.episode);
        assert.equal(episodes.length, 200);
        assert.ok(episodes.includes('next') && !episodes.includes('e7') && !episodes.includes(''));
    });

    it('keeps no status and no endless topic', () => {
        const source = begin(0);
        source.take({ ...plain('x'.repeat(100_000)), status: { time: 1 } as never });
        assert.ok(JSON.stringify(kept()).length < 5000);
        source.take(plain('x'.repeat(100_000), false));
        assert.equal(source.state, 'silent');
    });
});

describe('buzzer rhythm', () => {
    it('beats its pattern without drift, and ends off', () => {
        const clock = new FakeClock();
        const beats: string[] = [];
        const rhythm = new Rhythm(clock, [200, 100, 300, 400], (on) => beats.push(`${clock.monotonic()} ${on}`));
        rhythm.start();
        clock.advanceSync(1_250);
        rhythm.stop();
        rhythm.stop();
        assert.deepEqual(beats, ['0 true', '200 false', '300 true', '600 false', '1000 true', '1200 false']);
        assert.equal(clock.pending, 0);
    });

    it('is read from a name or from what was typed', () => {
        assert.deepEqual(buzzerPattern('fast', ''), [250, 250]);
        assert.deepEqual(buzzerPattern('own', '500, 100'), [500, 100]);
        for (const typed of ['', '1 2', '100 x', '100 100 100', '100 9999999'])
            assert.equal(readRhythm(typed), undefined, typed);
    });
});
