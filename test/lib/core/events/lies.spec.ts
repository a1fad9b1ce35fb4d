import assert from 'node:assert/strict';
import type { PartialStatus, UpsStatus } from '../../../../lib/core/status/status';
import { UnitBench } from '../../../support/fake-ups';

interface Said {
    source?: UpsStatus['output']['source'];
    volts?: number;
    count?: number;
    charge?: number;
    minutes?: number;
    charging?: UpsStatus['battery']['charging'];
    state?: UpsStatus['battery']['state'];
    alarms?: PartialStatus['alarms'];
    agentUptime?: number;
    batteryVolts?: number;
}

const says = ({
    source,
    volts,
    count,
    charge,
    minutes,
    charging,
    state,
    alarms,
    agentUptime,
    batteryVolts: voltage,
}: Said): PartialStatus => ({
    battery: { state, charging, chargePercent: charge, secondsOnBattery: count, minutesRemaining: minutes, voltage },
    input: { lines: volts === undefined ? [] : [{ voltage: volts }] },
    output: { source, lines: [] },
    alarms,
    agentUptime,
});

const MAINS: Said = { source: 'normal', volts: 230, count: 0, charge: 100, minutes: 60, state: 'normal', alarms: [] };
const OUTAGE: Said = { ...MAINS, source: 'battery', volts: 0, charge: 90, minutes: 50, alarms: ['on-battery'] };
const outages = ({ told }: UnitBench) => told.filter((edge) => edge.startsWith('power-fail'));

function play(bench: UnitBench, seconds: number, said: Said | ((second: number) => Said)): void {
    let second = 0;
    bench.readFor(seconds, () => says(typeof said === 'function' ? said(second++) : said));
}

describe('a device that lies for once', () => {
    it('an input of 999 V in one reading makes that of the others no dead one', () => {
        const bench = new UnitBench();
        play(bench, 5, { ...MAINS, charging: 'discharging' });
        play(bench, 1, { ...MAINS, charging: 'discharging', volts: 999 });
        play(bench, 60, { ...MAINS, charging: 'discharging' });
        assert.deepEqual(outages(bench), []);
    });

    it('nor in its first reading', () => {
        const bench = new UnitBench();
        play(bench, 1, { ...MAINS, charging: 'discharging', volts: 2300 });
        play(bench, 60, { ...MAINS, charging: 'discharging' });
        assert.deepEqual(outages(bench), []);
    });

    it('a higher input that lasts is learned', () => {
        const bench = new UnitBench();
        play(bench, 5, { ...MAINS, volts: 24 });
        play(bench, 10, MAINS);
        play(bench, 3, { ...MAINS, volts: 24, charging: 'discharging' });
        assert.deepEqual(outages(bench), ['power-fail on']);
    });

    it('one reading on another source makes a card that names the battery for ever no better witness', () => {
        const bench = new UnitBench();
        play(bench, 30, { ...MAINS, source: 'battery' });
        play(bench, 1, MAINS);
        play(bench, 60, { ...MAINS, source: 'battery' });
        assert.deepEqual(outages(bench), []);
    });

    it('an input that is 0 for ever needs more than one lower charge', () => {
        const bench = new UnitBench();
        const lies: Said = { ...MAINS, volts: 0, charging: 'discharging' };
        play(bench, 30, lies);
        play(bench, 1, { ...lies, charge: 40 });
        play(bench, 30, lies);
        assert.deepEqual(outages(bench), []);
        play(bench, 30, (i) => ({ ...lies, charge: 100 - i }));
        assert.deepEqual(outages(bench), ['power-fail on']);
    });

    it('an input of 0 V in one reading is no outage, where DISCHRG is said for ever', () => {
        const bench = new UnitBench();
        bench.driver.answersPolls = false;
        const lies: Said = { ...MAINS, charging: 'discharging' };
        play(bench, 30, lies);
        play(bench, 1, { ...lies, volts: 0 });
        assert.equal(bench.driver.polls, 1, 'it is looked at again');
        play(bench, 30, lies);
        assert.deepEqual(outages(bench), []);
        play(bench, 2, { ...lies, volts: 0 });
        assert.deepEqual(outages(bench), ['power-fail on']);
    });

    it('nor a reading in which all is 0 at once, where nothing else tells; unless nobody says otherwise', () => {
        const bench = new UnitBench();
        bench.driver.answersPolls = false;
        const lies: Said = { ...MAINS, source: undefined, alarms: undefined, count: 0 };
        const zeros: Said = { volts: 0, charge: 0, minutes: 0, count: 0, state: 'low', charging: 'discharging' };
        play(bench, 30, lies);
        play(bench, 1, zeros);
        play(bench, 30, lies);
        assert.deepEqual(outages(bench), []);
        play(bench, 1, zeros);
        bench.clock.advanceSync(5000);
        assert.equal(bench.driver.polls, 2);
        assert.deepEqual(outages(bench), ['power-fail on']);
    });

    it('an outage ends where the UPS comes back in a source that we do not know, and all else says mains', () => {
        const unnamed: Said[] = [
            { ...MAINS, source: 'other' },
            { ...MAINS, source: undefined },
            { source: 'other', count: 0, alarms: [], state: 'normal' },
        ];
        for (const back of unnamed) {
            const bench = new UnitBench();
            play(bench, 30, MAINS);
            play(bench, 30, (second) => ({ ...OUTAGE, count: second + 1 }));
            play(bench, 50, back);
            assert.deepEqual(outages(bench), ['power-fail on'], 'a moment says nothing');
            play(bench, 120, back);
            assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off'], JSON.stringify(back));
        }
    });

    it('but not where anything says that it goes on', () => {
        const unnamed: Said[] = [
            { ...MAINS, source: 'other', volts: 0 },
            { ...MAINS, source: 'other', alarms: ['on-battery'] },
            { ...MAINS, source: 'other', state: 'low' },
            { ...MAINS, source: 'other', charging: 'discharging' },
            // The alarm is no longer told.
            { source: 'other', volts: 230, charge: 95 },
        ];
        for (const back of unnamed) {
            const bench = new UnitBench();
            play(bench, 30, MAINS);
            play(bench, 30, (second) => ({ ...OUTAGE, count: second + 1 }));
            play(bench, 300, back);
            assert.deepEqual(outages(bench), ['power-fail on'], JSON.stringify(back));
        }
    });

    it('a battery voltage and an input that are 0 for ever are no outage, whatever else is told', () => {
        for (const said of [MAINS, { ...MAINS, alarms: undefined, count: undefined, charge: undefined }]) {
            const bench = new UnitBench();
            play(bench, 60, { ...said, volts: 0, batteryVolts: 0 });
            assert.deepEqual(outages(bench), []);
        }
    });

    it('a card that restarts, and has no values of its UPS yet, tells no outage', () => {
        for (const zeros of [{ charge: 0, batteryVolts: 0 }, { charge: 0 }, { batteryVolts: 0 }] satisfies Said[]) {
            const bench = new UnitBench();
            const up = (agentUptime: number): Said => ({
                source: 'normal',
                volts: 230,
                charge: 100,
                batteryVolts: 54,
                agentUptime,
            });
            play(bench, 30, (second) => up(1000 + second));
            play(bench, 30, (second) => ({ volts: 0, ...zeros, agentUptime: 5 + second }));
            assert.deepEqual(outages(bench), [], JSON.stringify(zeros));
            play(bench, 30, (second) => up(35 + second));
            play(bench, 30, (second) => ({ ...up(65 + second), volts: 0, batteryVolts: 48, source: undefined }));
            assert.deepEqual(outages(bench), ['power-fail on'], 'a real one is seen as before');
        }
    });

    it('nor one higher charge', () => {
        const bench = new UnitBench();
        play(bench, 30, { ...MAINS, volts: 0, charge: 60 });
        play(bench, 1, { ...MAINS, volts: 0, charge: 95 });
        play(bench, 30, { ...MAINS, volts: 0, charge: 60 });
        assert.deepEqual(outages(bench), []);
    });

    it('an input that is 0 for ever keeps no outage on while the battery is charged again', () => {
        for (const [glitch, by] of [
            [0, { source: 'battery', count: undefined }],
            [23, { source: 'battery', count: undefined }],
            [0, { source: 'bypass', count: undefined, alarms: ['on-battery'] }],
            [0, { source: undefined, count: 5 }],
            [0, { source: undefined, count: 5, charging: 'discharging' }],
        ] satisfies [number, Said][]) {
            const bench = new UnitBench();
            const lies: Said = { ...MAINS, source: 'bypass', volts: 0, alarms: by.alarms && [] };
            if (!by.source) delete lies.source;
            play(bench, 30, lies);
            play(bench, 1, { ...lies, volts: glitch });
            play(bench, 30, lies);
            play(bench, 30, (i) => ({ ...lies, ...by, count: by.count && i + 1, charge: 99 - i }));
            play(bench, 120, (i) => ({ ...lies, charging: by.charging ?? 'charging', charge: 70 + i / 60 }));
            assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off'], JSON.stringify(by));
        }
    });

    it('a count that slips once is no outage, where the alarm tells none', () => {
        const bench = new UnitBench();
        const lies: Said = { count: 7, charge: 100, state: 'normal', alarms: [] };
        play(bench, 30, lies);
        play(bench, 1, { ...lies, count: 0 });
        play(bench, 30, lies);
        assert.deepEqual(outages(bench), []);
        play(bench, 5, (i) => ({ ...lies, count: 8 + i }));
        assert.deepEqual(outages(bench), ['power-fail on']);

        for (const beside of [
            { volts: 0 },
            { volts: 0, source: 'normal' },
            { alarms: undefined, volts: 230 },
        ] satisfies Said[]) {
            const other = new UnitBench();
            play(other, 30, { ...lies, ...beside });
            play(other, 1, { ...lies, ...beside, count: 0 });
            play(other, 30, { ...lies, ...beside });
            assert.deepEqual(outages(other), [], JSON.stringify(beside));
        }
    });

    it('an output that is off for ever ends no outage, nor keeps it on, where the alarm tells', () => {
        const bench = new UnitBench();
        const lies: Said = { source: 'none', count: 0, state: 'normal', alarms: [] };
        play(bench, 30, lies);
        play(bench, 30, { ...lies, alarms: ['on-battery'] });
        assert.deepEqual(outages(bench), ['power-fail on']);
        play(bench, 30, lies);
        assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off']);
    });

    it('an output that was off before the outage, and stays off, does not keep it on', () => {
        const bench = new UnitBench();
        const off: Said = { ...MAINS, source: 'none' };
        play(bench, 10, MAINS);
        play(bench, 10, OUTAGE);
        play(bench, 30, off);
        play(bench, 30, { ...off, volts: 0, alarms: ['on-battery'] });
        const twice = ['power-fail on', 'power-fail off', 'power-fail on'];
        assert.deepEqual(outages(bench), twice);
        play(bench, 20, off);
        assert.deepEqual(outages(bench), twice, 'such a source is looked at for 60 s');
        play(bench, 30, off);
        assert.deepEqual(outages(bench), [...twice, 'power-fail off']);
    });

    it('a battery whose state was told, and is not, is not known', () => {
        const bench = new UnitBench();
        bench.driver.answersPolls = false;
        play(bench, 10, { count: 0, state: 'normal' });
        play(bench, 30, (i) => ({ count: i + 1, state: 'normal' }));
        play(bench, 10, { count: 0 });
        play(bench, 30, (i) => ({ count: i + 1, state: 'normal' }));
        assert.deepEqual(outages(bench), ['power-fail on']);
    });

    it('one that says in each second reading that it does not know ends its outage', () => {
        const bench = new UnitBench();
        bench.driver.answersPolls = false;
        play(bench, 5, MAINS);
        play(bench, 30, OUTAGE);
        play(bench, 60, (i) => (i % 2 ? { ...MAINS, source: 'other' } : MAINS));
        assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off']);
    });

    it('but two single readings far apart do not', () => {
        const bench = new UnitBench();
        bench.driver.answersPolls = false;
        play(bench, 5, MAINS);
        play(bench, 30, OUTAGE);
        play(bench, 600, (i) => (i % 120 === 10 ? MAINS : { ...MAINS, volts: 0, source: 'other' }));
        assert.deepEqual(outages(bench), ['power-fail on']);
    });

    describe('one that knows nothing while the mains must stay back for a while', () => {
        /** An outage, and mains that have been back for 3 s of `mainsBackSeconds`. */
        const back = (mainsBackSeconds: number) => {
            const bench = new UnitBench({ mainsBackSeconds, shutdownSeconds: 120 });
            bench.driver.answersPolls = false;
            play(bench, 5, MAINS);
            play(bench, 30, OUTAGE);
            play(bench, 3, MAINS);
            return bench;
        };
        const isHeld = ({ unit }: UnitBench) => unit.stateOf('power-fail').held;

        it('puts the end of the outage off by nothing, and nothing fires meanwhile', () => {
            const bench = back(10);
            play(bench, 5, { minutes: 1, state: 'low' });
            assert.equal(isHeld(bench), true);
            assert.deepEqual(outages(bench), ['power-fail on']);
            play(bench, 3, {});
            assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off']);
            assert.ok(!bench.told.includes('system-shutdown on'), bench.told.join());
        });

        it('for more than 30 s: then the mains must stay back from the beginning', () => {
            const bench = back(50);
            play(bench, 28, {});
            assert.equal(isHeld(bench), true);
            play(bench, 30, {});
            assert.equal(isHeld(bench), false, 'the outage goes on');
            play(bench, 49, MAINS);
            assert.deepEqual(outages(bench), ['power-fail on']);
            play(bench, 3, MAINS);
            assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off']);
        });

        it('and then tells the battery: it is the same outage', () => {
            const bench = back(10);
            play(bench, 4, {});
            play(bench, 1, OUTAGE);
            assert.equal(isHeld(bench), false);
            play(bench, 30, OUTAGE);
            assert.deepEqual(outages(bench), ['power-fail on']);
        });
    });

    it('a runtime that fell in the last reading counts when the device is silent after it', () => {
        const bench = new UnitBench({ shutdownSeconds: 180, staleSeconds: 10 });
        bench.driver.answersPolls = false;
        play(bench, 5, MAINS);
        play(bench, 30, OUTAGE);
        bench.driver.read(says({ ...OUTAGE, minutes: 2 }));
        bench.driver.enter({ state: 'waiting', code: 'device-silent', reason: '' });
        bench.clock.advanceSync(60_000);
        assert.ok(bench.told.includes('system-shutdown on'), bench.told.join());
    });
});

describe('an agent that began anew a moment ago', () => {
    it('is known by its uptime in the first reading of our process, too', () => {
        const bench = new UnitBench();
        play(bench, 5, { ...MAINS, agentUptime: 9000 });
        play(bench, 30, (i) => ({ ...OUTAGE, agentUptime: 9005 + i }));
        const next = bench.restart(2000);
        const waking: Said = { source: 'normal', volts: 0, count: 0, charge: 0, state: 'unknown', alarms: [] };
        play(next, 10, (i) => ({ ...waking, volts: undefined, agentUptime: 4 + i }));
        play(next, 60, (i) => ({ ...OUTAGE, agentUptime: 14 + i }));
        assert.deepEqual(outages(next), []);
        play(next, 5, (i) => ({ ...MAINS, agentUptime: 80 + i }));
        assert.deepEqual(outages(next), ['power-fail off']);
    });

    it('is not believed that its source is normal, while no input is seen', () => {
        const bench = new UnitBench();
        play(bench, 5, { ...MAINS, agentUptime: 9000 });
        play(bench, 30, (i) => ({ ...OUTAGE, agentUptime: 9005 + i }));
        for (const volts of [undefined, 0]) {
            play(bench, 10, (i) => ({
                source: 'normal',
                volts,
                count: 0,
                state: 'normal',
                alarms: [],
                agentUptime: 2 + i,
            }));
            play(bench, 30, (i) => ({ ...OUTAGE, agentUptime: 12 + i }));
        }
        assert.deepEqual(outages(bench), ['power-fail on']);
    });

    const ZEROS: Said = {
        source: 'other',
        volts: 0,
        count: 0,
        charge: 0,
        batteryVolts: 0,
        state: 'unknown',
        alarms: [],
    };

    it('begins no outage on mains by the 0 V of a card that knows nothing yet', () => {
        const bench = new UnitBench();
        play(bench, 30, (i) => ({ ...MAINS, batteryVolts: 54, agentUptime: 9000 + i }));
        play(bench, 15, (i) => ({ ...ZEROS, agentUptime: 2 + i }));
        play(bench, 30, (i) => ({ ...MAINS, batteryVolts: 54, agentUptime: 17 + i }));
        assert.deepEqual(outages(bench), []);
    });

    it('confirms none after our own restart by the same', () => {
        const bench = new UnitBench({ staleSeconds: 30 });
        play(bench, 5, (i) => ({ ...MAINS, batteryVolts: 54, agentUptime: 9000 + i }));
        play(bench, 30, (i) => ({ ...OUTAGE, batteryVolts: 50, agentUptime: 9005 + i }));
        const next = bench.restart(10_000);
        play(next, 8, (i) => ({ ...ZEROS, agentUptime: 2 + i }));
        assert.equal(next.unit.stateOf('power-fail').confirmed, false);
        play(next, 5, (i) => ({ ...MAINS, batteryVolts: 52, agentUptime: 10 + i }));
        assert.deepEqual(outages(next), ['power-fail off']);
    });
});
