import assert from 'node:assert/strict';
import { MailSink } from '../../simulators/mail-sink/mail-sink';
import { RmcuDevice } from '../../simulators/rmcu/device';
import { factorySettings, type MailSettings } from '../../simulators/rmcu/settings';
import { eventually } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';

const MINUTE = 60_000;

describe('mails of the simulated RMCU', () => {
    let sink: MailSink;
    let clock: FakeClock;
    let device: RmcuDevice;
    let attempts: (string | undefined)[];

    beforeEach(async () => {
        sink = new MailSink();
        await sink.start();
        clock = new FakeClock();
    });
    afterEach(async () => {
        device.stop();
        assert.equal(clock.pending, 0);
        await sink.stop();
    });

    function start(mail: Partial<MailSettings> = {}): void {
        const settings = factorySettings();
        settings.analog['analog-4'].samples = 1;
        Object.assign(
            settings.mail,
            { host: '127.0.0.1', port: sink.port, to: 'a@example.net', from: 'r@example.net' },
            mail,
        );
        device = new RmcuDevice({ clock, settings, sampleMs: 1000 });
        attempts = [];
        device.on('mail', ({ error }) => attempts.push(error));
        device.start();
    }

    /** The battery is low (on) or not, and the alarm of it has been raised. */
    function battery(low: boolean): void {
        device.measurements.force('analog-4', low ? 11 : 13);
        clock.advanceSync(1000);
    }
    const attempted = (count: number) => eventually(() => attempts.length >= count);
    const lines = (index: number) => sink.mails[index]?.content.text?.trim().split('\n') ?? [];

    it('go out at once, and then one in each interval with all that has happened meanwhile', async () => {
        start({ minimumMinutes: 10 });
        battery(true);
        await attempted(1);
        assert.deepEqual(lines(0), ['01/15/26 03:00:01 Volts Battery under alarm on: 11.00 Volts']);
        assert.equal(sink.mails[0]?.content.subject?.startsWith('RMCU Simulated site: '), true);
        battery(false);
        battery(true);
        device.measurements.force('ac', 90);
        clock.advanceSync(5 * MINUTE);
        battery(false);
        assert.equal(sink.mails.length, 1);
        assert.equal(device.mails.queued.length, 4);
        clock.advanceSync(5 * MINUTE - 8000);
        assert.equal(device.mails.queued.length, 4, 'the interval is not over');
        clock.advanceSync(8000);
        await attempted(2);
        assert.deepEqual(
            lines(1).map((line) => line.slice(18)),
            [
                'Volts Battery under alarm off: 13.00 Volts',
                'Volts Battery under alarm on: 11.00 Volts',
                'AC Line under alarm on: 90.00 Volts',
                'Volts Battery under alarm off: 13.00 Volts',
            ],
        );
        clock.advanceSync(60 * MINUTE);
        assert.equal(sink.mails.length, 2, 'nothing happened, nothing is sent');
    });

    it('that fail are kept, and go with the next attempt', async () => {
        start({ minimumMinutes: 5 });
        sink.faults.reject = { at: 'data', code: 451, times: 1 };
        battery(true);
        await attempted(1);
        assert.match(attempts[0] ?? '', /451/);
        battery(false);
        clock.advanceSync(5 * MINUTE);
        await attempted(2);
        assert.deepEqual([attempts[1], lines(0).length], [undefined, 2]);
    });

    it('tell of a boot, of a test and of the state from time to time, if they are set so', async () => {
        start({ minimumMinutes: 0, onBoot: true, periodicHours: 6, periodicStart: '05:00' });
        await attempted(1);
        assert.deepEqual(lines(0), ['01/15/26 03:00:00 Boot']);
        device.sendTestMail();
        await attempted(2);
        assert.deepEqual(lines(1), ['01/15/26 03:00:00 Test mail']);
        clock.advanceSync(2 * 60 * MINUTE - 1000);
        assert.equal(device.mails.queued.length + attempts.length, 2);
        clock.advanceSync(1000);
        await attempted(3);
        assert.deepEqual(lines(2).slice(0, 2), ['01/15/26 05:00:00 Status', 'AC Line: 116.7 Volts']);
        clock.advanceSync(6 * 60 * MINUTE);
        await attempted(4);
        assert.equal(lines(3)[0], '01/15/26 11:00:00 Status');
    });

    it('are off without a host, with port 0 and without a recipient, and of alarms that shall not be mailed', () => {
        for (const off of [{ host: '' }, { port: 0 }, { to: '' }]) {
            start(off);
            battery(true);
            assert.deepEqual(device.mails.queued, []);
            device.stop();
        }
        start({ minimumMinutes: 0 });
        device.settings.analog['analog-4'].under!.mail = false;
        battery(true);
        assert.deepEqual([device.mails.queued, attempts], [[], []]);
    });
});
