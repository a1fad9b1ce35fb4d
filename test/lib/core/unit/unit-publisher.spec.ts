import assert from 'node:assert/strict';
import { EpisodeJournal } from '../../../../lib/core/events/episodes';
import type { Edge } from '../../../../lib/core/events/event-engine';
import type { NewLogEntry } from '../../../../lib/core/journal/event-log';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { UnitPublisher } from '../../../../lib/core/unit/unit-publisher';
import { UnitStatus } from '../../../../lib/core/unit/unit-status';
import { emptyStatus } from '../../../../lib/core/status/status';
import { FakeClock } from '../../../support/fake-clock';

/** Writes down in which order things are written, and what is inside of one transaction. */
class TracedJournal extends MemoryJournal {
    readonly trace: string[] = [];

    override transaction<T>(work: () => T): T {
        this.trace.push('begin');
        try {
            return super.transaction(work);
        } finally {
            this.trace.push('end');
        }
    }
}

function bench() {
    const clock = new FakeClock();
    const journal = new TracedJournal();
    const episodes = new EpisodeJournal('unit1', clock, journal);
    const status = new UnitStatus({ onSilence: 'continue' }, clock, episodes, { estimate: () => ({}) });
    const entries: NewLogEntry[] = [];
    const problems: unknown[] = [];
    const note = (what: string) => () => void journal.trace.push(what);
    const publisher = new UnitPublisher({
        ...{ id: 'unit1', name: 'UPS 1', clock, journal, episodes, status },
        text: (id, active) => `${id} ${active ? 'on' : 'off'}`,
        problem: (error) => problems.push(error),
        log: {
            append: (entry) => {
                entries.push(entry);
                journal.trace.push('log');
            },
        },
        memory: { keepAge: note('age'), keepReading: note('reading'), keepHealth: note('health') },
    });
    const edge = (eventId: string, active: boolean, more: Partial<Edge> = {}): Edge => ({
        episode: { episode: `${eventId}-1`, eventId, since: clock.now(), onset: clock.monotonic(), confirmed: true },
        active,
        verdict: { active, rule: 'the rule', values: { source: 'battery' } },
        ...more,
    });
    return { clock, journal, episodes, status, publisher, entries, problems, edge };
}

describe('What a unit publishes', () => {
    it('of an outage is one write: its age, its reading, the log entry, and what followers note', () => {
        const { journal, publisher, edge } = bench();
        publisher.subscribe(({ kind }) => journal.trace.push(`follower hears ${kind}`));
        publisher.edge(edge('power-fail', true));
        assert.deepEqual(journal.trace, ['begin', 'age', 'reading', 'log', 'follower hears edge', 'end']);
    });

    it('of the end of an outage keeps no reading, and of a bad battery what showed it', () => {
        const { journal, publisher, edge } = bench();
        publisher.edge(edge('power-fail', false));
        publisher.edge(edge('battery-bad', true));
        publisher.edge(edge('battery-bad', false));
        publisher.edge(edge('overload', true));
        assert.deepEqual(journal.trace, [
            ...['begin', 'log', 'end'],
            ...['begin', 'age', 'health', 'log', 'end'],
            ...['begin', 'health', 'log', 'end'],
            ...['begin', 'age', 'log', 'end'],
        ]);
    });

    it('says by which rule, from which values and how old they were, in message and log', () => {
        const { clock, status, publisher, entries, edge } = bench();
        status.take({ status: emptyStatus(clock.now()), at: clock.monotonic() });
        clock.advanceSync(7000);
        const heard: unknown[] = [];
        publisher.subscribe((change) => change.kind === 'edge' && heard.push(change.event, change.status?.time));
        publisher.edge(edge('power-fail', true, { replaces: 'power-fail-0' }));
        const evidence = { rule: 'the rule', values: { source: 'battery' }, ageSeconds: 7 };
        const event = {
            ...{ id: 'power-fail', source: 'UPS 1', sourceId: 'unit1', level: 'alarm', active: true },
            ...{ since: clock.now(), at: clock.now(), episode: 'power-fail-1', text: 'power-fail on' },
            ...{ replaces: 'power-fail-0', evidence },
        };
        assert.deepEqual(heard, [event, clock.now() - 7000]);
        assert.deepEqual(entries[0], {
            ...{ at: clock.now(), kind: 'event', level: 'alarm', source: 'UPS 1', text: 'power-fail on' },
            ...{ eventId: 'power-fail', episode: 'power-fail-1', active: true, nodeId: 'unit1', detail: evidence },
        });
        status.fallSilent();
        publisher.edge(edge('battery-low', true));
        assert.equal((heard[2] as { evidence: { presumed?: boolean } }).evidence.presumed, true);
    });

    it('shows what is on as it was told, until its off edge', () => {
        const { episodes: book, publisher, edge } = bench();
        const { episode, ...rest } = book.begin('power-fail');
        assert.equal(publisher.active()[0]?.evidence, undefined);
        publisher.edge(edge('power-fail', true, { episode: { episode, ...rest } }));
        assert.equal(publisher.active()[0]?.evidence?.rule, 'the rule');
        book.end('power-fail');
        assert.deepEqual(publisher.active(), []);
    });

    it('reaches all followers, though one throws, until they leave', () => {
        const { clock, status, publisher, problems, edge } = bench();
        const heard: string[] = [];
        publisher.subscribe(() => {
            throw new Error('a follower of no use');
        });
        const leave = publisher.subscribe(({ kind }) => heard.push(kind));
        publisher.onStatus(() => heard.push('status'));
        publisher.status();
        assert.deepEqual(heard, ['check']);
        status.take({ status: emptyStatus(clock.now()), at: clock.monotonic() });
        publisher.status();
        publisher.edge(edge('power-fail', true));
        assert.deepEqual(heard, ['check', 'status', 'check', 'edge']);
        assert.equal(problems.length, 3);
        leave();
        publisher.check();
        publisher.clear();
        publisher.status();
        assert.equal(heard.length, 4);
    });
});
