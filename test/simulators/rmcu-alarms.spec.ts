import assert from 'node:assert/strict';
import { RmcuDevice } from '../../simulators/rmcu/device';
import type { AnalogChannel, OutputNumber } from '../../simulators/rmcu/settings';
import { FakeClock } from '../support/fake-clock';

/** Time in which a value that no longer changes has gone through averaging and alarms: three samples. */
const SETTLED_MS = 750;
const MINUTE = 60_000;

/** Table 3 of the RMCU manual ("Alarm Setup"), typed by hand: over, over recover, under, under recover; and the smallest step of the channel. */
const TABLE_3: [AnalogChannel, number, number, number, number, number][] = [
    ['ac', 140, 135, 100, 107, 0.1],
    ['temperature', 150, 145, 40, 45, 0.1],
    ['analog-1', 1000, 0, -1000, 0, 0.01],
    ['analog-2', 1000, 0, -1000, 0, 0.01],
    ['analog-3', 16, 15, 8, 13, 0.01],
    ['analog-4', 15, 14.8, 12, 13, 0.01],
];

describe('alarms of the simulated RMCU', () => {
    let clock: FakeClock;
    let device: RmcuDevice;
    let edges: string[];

    beforeEach(() => {
        clock = new FakeClock();
        device = new RmcuDevice({ clock });
        edges = [];
        device.on('alarm', ({ channel, kind, active }) => edges.push(`${channel} ${kind} ${active ? 'on' : 'off'}`));
        device.start();
    });
    afterEach(() => {
        device.stop();
        assert.equal(clock.pending, 0);
    });

    /** The sensor reads `value` from now on, long enough to be seen. Returns the edges since the last call. */
    function reads(channel: AnalogChannel, value: number, ms = SETTLED_MS): string[] {
        device.measurements.force(channel, value);
        clock.advanceSync(ms);
        return edges.splice(0);
    }

    it('are all off on a healthy supply', () => {
        clock.advanceSync(10 * MINUTE);
        assert.deepEqual(edges, []);
    });

    for (const [channel, over, overRecovery, under, underRecovery, step] of TABLE_3) {
        it(`of ${channel}: beyond the threshold and not at it, off at the recovery and not before`, () => {
            const up = (value: number) => Math.round((value + step) * 100) / 100;
            const down = (value: number) => Math.round((value - step) * 100) / 100;
            assert.deepEqual(reads(channel, over), []);
            assert.deepEqual(reads(channel, up(over)), [`${channel} over on`]);
            assert.deepEqual(reads(channel, over), [], 'at the threshold it stays on');
            assert.deepEqual(reads(channel, up(overRecovery)), []);
            assert.deepEqual(reads(channel, overRecovery), [`${channel} over off`]);
            assert.deepEqual(reads(channel, under), []);
            assert.deepEqual(reads(channel, down(under)), [`${channel} under on`]);
            assert.deepEqual(reads(channel, under), []);
            assert.deepEqual(reads(channel, down(underRecovery)), []);
            assert.deepEqual(reads(channel, underRecovery), [`${channel} under off`]);
        });
    }

    it('come 250 ms after the value, and later by the averaging of three samples', () => {
        clock.advanceSync(1000);
        assert.deepEqual(reads('ac', 99, 249), []);
        assert.deepEqual(reads('ac', 99, 1), ['ac under on']);
        // (13.8 + 13.8 + 11.5) / 3 = 13.03, (13.8 + 11.5 + 11.5) / 3 = 12.27, 11.5
        assert.deepEqual(reads('analog-4', 11.5, 749), []);
        assert.deepEqual(reads('analog-4', 11.5, 1), ['analog-4 under on']);
    });

    it('wait for the duration of their channel, counted from the last time it was healthy', () => {
        device.settings.analog.ac.durationSeconds = 30;
        clock.advanceSync(1000);
        assert.deepEqual(reads('ac', 141, 20_000), []);
        assert.deepEqual(reads('ac', 140, 250), []);
        assert.deepEqual(reads('ac', 141, 30_000), [], 'seen first after 250 ms');
        assert.deepEqual(reads('ac', 141, 250), ['ac over on']);
        assert.deepEqual(reads('ac', 135, 250), ['ac over off'], 'no duration at the end');
    });

    it('latch on one side and recover on the other', () => {
        device.settings.analog['analog-4'].under!.autoRecovery = false;
        assert.deepEqual(reads('analog-4', 11), ['analog-4 under on']);
        assert.deepEqual(reads('analog-4', 15.5), ['analog-4 over on'], 'the other side has an alarm of its own');
        assert.deepEqual(reads('analog-4', 14), ['analog-4 over off']);
        assert.equal(device.alarms.isActive('analog-4', 'under'), true);
        device.clearAlarms();
        assert.deepEqual(reads('analog-4', 14), ['analog-4 under off']);
        assert.deepEqual(reads('analog-4', 11), ['analog-4 under on'], 'it can begin again');
        device.clearAlarms();
        assert.deepEqual(reads('analog-4', 11), ['analog-4 under off', 'analog-4 under on'], 'its condition lasts');
    });

    it('hold any of the three outputs, each until its last alarm is over', () => {
        const { analog } = device.settings;
        analog.ac.under!.contacts = [1, 2];
        analog['analog-4'].over!.contacts = [1, 3];
        const active = () => ([1, 2, 3, 4] as OutputNumber[]).filter((output) => device.outputs.isActive(output));
        reads('ac', 90);
        assert.deepEqual(active(), [1, 2]);
        reads('analog-4', 15.5);
        assert.deepEqual(active(), [1, 2, 3]);
        reads('ac', 120);
        assert.deepEqual(active(), [1, 3]);
        reads('analog-4', 14);
        assert.deepEqual(active(), []);
    });

    it('of the inputs: the jumper at Alarm In, DC-OK, and inputs that nobody watches', () => {
        clock.advanceSync(1000);
        device.measurements.wire(1, 'open');
        clock.advanceSync(250);
        assert.deepEqual(edges.splice(0), ['input-1 digital on']);
        assert.equal(device.outputs.stateText(1), 'ON/LOW');
        device.measurements.wire(1, undefined);
        clock.advanceSync(250);
        assert.deepEqual(edges.splice(0), ['input-1 digital off']);
        device.measurements.wire(3, 'closed');
        device.settings.inputs[2].durationSeconds = 5;
        device.plant.switchSupply(false);
        clock.advanceSync(5000);
        assert.ok(!edges.includes('input-2 digital on'));
        clock.advanceSync(250);
        assert.ok(edges.includes('input-2 digital on'));
    });

    it('begin in the logging schedule only, and end always', () => {
        // The clock starts on Thursday, 2026-01-15, 03:00 UTC.
        device.settings.loggingSchedule = { enabled: true, from: '03:00', to: '04:00', days: [4] };
        assert.deepEqual(reads('ac', 90), ['ac under on']);
        assert.equal(device.outputs.isActive(1), true);
        const traps: string[] = [];
        device.on('notification', ({ what }) => traps.push(what));
        const rows = () => device.log.text('RMCU.CSV')!.split('\r\n').length;
        clock.advanceSync(60 * MINUTE);
        const before = rows();
        assert.deepEqual(reads('ac', 107), ['ac under off']);
        assert.equal(device.outputs.isActive(1), false, 'the contact, too, is released');
        assert.deepEqual(reads('ac', 90, 10 * MINUTE), [], 'nothing begins outside of the schedule');
        assert.equal(rows(), before, 'nothing is logged');
        assert.deepEqual(traps, [], 'nothing is sent');
        device.settings.loggingSchedule.enabled = false;
        assert.deepEqual(reads('ac', 90), ['ac under on']);
        assert.deepEqual(traps, ['analog']);
    });
});
