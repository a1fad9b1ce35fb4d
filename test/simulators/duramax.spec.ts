import assert from 'node:assert/strict';
import type { DcChange, DcUpsOptions } from '../../simulators/duramax/dc-ups';
import { handleControl } from '../../simulators/duramax/control';
import { Duramax } from '../../simulators/duramax/duramax';
import { FACTORY } from '../../simulators/duramax/settings';
import { COMMANDS, RequestReader, STATUS } from '../../simulators/duramax/wire';
import { FakeClock } from '../support/fake-clock';

/** Numbers on the wire, in the order of the settings. */
const NUMBER = {
    ...{ bufferThreshold: 1, chargeCurrent: 2, battery: 3, deepDischargeThreshold: 4, maxBufferSeconds: 5 },
    ...{ dodProtection: 6, dodUnit: 7, inputOvp: 8, delaySeconds: 9, shutdownSeconds: 10, idleSeconds: 11 },
};

describe('the simulated DURAmax', () => {
    let clock: FakeClock;
    let device: Duramax;
    let changes: DcChange[];

    beforeEach(() => {
        clock = new FakeClock();
        make();
    });
    afterEach(() => {
        device.destroy();
        assert.equal(clock.pending, 0, 'timers are left');
    });

    function make(options: Omit<DcUpsOptions, 'clock'> = {}): void {
        device?.destroy();
        device = new Duramax({ clock, ...options });
        changes = [];
        device.ups.on('change', (change) => changes.push(change));
    }
    const view = () => device.ups.view();
    const courseOf = (what: DcChange['what']) =>
        changes.filter((change) => change.what === what).map(({ to, at }) => `${at / 1000} s ${to}`);
    const write = (name: keyof typeof NUMBER, raw: number) => device.ups.write(NUMBER[name], raw);

    describe('in buffer mode', () => {
        it('feeds the load from the battery below the buffer threshold, and at it from the input', () => {
            device.ups.setInput(21.5);
            assert.equal(view().source, 'battery');
            device.ups.setInput(21.6);
            assert.equal(view().source, 'input');
        });

        it('ends after the longest buffer time in User-Mode, and is back with the input', async () => {
            device.ups.setInput(0);
            await clock.advance(9_999);
            assert.equal(view().source, 'battery');
            await clock.advance(1);
            assert.equal(view().source, 'off');
            assert.equal(view().exhausted, true);
            device.ups.setInput(24);
            assert.equal(view().source, 'input');
        });

        it('discharges by load and capacity, and disconnects the battery at its threshold', async () => {
            make({ settings: { maxBufferSeconds: 7200, dodUnit: '%', deepDischargeThreshold: 50 }, load: 7 });
            device.ups.setInput(0);
            await clock.advance(29 * 60_000);
            assert.equal(view().source, 'battery');
            assert.ok(Math.abs(view().chargePercent - 51.67) < 0.01, String(view().chargePercent));
            assert.equal(view().batteryLow, true);
            await clock.advance(60_000);
            assert.equal(view().source, 'off');
            assert.equal(view().chargePercent, 50);
        });

        it('discharges a battery without protection to its end: it has to be replaced', async () => {
            make({ settings: { maxBufferSeconds: 7200, dodProtection: false }, load: 7 });
            device.ups.setInput(0);
            await clock.advance(3_600_000);
            assert.equal(view().source, 'off');
            assert.equal(view().replace, true);
            device.ups.setInput(24);
            await clock.advance(3_600_000);
            assert.equal(view().chargePercent, 0);
            device.ups.replaceBattery();
            device.ups.setInput(0);
            assert.equal(view().source, 'battery');
        });

        it('charges with the current that is set, up to full', async () => {
            make({ chargePercent: 90 });
            await clock.advance(3_600_000);
            assert.ok(Math.abs(view().chargePercent - (90 + 100 / 14)) < 0.01, String(view().chargePercent));
            await clock.advance(3_600_000);
            assert.equal(view().chargePercent, 100);
            assert.equal(view().batteryCurrent, 0);
        });
    });

    describe('in PC-Mode', () => {
        beforeEach(() => make({ mode: 'pc', settings: { delaySeconds: 20, shutdownSeconds: 30, idleSeconds: 15 } }));

        it('counts delay, shutdown, off and idle, each to the millisecond', async () => {
            device.ups.setInput(0);
            await clock.advance(100_000);
            device.ups.setInput(24);
            await clock.advance(100_000);
            assert.deepEqual(courseOf('phase'), ['0 s delay', '20 s shutdown', '50 s off', '100 s idle', '115 s none']);
            assert.deepEqual(courseOf('source'), ['0 s battery', '50 s off', '115 s input']);
        });

        it('is cancelled by the input in the delay, and no later', async () => {
            device.ups.setInput(0);
            await clock.advance(19_999);
            device.ups.setInput(24);
            assert.equal(view().phase, 'none');
            assert.equal(view().source, 'input');
            device.ups.setInput(0);
            await clock.advance(25_000);
            device.ups.setInput(24);
            assert.equal(view().phase, 'shutdown');
            await clock.advance(25_000);
            assert.deepEqual([view().phase, view().source], ['idle', 'off']);
        });

        it('waits idle anew when the input fails again meanwhile', async () => {
            device.ups.setInput(0);
            await clock.advance(60_000);
            device.ups.setInput(24);
            await clock.advance(14_999);
            device.ups.setInput(0);
            assert.equal(view().phase, 'off');
            await clock.advance(5_001);
            device.ups.setInput(24);
            await clock.advance(14_999);
            assert.equal(view().source, 'off');
            await clock.advance(1);
            assert.equal(view().source, 'input');
        });

        it('with an empty battery is off at once, and comes back after idle', async () => {
            device.ups.setCharge(15);
            device.ups.setInput(0);
            assert.deepEqual([view().phase, view().source], ['off', 'off']);
            device.ups.setInput(24);
            await clock.advance(15_000);
            assert.equal(view().source, 'input');
        });
    });

    describe('protects itself', () => {
        it('from more than 32 V, not from 32, and comes back by itself in auto mode', () => {
            device.ups.setInput(32);
            assert.equal(view().source, 'input');
            device.ups.setInput(32.01);
            assert.equal(view().source, 'off');
            assert.equal(device.ups.resetLatch(), 'fault');
            device.ups.setInput(24);
            assert.equal(view().source, 'input');
            assert.equal(view().latched, false);
        });

        it('and stays off in latch mode until the latch is reset, once the fault is gone', () => {
            assert.equal(write('inputOvp', 1), undefined);
            device.ups.setInput(33);
            device.ups.setInput(24);
            assert.deepEqual([view().source, view().latched], ['off', true]);
            assert.equal(device.ups.resetLatch(), 'done');
            assert.equal(view().source, 'input');
            assert.equal(device.ups.resetLatch(), 'nothing');
        });

        it('from heat always with the latch', () => {
            device.ups.setTemperature(71);
            device.ups.setTemperature(66);
            assert.equal(device.ups.resetLatch(), 'fault');
            device.ups.setTemperature(60);
            assert.equal(view().source, 'off');
            assert.equal(device.ups.resetLatch(), 'done');
            assert.equal(view().source, 'input');
        });
    });

    describe('has settings', () => {
        it('as the pictures of the manual show them', () => {
            assert.deepEqual(view().settings, FACTORY);
        });

        it('within its own limits, and no others', () => {
            for (const [name, least, greatest] of [
                ['bufferThreshold', 200, 240],
                ['chargeCurrent', 2, 50],
                ['battery', 1, 3],
                ['deepDischargeThreshold', 180, 215],
                ['maxBufferSeconds', 1, 7200],
                ['delaySeconds', 0, 3600],
                ['shutdownSeconds', 1, 3600],
                ['idleSeconds', 0, 3600],
            ] as const) {
                make();
                assert.equal(write(name, greatest), undefined, `${name} ${greatest}`);
                assert.equal(write(name, greatest + 1), 'limits', `${name} ${greatest + 1}`);
                make();
                assert.equal(write(name, least), undefined, `${name} ${least}`);
                if (least > 0) assert.equal(write(name, least - 1), 'limits', `${name} ${least - 1}`);
            }
        });

        it('of which two are only for User-Mode, and all only for one of the two modes', () => {
            device.ups.setMode('pc');
            assert.equal(write('deepDischargeThreshold', 190), 'mode');
            assert.equal(write('maxBufferSeconds', 60), 'mode');
            assert.equal(write('idleSeconds', 60), undefined);
            device.ups.setMode('fixed');
            assert.equal(write('idleSeconds', 30), 'mode');
            assert.equal(view().settings.idleSeconds, 60);
        });

        it('whose deep discharge threshold follows its unit', () => {
            assert.equal(write('dodUnit', 1), undefined);
            assert.equal(write('deepDischargeThreshold', 192), undefined);
            assert.equal(write('deepDischargeThreshold', 801), 'limits');
            assert.equal(view().settings.deepDischargeThreshold, 19.2);
            assert.equal(view().settings.dodUnit, '%');
            assert.equal(write('dodUnit', 0), undefined);
            assert.equal(view().settings.deepDischargeThreshold, 19.2);
        });
    });

    describe('on the wire', () => {
        const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replace(/ /g, ''), 'hex'));
        const hex = (answer: Uint8Array | undefined) => answer && Buffer.from(answer).toString('hex');

        it('takes requests in any split, past rubbish and past one with a wrong checksum', () => {
            const reader = new RequestReader();
            const stream = bytes('00 ff a5 02 00 11 22 a5 02 00 60 83 a5 10 03 0b 00 3c');
            const found = [...stream].flatMap((byte) => reader.push(Uint8Array.of(byte)));
            assert.deepEqual(
                found.map(({ command }) => command),
                [COMMANDS.status],
            );
        });

        it('answers a reset of the latch and a write with their status', () => {
            assert.equal(
                hex(device.receive({ command: COMMANDS.resetLatch, data: bytes('') }))?.slice(0, 8),
                '5a110105',
            );
            const answer = device.receive({ command: COMMANDS.write, data: bytes('0b 0e 11') });
            assert.equal(hex(answer)?.slice(0, 10), `5a10020b0${STATUS.limits}`);
            assert.equal(hex(device.receive({ command: 0x7f, data: bytes('') })), undefined);
        });

        it('stalls, spoils its checksum, talks rubbish and is unplugged as it is told', () => {
            const ask = () => device.receive({ command: COMMANDS.status, data: bytes('') });
            const good = ask()!;
            assert.equal(good.length, 30);
            handleControl(device, 'stall 7');
            assert.deepEqual(ask(), good.subarray(0, 7));
            handleControl(device, 'stall off');
            handleControl(device, 'checksum bad');
            assert.notDeepEqual(ask(), good);
            handleControl(device, 'checksum good');
            handleControl(device, 'garbage on');
            assert.deepEqual(ask()!.slice(-30), good);
            handleControl(device, 'unplug on');
            assert.equal(ask(), undefined);
            handleControl(device, 'unplug off');
            handleControl(device, 'garbage off');
            assert.deepEqual(ask(), good);
            assert.throws(() => handleControl(device, 'nonsense'), { code: 'config-invalid' });
            assert.throws(() => handleControl(device, 'input 61'), { code: 'out-of-range' });
        });
    });
});
