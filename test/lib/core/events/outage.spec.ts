import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { PartialStatus, UpsStatus } from '../../../../lib/core/status/status';
import { FakeDriver, onBattery, onMains, UnitBench } from '../../../support/fake-ups';

const mainsEdges = ({ told }: UnitBench) => told.filter((edge) => edge.startsWith('power-fail'));
const ON = ['power-fail on'];
const ON_OFF = ['power-fail on', 'power-fail off'];

interface Said {
    source?: UpsStatus['output']['source'];
    volts?: number;
    count?: number;
    charge?: number;
    charging?: UpsStatus['battery']['charging'];
    state?: UpsStatus['battery']['state'];
    alarms?: PartialStatus['alarms'];
    agentUptime?: number;
}

/** A reading of what is named, and nothing else. */
const says = ({ source, volts, count, charge, charging, state, alarms, agentUptime }: Said): PartialStatus => ({
    battery: { state, charging, chargePercent: charge, secondsOnBattery: count },
    input: { lines: volts === undefined ? [] : [{ voltage: volts }] },
    output: { source, lines: [] },
    alarms,
    agentUptime,
});

const MAINS: Said = { source: 'normal', volts: 230, count: 0, charge: 100, state: 'normal', alarms: [] };

/** Reads `said(second)` each second. */
function play(bench: UnitBench, seconds: number, said: (second: number) => Said): void {
    let second = 0;
    bench.readFor(seconds, () => says(said(second++)));
}

function silent(bench: UnitBench, seconds = 60): void {
    bench.driver.enter({ state: 'waiting', code: 'device-silent', reason: '' });
    bench.clock.advanceSync(seconds * 1000);
}

describe('Is this an outage?', () => {
    describe('a dead input together with a discharge is one, whatever source is named', () => {
        for (const source of ['normal', 'bypass', 'booster', 'other', 'none', undefined] as const) {
            it(`source ${source}`, () => {
                const bench = new UnitBench();
                play(bench, 5, () => ({ ...MAINS, source }));
                assert.deepEqual(mainsEdges(bench), []);
                play(bench, 20, (i) => ({ ...MAINS, source, volts: 0, count: i + 1, charge: 99 - i }));
                assert.deepEqual(mainsEdges(bench), ON);
                play(bench, 3, () => ({ ...MAINS, source, charge: 80 }));
                assert.deepEqual(mainsEdges(bench), ON_OFF);
            });
        }

        it('of a DC UPS, by its DC input', () => {
            const bench = new UnitBench();
            const dc = (inputVoltage: number, more: Said) => ({
                ...says({ ...MAINS, ...more, volts: undefined }),
                dc: { inputVoltage },
            });
            bench.readFor(5, () => dc(24.1, {}));
            assert.deepEqual(mainsEdges(bench), []);
            bench.readFor(3, () => dc(0.4, { charging: 'discharging' }));
            assert.deepEqual(mainsEdges(bench), ON);
            bench.readFor(3, () => dc(24.1, {}));
            assert.deepEqual(mainsEdges(bench), ON_OFF);
        });

        it('of a device with 24 V DC', () => {
            const bench = new UnitBench();
            play(bench, 5, () => ({ ...MAINS, volts: 24 }));
            play(bench, 3, () => ({ ...MAINS, volts: 0.4, charging: 'discharging' }));
            assert.deepEqual(mainsEdges(bench), ON);
        });

        it('told by the flag DISCHRG, where the input was seen alive', () => {
            const bench = new UnitBench();
            play(bench, 1, () => MAINS);
            play(bench, 1, () => ({ ...MAINS, volts: 0, charging: 'discharging' }));
            assert.deepEqual(mainsEdges(bench), ON);
        });

        it('by a charge that falls, where nothing else tells', () => {
            const bench = new UnitBench();
            play(bench, 5, () => ({ ...MAINS, count: undefined, alarms: undefined }));
            play(bench, 5, (i) => ({ source: 'normal', volts: 3, charge: 100 - i }));
            assert.deepEqual(mainsEdges(bench), ON);
        });
    });

    describe('alone, these are none', () => {
        it('a dead input', () => {
            const bench = new UnitBench();
            play(bench, 5, () => MAINS);
            play(bench, 600, () => ({ ...MAINS, volts: 0 }));
            assert.deepEqual(mainsEdges(bench), []);
        });

        for (const volts of [230, 48, 24, 20, 12]) {
            it(`DISCHRG with ${volts} V at the input, seen first or later`, () => {
                for (const before of [0, 3]) {
                    const bench = new UnitBench();
                    play(bench, before, () => ({ ...MAINS, volts }));
                    play(bench, 60, () => ({ ...MAINS, volts, charging: 'discharging' }));
                    assert.deepEqual(mainsEdges(bench), []);
                }
            });
        }

        it('DISCHRG for ever, with an input that is never told', () => {
            const bench = new UnitBench();
            play(bench, 600, () => ({ ...MAINS, volts: 0, charging: 'discharging', count: undefined }));
            assert.deepEqual(mainsEdges(bench), []);
        });

        it('a count of seconds that stands still', () => {
            const bench = new UnitBench();
            play(bench, 60, () => ({ volts: 230, count: 172_800, state: 'normal' }));
            assert.deepEqual(mainsEdges(bench), []);
        });

        it('a charge that wanders by a point, or sinks in days', () => {
            const bench = new UnitBench();
            const liar: Said = { source: 'battery', count: 0, state: 'normal' };
            play(bench, 600, (i) => ({ ...liar, charge: i % 2 === 0 ? 100 : 99 }));
            for (let hour = 0; hour < 24; hour++) {
                bench.clock.advanceSync(3_540_000);
                play(bench, 60, () => ({ ...liar, charge: 99 - Math.floor(hour / 6) }));
            }
            assert.deepEqual(mainsEdges(bench), []);
        });
    });

    describe('the end', () => {
        it('is told by the alarm that goes, where a device tells no source', () => {
            const bench = new UnitBench();
            bench.driver.read(says({ alarms: [] }));
            bench.driver.read(says({ alarms: ['on-battery'] }));
            bench.driver.read(says({ alarms: [] }));
            assert.deepEqual(mainsEdges(bench), ON_OFF);
        });

        it('is not told by the alarm alone, where the source is missing for once', () => {
            const bench = new UnitBench();
            bench.driver.read(onMains());
            bench.driver.read(says({ source: 'battery', alarms: [] }));
            bench.readFor(30, () => says({ alarms: [] }));
            assert.deepEqual(mainsEdges(bench), ON);
        });

        it('is told by a count of seconds that is 0 again, where the source is always "battery"', () => {
            const bench = new UnitBench();
            const lying = (count: number) => onMains({ ...says({ source: 'battery', volts: 230, count }) });
            bench.readFor(5, () => lying(0));
            bench.readFor(5, () => lying(3));
            bench.readFor(5, () => lying(0));
            assert.deepEqual(mainsEdges(bench), ON_OFF);
        });

        it('is not told by a count that never runs', () => {
            const bench = new UnitBench();
            play(bench, 1, () => ({ source: 'battery', volts: 230, count: 0, charging: 'discharging' }));
            play(bench, 300, () => ({ source: 'battery', volts: 230, count: 0 }));
            assert.deepEqual(mainsEdges(bench), ON);
        });

        const OUT = (i: number): Said => ({ ...MAINS, source: 'battery', volts: 0, count: i + 1, charge: 90 });

        for (const [name, unknown] of [
            ['other, unknown and 0', { source: 'other', volts: 0, count: 0, charge: 0, state: 'unknown', alarms: [] }],
            ['the same without alarms', { source: 'other', volts: 0, count: 0, charge: 0, state: 'unknown' }],
            ['nothing but 0 s', { count: 0, state: 'unknown' }],
            ['no source and no alarm', { count: 0, volts: 0, charge: 90, alarms: [] }],
            ['normal, with a dead input', { ...MAINS, volts: 0 }],
            ['normal, and knows nothing else', { source: 'normal', volts: 0, count: 0, state: 'unknown', alarms: [] }],
            ['none', { source: 'none', volts: 0, count: 0, alarms: [] }],
        ] satisfies [string, Said][]) {
            it(`is not told by a card that has just begun anew and says ${name}`, () => {
                const bench = new UnitBench({ shutdownSeconds: 60 });
                play(bench, 5, () => MAINS);
                play(bench, 60, OUT);
                silent(bench);
                play(bench, 10, () => unknown);
                play(bench, 5, OUT);
                assert.deepEqual(mainsEdges(bench), ON);
                assert.ok(!bench.told.includes('system-shutdown on'), bench.told.join());
            });
        }

        it('is not told by a card that has begun anew between two polls', () => {
            const bench = new UnitBench();
            play(bench, 5, () => MAINS);
            play(bench, 20, OUT);
            play(bench, 10, () => ({ source: 'normal', volts: 0, count: 0, state: 'unknown', alarms: [] }));
            play(bench, 10, () => ({ source: 'other', volts: 0, count: 0, state: 'normal', alarms: [] }));
            play(bench, 5, OUT);
            assert.deepEqual(mainsEdges(bench), ON);
        });

        it('is not told by a count that its agent has begun anew, seen by its uptime alone', () => {
            const bench = new UnitBench();
            const liar = (count: number, agentUptime: number): Said => ({ source: 'battery', count, agentUptime });
            play(bench, 30, (i) => liar(i + 300, 9000 + i));
            play(bench, 30, () => liar(0, 5));
            play(bench, 30, (i) => liar(i + 1, 40 + i));
            assert.deepEqual(mainsEdges(bench), ON);
        });

        it('is told when the count of a card that begun anew stays at 0', () => {
            const bench = new UnitBench();
            play(bench, 30, (i) => ({ source: 'battery', count: i + 300 }));
            silent(bench);
            play(bench, 90, () => ({ source: 'battery', volts: 230, count: 0, charge: 90 }));
            assert.deepEqual(mainsEdges(bench), ON_OFF);
        });

        it('is told at once by a card that was silent and not begun anew', () => {
            const bench = new UnitBench();
            play(bench, 5, () => ({ ...MAINS, agentUptime: 9000 }));
            play(bench, 5, (i) => ({ ...OUT(i), agentUptime: 9005 + i }));
            silent(bench);
            play(bench, 1, () => ({ ...MAINS, agentUptime: 9070 }));
            assert.deepEqual(mainsEdges(bench), ON_OFF);
        });
    });

    describe('what a path has taught', () => {
        /** Seen on mains, then in an outage; it counts no seconds and shows a live input. */
        const uncounted: Said = { source: 'battery', volts: 230, count: 0, charge: 90, state: 'normal' };

        it('is kept over our own restart: a kill ends no outage', () => {
            const bench = new UnitBench();
            play(bench, 5, () => ({ ...MAINS, alarms: undefined }));
            play(bench, 30, () => uncounted);
            assert.deepEqual(mainsEdges(bench), ON);
            const again = bench.restart(3000);
            play(again, 120, () => uncounted);
            assert.deepEqual(mainsEdges(again), []);
            play(again, 2, () => ({ ...MAINS, alarms: undefined }));
            assert.deepEqual(mainsEdges(again), ['power-fail off']);
        });

        it('is kept where the driver has forgotten that this card names other sources', () => {
            const told = says({ source: 'normal', volts: 230, count: 0, state: 'normal', charge: 90 });
            const doubted: PartialStatus = { ...told, output: { source: 'normal', sourceTold: 'battery', lines: [] } };
            const bench = new UnitBench();
            play(bench, 5, () => ({ ...MAINS, alarms: undefined }));
            play(bench, 5, () => uncounted);
            const again = bench.restart(3000);
            again.readFor(60, () => doubted);
            assert.deepEqual(mainsEdges(again), []);
            play(again, 2, () => ({ ...MAINS, alarms: undefined }));
            assert.deepEqual(mainsEdges(again), ['power-fail off']);
            const never = new UnitBench();
            never.readFor(60, () => doubted);
            assert.deepEqual(mainsEdges(never), []);
        });

        it('that its input is told, too: a dead one counts at the first reading of the next process', () => {
            const bench = new UnitBench();
            play(bench, 5, () => MAINS);
            const again = bench.restart(60_000);
            play(again, 1, () => ({ ...MAINS, volts: 0, charging: 'discharging' }));
            assert.deepEqual(mainsEdges(again), ON);
        });

        it('is not used for another path', () => {
            const bench = new UnitBench();
            const spare = new FakeDriver();
            bench.addPath('spare', spare, { priority: 2 });
            bench.readFor(10, () => onMains());
            bench.driver.enter({ state: 'waiting', code: 'device-silent', reason: '' });
            for (let i = 0; i < 60; i++) {
                spare.read(says({ source: 'battery', count: 0, charge: 100, alarms: [] }));
                bench.clock.advanceSync(1000);
            }
            assert.deepEqual(mainsEdges(bench), []);
        });

        it('and what a driver keeps is given back to the driver of the same path', () => {
            const journal = new MemoryJournal();
            const kept: unknown[] = [];
            for (const say of ['first', 'second']) {
                const bench = new UnitBench({}, undefined, journal);
                const driver = new FakeDriver();
                driver.start = ({ memory }) => {
                    kept.push(memory?.get());
                    memory?.keep({ say });
                };
                for (const id of ['snmp', `other ${say}`]) {
                    bench.addPath(id, driver);
                }
            }
            assert.deepEqual(kept, [undefined, undefined, { say: 'first' }, undefined]);
        });
    });

    describe('a path that cannot see outages', () => {
        it('says so, and takes it back when it can', () => {
            const bench = new UnitBench();
            play(bench, 3, () => ({ volts: 127, charge: 100 }));
            assert.deepEqual(bench.told, [], 'a device may need a few readings to know its UPS');
            play(bench, 5, () => ({ volts: 127, charge: 100 }));
            assert.deepEqual(bench.told, ['outages-unseen on']);
            assert.equal(bench.unit.pathViews[0].blind, true);
            play(bench, 1, () => MAINS);
            assert.deepEqual(bench.told, ['outages-unseen on', 'outages-unseen off']);
        });

        it('still tells one by a dead input and a charge that falls', () => {
            const bench = new UnitBench();
            play(bench, 10, () => ({ volts: 127, charge: 100 }));
            play(bench, 10, (i) => ({ volts: 0, charge: 99 - i }));
            assert.deepEqual(mainsEdges(bench), ON);
        });

        it('lets another one stand in, though it leads', () => {
            const bench = new UnitBench();
            const card = new FakeDriver();
            bench.addPath('card', card, { priority: 2 });
            const both = (reading: PartialStatus) => {
                bench.driver.read({ battery: { chargePercent: 100 }, output: { lines: [] } });
                card.read(reading);
                bench.clock.advanceSync(1000);
            };
            for (let i = 0; i < 10; i++) both(onMains());
            for (let i = 0; i < 3; i++) both(onBattery());
            for (let i = 0; i < 3; i++) both(onMains());
            assert.deepEqual(bench.told, ON_OFF);
        });
    });

    it('paths that contradict each other for longer than a poll are an event, with what both say', () => {
        const bench = new UnitBench();
        const spare = new FakeDriver();
        bench.addPath('spare', spare, { name: 'contacts', priority: 2 });
        const both = (seconds: number, other: () => PartialStatus) => {
            for (let i = 0; i < seconds; i++) {
                bench.driver.read(onMains());
                spare.read(other());
                bench.clock.advanceSync(1000);
            }
        };
        both(5, onMains);
        both(8, onBattery);
        assert.deepEqual(bench.told, []);
        both(5, onBattery);
        assert.deepEqual(bench.told, ['paths-disagree on']);
        assert.match(String(bench.edges[0].evidence?.values.outage), /contacts/);
        both(2, onMains);
        assert.deepEqual(bench.told, ['paths-disagree on', 'paths-disagree off']);
    });
});

describe('an outage that is still being confirmed', () => {
    const left = (minutesRemaining: number) =>
        onBattery({ battery: { state: 'normal', chargePercent: 90, secondsOnBattery: 5, minutesRemaining } });

    it('counts at once when the runtime is about to end, and only then', () => {
        const bench = new UnitBench({ confirmSeconds: 60, shutdownSeconds: 180 });
        bench.readFor(3, onMains);
        bench.readFor(5, () => left(20));
        assert.deepEqual(mainsEdges(bench), []);
        bench.driver.read(left(2));
        assert.deepEqual(mainsEdges(bench), ON);
    });
});
