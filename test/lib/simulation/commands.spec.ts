import assert from 'node:assert/strict';
import type { UpsCommand } from '../../../lib/core/driver';
import type { UpsError } from '../../../lib/core/errors';
import { SimulatedUps, type SimulatedUpsOptions } from '../../../lib/simulation/simulated-ups';
import { FakeClock } from '../../support/fake-clock';

const SECOND = 1000;
const MINUTE = 60_000;

function build(options: SimulatedUpsOptions = {}) {
    const clock = new FakeClock();
    const ups = new SimulatedUps(clock, options);
    const source = () => ups.reading().output?.source;
    const has = (alarm: string) => ups.reading().alarms?.includes(alarm as never) ?? false;
    return { clock, ups, source, has };
}

function refusal(ups: SimulatedUps, command: UpsCommand): string | undefined {
    try {
        ups.execute(command);
    } catch (error) {
        return (error as UpsError).code;
    }
    return undefined;
}

describe('SimulatedUps commands', () => {
    it('shuts down after its delay, says so, and comes back after the restore time', () => {
        const { clock, ups, source, has } = build();
        ups.execute({ type: 'shutdown', seconds: 60, restoreSeconds: 30, scope: 'output' });
        assert.ok(has('shutdown-pending') && !has('shutdown-imminent'));
        assert.equal(ups.reading().settings?.upsShutdownAfterDelay, 60);
        clock.advanceSync(55 * SECOND);
        assert.ok(has('shutdown-imminent'));
        clock.advanceSync(5 * SECOND);
        assert.equal(source(), 'none');
        assert.ok(has('output-off-as-requested') && !has('ups-system-off') && !has('shutdown-pending'));
        assert.equal(ups.reading().settings?.upsStartupAfterDelay, 30);
        clock.advanceSync(30 * SECOND);
        assert.equal(source(), 'normal');
        assert.deepEqual(ups.reading().alarms, []);
    });

    it('stays off after a shutdown on mains without restore time, until it is started', () => {
        const { clock, ups, source, has } = build();
        ups.execute({ type: 'shutdown', seconds: 0, scope: 'system' });
        assert.ok(has('ups-system-off') && has('ups-off-as-requested'));
        clock.advanceSync(60 * MINUTE);
        assert.equal(source(), 'none');
        ups.execute({ type: 'startup', seconds: 5 });
        clock.advanceSync(5 * SECOND);
        assert.equal(source(), 'normal');
    });

    it('comes back by itself when the shutdown was in an outage, also if mains returned before it took effect', () => {
        for (const outageSeconds of [30, 90]) {
            const { clock, ups, source } = build();
            ups.setMains(false);
            ups.execute({ type: 'shutdown', seconds: 60, scope: 'output' });
            clock.advanceSync(outageSeconds * SECOND);
            ups.setMains(true);
            clock.advanceSync(60 * SECOND);
            assert.equal(source(), 'normal', `after ${outageSeconds} s`);
        }
    });

    it('waits for power when the restore time ends in the outage', () => {
        const { clock, ups, source, has } = build();
        ups.setMains(false);
        ups.execute({ type: 'shutdown', seconds: 10, restoreSeconds: 20, scope: 'output' });
        clock.advanceSync(31 * SECOND);
        assert.ok(has('awaiting-power'));
        assert.equal(source(), 'none');
        ups.setMains(true);
        assert.equal(source(), 'normal');
    });

    it('keeps the restore time although mains returned earlier', () => {
        const { clock, ups, source } = build();
        ups.setMains(false);
        ups.execute({ type: 'shutdown', seconds: 10, restoreSeconds: 60, scope: 'output' });
        clock.advanceSync(20 * SECOND);
        ups.setMains(true);
        assert.equal(source(), 'none');
        clock.advanceSync(50 * SECOND);
        assert.equal(source(), 'normal');
    });

    it('aborts a shutdown and what was to follow', () => {
        const { clock, ups, source, has } = build();
        ups.execute({ type: 'shutdown', seconds: 60, restoreSeconds: 30, scope: 'output' });
        ups.execute({ type: 'abort-shutdown' });
        assert.ok(!has('shutdown-pending'));
        assert.equal(clock.pending, 0);
        clock.advanceSync(10 * MINUTE);
        assert.equal(source(), 'normal');
    });

    it('reboots: off for the duration', () => {
        const { clock, ups, source } = build();
        ups.execute({ type: 'reboot', seconds: 20 });
        assert.equal(source(), 'none');
        clock.advanceSync(15 * SECOND);
        assert.equal(ups.reading().settings?.upsRebootWithDuration, 5);
        clock.advanceSync(5 * SECOND);
        assert.equal(source(), 'normal');
        assert.equal(ups.reading().settings?.upsRebootWithDuration, -1);
        assert.equal(refusal(ups, { type: 'reboot', seconds: 301 }), 'out-of-range');
    });

    it('tests the battery for ten seconds, on battery', () => {
        const { clock, ups, source, has } = build();
        const startedAt = clock.now();
        ups.execute({ type: 'test', test: 'battery' });
        assert.equal(source(), 'battery');
        assert.ok(has('test-in-progress') && has('on-battery') && !has('input-bad') && !has('calibration'));
        assert.deepEqual(ups.reading().test, { result: 'in-progress', startedAt, detail: undefined });
        assert.equal(refusal(ups, { type: 'test', test: 'quick' }), 'device-refused');
        clock.advanceSync(10 * SECOND);
        assert.equal(source(), 'normal');
        assert.equal(ups.reading().test?.result, 'passed');
        assert.equal(ups.reading().input?.lineBads, 0);
    });

    it('tests itself without the battery', () => {
        const { clock, ups, source } = build();
        ups.execute({ type: 'test', test: 'self' });
        assert.equal(source(), 'normal');
        clock.advanceSync(10 * SECOND);
        assert.equal(ups.reading().test?.result, 'passed');
    });

    it('calibrates until the battery is low', () => {
        const { clock, ups, has } = build({ lowMinutes: 10 });
        ups.execute({ type: 'test', test: 'full' });
        clock.advanceSync(50 * MINUTE - 1);
        assert.ok(has('calibration') && has('test-in-progress'));
        clock.advanceSync(1);
        assert.ok(!has('calibration'));
        assert.equal(ups.reading().test?.result, 'passed');
        assert.equal(ups.reading().battery?.charging, 'charging');
        assert.equal(refusal(build({ lowMinutes: 70 }).ups, { type: 'test', test: 'full' }), 'device-refused');
    });

    it('fails the test of a weak battery, and of one that gets low on the way', () => {
        const weak = build();
        weak.ups.setFault('battery-weak', true);
        weak.ups.execute({ type: 'test', test: 'quick' });
        weak.clock.advanceSync(10 * SECOND);
        assert.equal(weak.ups.reading().test?.result, 'failed');
        assert.equal(weak.ups.reading().battery?.condition, 'weak');
        assert.ok(weak.has('diagnostic-test-failed'));
        weak.ups.setFault('battery-weak', false);
        weak.ups.execute({ type: 'test', test: 'quick' });
        weak.clock.advanceSync(10 * SECOND);
        assert.ok(!weak.has('diagnostic-test-failed'));

        const short = build({ lowMinutes: 55 });
        short.ups.execute({ type: 'test', test: 'custom', minutes: 6 });
        short.clock.advanceSync(5 * MINUTE);
        assert.equal(short.ups.reading().test?.result, 'failed');
    });

    it('aborts a test on request and when mains fails', () => {
        const { clock, ups, source } = build();
        ups.execute({ type: 'test', test: 'custom', minutes: 5 });
        ups.execute({ type: 'test', test: 'abort' });
        assert.equal(ups.reading().test?.result, 'aborted');
        assert.equal(source(), 'normal');
        ups.execute({ type: 'test', test: 'custom', minutes: 5 });
        clock.advanceSync(MINUTE);
        ups.setMains(false);
        assert.equal(ups.reading().test?.result, 'aborted');
        assert.equal(source(), 'battery');
        assert.equal(refusal(ups, { type: 'test', test: 'quick' }), 'device-refused');
    });

    it('switches outlets at once, and cycles them', () => {
        const { clock, ups } = build({
            loads: [
                { name: 'a', va: 100, shutdownSeconds: 60 },
                { name: 'b', va: 300 },
            ],
        });
        const load = () => ups.reading().output?.lines[0]?.apparentPower;
        ups.execute({ type: 'outlet', outlet: 'a', action: 'off' });
        assert.equal(load(), 300);
        ups.execute({ type: 'outlet', outlet: 'a', action: 'on' });
        ups.execute({ type: 'outlet', outlet: 'b', action: 'cycle' });
        assert.equal(load(), 100);
        clock.advanceSync(5 * SECOND);
        assert.equal(load(), 400);
        assert.equal(refusal(ups, { type: 'outlet', outlet: 'z', action: 'on' }), 'not-supported');
    });

    it('takes settings within their ranges, and leaves everything as it was otherwise', () => {
        const { ups } = build();
        ups.execute({ type: 'set', setting: 'upsConfigLowBattTime', value: 61 });
        assert.equal(ups.reading().battery?.state, 'low');
        ups.execute({ type: 'buzzer', state: 'mute' });
        ups.execute({ type: 'auto-restart', on: false });
        assert.equal(ups.reading().settings?.upsConfigAudibleStatus, 'muted');
        ups.execute({ type: 'set', setting: 'upsConfigAudibleStatus', value: 'disabled' });
        assert.equal(ups.reading().settings?.upsConfigAudibleStatus, 'disabled');
        assert.equal(ups.reading().settings?.upsAutoRestart, false);
        assert.equal(refusal(ups, { type: 'set', setting: 'upsConfigOutputVA', value: 1 }), 'not-supported');
        assert.equal(
            refusal(ups, { type: 'shutdown', seconds: 60, restoreSeconds: -1, scope: 'output' }),
            'out-of-range',
        );
        assert.equal(ups.reading().settings?.upsShutdownAfterDelay, -1);
    });
});
