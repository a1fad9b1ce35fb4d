import assert from 'node:assert/strict';
import type { SettingInfo } from '../../../../lib/core/driver';
import type { UpsError } from '../../../../lib/core/errors';
import type { SettingValue } from '../../../../lib/core/status/status';
import { checkMap } from '../../../../lib/protocols/device-map/check-map';
import type { DeviceMap } from '../../../../lib/protocols/device-map/device-map';
import { simulatedDuramax } from '../../../../lib/protocols/device-map/maps/simulated-duramax';
import { handleControl } from '../../../../simulators/duramax/control';
import { errorInEnglish } from '../../../support/in-english';
import { DuramaxBench } from './bench';

/** The least and the greatest value that the simulator takes, and the step. */
const NUMBERS = {
    bufferThreshold: [20, 24, 0.1],
    chargeCurrent: [0.2, 5, 0.1],
    deepDischargeThreshold: [18, 21.5, 0.1],
    maxBufferSeconds: [1, 7200, 1],
    delaySeconds: [0, 3600, 1],
    shutdownSeconds: [1, 3600, 1],
    idleSeconds: [0, 3600, 1],
} as const;
const STATES = {
    batterySelection: ['simulated battery 24 V 3 Ah', 'DURA ECO LA-BAT 24V 7AH'],
    dodProtection: [true, 'on'],
    dodUnit: ['%', 'V'],
    inputOvp: ['latch', 'auto'],
} as const;

describe('Settings of a DURAmax', () => {
    let bench: DuramaxBench;
    const start = async (...options: ConstructorParameters<typeof DuramaxBench>) =>
        (bench = await new DuramaxBench(...options).start());
    afterEach(() => bench.stop());

    const set = (setting: string, value: unknown, confirm?: boolean) =>
        bench.driver.execute({ type: 'set', setting, value: value as SettingValue, confirm });

    /** That it is refused, with no write on the line. */
    async function refuses(setting: string, value: unknown, code: string, words?: RegExp): Promise<void> {
        const what = `${setting} ${String(value)}`;
        let failure: UpsError | undefined;
        const sent = await bench.written(() => set(setting, value).catch((error: UpsError) => (failure = error)), 100);
        assert.equal(failure?.code, code, what);
        assert.deepEqual(sent, [], what);
        if (words) assert.match(errorInEnglish(failure), words, what);
    }

    async function takes(setting: string, value: SettingValue, confirm?: boolean): Promise<void> {
        let confirmed: boolean | undefined;
        const sent = await bench.written(async () => ({ confirmed } = await set(setting, value, confirm)));
        assert.equal(sent.length, 1, `${setting} ${value}`);
        assert.equal(confirmed, true, `${setting} ${value}`);
    }

    for (const [name, [least, greatest, step]] of Object.entries(NUMBERS)) {
        it(`${name}: the least, the greatest, and nothing beyond`, async () => {
            await start();
            for (const value of [greatest, least]) {
                await takes(name, value);
                assert.equal(bench.device.ups.view().settings[name as keyof typeof NUMBERS], value);
                assert.equal(bench.last.settings?.[name], value);
            }
            for (const value of [least - step, greatest + step].map((each) => Math.round(each * 10) / 10))
                await refuses(
                    name,
                    value,
                    name === 'deepDischargeThreshold' && value > 21 ? 'setting-refused' : 'config-invalid',
                );
            for (const value of [
                NaN,
                Infinity,
                -Infinity,
                '',
                ' ',
                'ten',
                String(least),
                true,
                null,
                undefined,
                {},
                [least],
            ])
                await refuses(name, value, 'config-invalid');
            await refuses(name, least + step / 2, 'config-invalid');
        });
    }

    it('are told, limited and written in their own unit, whichever the map has', async () => {
        // The same device: tenths of a volt are hundreds of mV, a second is a thousand ms.
        const other = {
            bufferThreshold: { unit: 'mV', scale: 100, limits: { min: 20_000, max: 24_000, default: 21_600 } },
            chargeCurrent: { unit: 'mA', scale: 100, limits: { min: 200, max: 5000, default: 500 } },
            idleSeconds: { unit: 'min', scale: 1 / 60, limits: { min: 0, max: 60, default: 0.5 } },
        };
        const items = simulatedDuramax.items.map((item) => {
            const own = other[item.id as keyof typeof other];
            return own && { ...item, unit: own.unit, scale: own.scale, set: { ...item.set!, ...own.limits } };
        });
        const map = { ...simulatedDuramax, items: simulatedDuramax.items.map((item, i) => items[i] ?? item) };
        assert.equal(checkMap(map).faults, undefined);
        await start({}, map);
        const info = bench.driver.settingsInfo();
        const told = ({ unit, min, max, default: factory }: SettingInfo) => [unit, min, max, factory];
        assert.deepEqual(told(info.bufferThreshold!), ['V', 20, 24, 21.6]);
        assert.deepEqual(told(info.chargeCurrent!), ['A', 0.2, 5, 0.5]);
        assert.deepEqual(told(info.idleSeconds!), ['s', 0, 3600, 30]);
        for (const [name, value] of Object.entries({ bufferThreshold: 22.3, chargeCurrent: 1.7, idleSeconds: 61 })) {
            await takes(name, value);
            assert.equal(bench.device.ups.view().settings[name as keyof typeof NUMBERS], value);
            assert.equal(bench.last.settings?.[name], value);
        }
        await refuses('bufferThreshold', 22_300, 'config-invalid');
        await refuses('bufferThreshold', 22.35, 'config-invalid');
        await refuses('idleSeconds', 3601, 'config-invalid');
    });

    for (const [name, [other, first]] of Object.entries(STATES)) {
        it(`${name}: its states, and no others`, async () => {
            await start();
            for (const value of [other, first]) await takes(name, value);
            for (const value of ['', 'nonsense', 7, NaN, null]) await refuses(name, value, 'config-invalid');
        });
    }

    it('dodProtection off needs a confirmation, and says what it means', async () => {
        await start();
        for (const value of ['off', false])
            await refuses('dodProtection', value, 'setting-refused', /has to be replaced/);
        await takes('dodProtection', false, true);
        assert.equal(bench.last.settings?.dodProtection, 'off');
    });

    it('deep discharge and longest buffer time only in User-Mode; the others in PC-Mode too; none elsewhere', async () => {
        await start({ mode: 'pc' });
        await refuses('deepDischargeThreshold', 20, 'setting-refused', /User-Mode/);
        await refuses('maxBufferSeconds', 60, 'setting-refused', /User-Mode/);
        await takes('idleSeconds', 60);
        bench.device.ups.setMode('fixed');
        await bench.clock.advance(1000);
        for (const name of [...Object.keys(NUMBERS), ...Object.keys(STATES)])
            await refuses(name, 20, 'setting-refused', /rotary switch/);
        bench.device.ups.setMode('user');
        await bench.clock.advance(1000);
        await takes('maxBufferSeconds', 60);
    });

    it('nothing while the position of the switch is not known', async () => {
        const items = simulatedDuramax.items.map((item) =>
            item.id === 'mode' ? { ...item, states: { '9': 'user' } } : item,
        );
        await start({}, { ...simulatedDuramax, items });
        await refuses('idleSeconds', 60, 'setting-refused', /rotary switch/);
    });

    it('by the position that the node says, if the map does not tell it', async () => {
        const map = without('mode');
        await start({ mode: 'user' }, map, { mode: 'pc' });
        await refuses('maxBufferSeconds', 60, 'setting-refused', /User-Mode/);
        await takes('idleSeconds', 60);
    });

    it('the deep discharge threshold in the unit of dodUnit', async () => {
        await start();
        await takes('deepDischargeThreshold', '19.5 V');
        await refuses('deepDischargeThreshold', '60 %', 'setting-refused', /dodUnit is V/);
        await refuses('deepDischargeThreshold', 60, 'config-invalid');
        await takes('dodUnit', '%');
        await refuses('deepDischargeThreshold', '19.5 V', 'setting-refused', /dodUnit is %/);
        await refuses('deepDischargeThreshold', 101, 'config-invalid');
        await refuses('deepDischargeThreshold', -1, 'config-invalid');
        await refuses('deepDischargeThreshold', '60 A', 'setting-refused');
        await takes('deepDischargeThreshold', '60 %');
        await takes('deepDischargeThreshold', 30);
        assert.equal(bench.driver.settingsInfo().deepDischargeThreshold?.unit, '%');
    });

    it('the deep discharge threshold below the buffer threshold, in V', async () => {
        await start();
        await takes('deepDischargeThreshold', 21.5);
        await refuses('deepDischargeThreshold', 21.6, 'setting-refused', /buffer threshold \(21.6 V\)/);
        await refuses('bufferThreshold', 21.5, 'setting-refused', /deep discharge threshold \(21.5 V\)/);
        await takes('bufferThreshold', 21.6);
    });

    it('without limits of the map: above 0, times whole and not negative', async () => {
        const items = simulatedDuramax.items.map(({ set: written, ...item }) => {
            if (!written) return item;
            const { min: _min, max: _max, default: _default, ...bare } = written;
            return { ...item, set: bare };
        });
        await start({}, { ...simulatedDuramax, items });
        assert.deepEqual(bench.driver.settingsInfo().bufferThreshold, { writable: true, unit: 'V' });
        for (const name of ['bufferThreshold', 'chargeCurrent', 'deepDischargeThreshold'])
            for (const value of [0, -1, NaN]) await refuses(name, value, 'config-invalid');
        for (const value of [-1, 1.5, NaN]) await refuses('idleSeconds', value, 'config-invalid');
        await takes('idleSeconds', 0);
        // What the map does not know, the device may: it refuses with its own reason.
        const failed = assert.rejects(set('bufferThreshold', 40), { code: 'device-refused' });
        await bench.clock.advance(3000);
        await failed;
    });

    it('that the map does not have, or only shows, are not supported', async () => {
        await start();
        for (const name of ['nonsense', 'operationMode']) {
            assert.equal(bench.driver.supports({ type: 'set', setting: name, value: 1 }), false);
            await refuses(name, 1, 'not-supported');
        }
    });

    it('are shown with unit, limits, states and what may be written now', async () => {
        await start({ mode: 'pc' });
        const { bufferThreshold, maxBufferSeconds, dodProtection, operationMode } = bench.driver.settingsInfo();
        assert.deepEqual(bufferThreshold, { writable: true, unit: 'V', min: 20, max: 24, default: 21.6 });
        assert.equal(maxBufferSeconds?.writable, false);
        assert.deepEqual(dodProtection?.options, ['off', 'on']);
        assert.deepEqual(operationMode, { writable: false, options: ['other', 'user', 'pc'] });
    });

    it('whose acknowledgement is lost are confirmed by what the device shows', async () => {
        await start();
        bench.device.faults.noAcknowledge = true;
        await takes('idleSeconds', 77);
    });

    it('that the device does not show are accepted, not confirmed', async () => {
        await start();
        const { device } = bench;
        const { receive } = device;
        device.receive = (request) => {
            if (request.command !== 0x10) return receive.call(device, request);
            const answer = receive.call(device, request)!;
            device.ups.write(11, 10);
            return answer;
        };
        const done = set('idleSeconds', 77);
        await bench.clock.advance(5000);
        assert.equal((await done).confirmed, false);
    });

    it('are judged by the mode in which the device is now, however rarely it is polled', async () => {
        await start({}, simulatedDuramax, { intervalMs: 60_000 });
        handleControl(bench.device, 'mode fixed');
        await refuses('chargeCurrent', 1, 'setting-refused', /User-Mode|PC-Mode/);
        handleControl(bench.device, 'mode pc');
        await takes('chargeCurrent', 1);
        await refuses('maxBufferSeconds', 60, 'setting-refused', /User-Mode/);
    });

    it('are not written while nobody can tell the mode', async () => {
        await start({}, simulatedDuramax, { intervalMs: 60_000 });
        await bench.clock.advance(1500);
        handleControl(bench.device, 'stall 3');
        await bench.clock.advance(100);
        let failure: UpsError | undefined;
        const sent = await bench.written(
            () => set('chargeCurrent', 1).catch((error: UpsError) => (failure = error)),
            5000,
        );
        assert.ok(failure);
        assert.deepEqual(sent, []);
    });

    describe('The latch', () => {
        const reset = () => bench.driver.execute({ type: 'latch-reset' });
        async function refusesReset(words: RegExp): Promise<void> {
            let failure: UpsError | undefined;
            const sent = await bench.written(() => reset().catch((error: UpsError) => (failure = error)), 100);
            assert.deepEqual(sent, []);
            assert.match(errorInEnglish(failure), words);
        }

        it('is reset when the fault is gone, and not before', async () => {
            await start();
            assert.equal(bench.driver.supports({ type: 'latch-reset' }), true);
            await refusesReset(/nothing is latched/);
            await takes('inputOvp', 'latch');
            bench.device.ups.setInput(33);
            await bench.clock.advance(2000);
            assert.deepEqual(bench.last.alarms, ['ups-output-off', 'vendor:input overvoltage', 'vendor:latched off']);
            await refusesReset(/the fault lasts/);
            bench.device.ups.setInput(24);
            bench.device.ups.setTemperature(80);
            await bench.clock.advance(2000);
            await refusesReset(/the fault lasts/);
            bench.device.ups.setTemperature(30);
            await bench.clock.advance(2000);
            const sent = await bench.written(async () => assert.equal((await reset()).confirmed, true));
            assert.equal(sent.length, 1);
            assert.equal(bench.last.output?.source, 'normal');
        });

        it('is judged by what the device shows now, however rarely it is polled', async () => {
            await start({}, simulatedDuramax, { intervalMs: 60_000 });
            await takes('inputOvp', 'latch');
            bench.device.ups.setInput(33);
            await bench.clock.advance(61_000);
            bench.device.ups.setInput(24);
            await bench.clock.advance(61_000);
            assert.deepEqual(bench.last.alarms, ['ups-output-off', 'vendor:latched off']);
            bench.device.ups.setInput(33);
            await refusesReset(/the fault lasts/);
            bench.device.ups.setInput(24);
            const sent = await bench.written(async () => assert.equal((await reset()).confirmed, true));
            assert.equal(sent.length, 1);
        });

        it('is left to a device whose map does not tell its faults, except above 32 V', async () => {
            await start({}, without('overvoltage', 'overtemperature', 'latched'));
            bench.device.ups.setInput(33);
            await bench.clock.advance(2000);
            await refusesReset(/the fault lasts/);
            bench.device.ups.setInput(24);
            await bench.clock.advance(2000);
            const failed = assert.rejects(reset(), { code: 'device-refused' });
            await bench.clock.advance(2000);
            await failed;
        });

        it('is not offered by a map without it', async () => {
            await start({}, { ...simulatedDuramax, commands: undefined });
            assert.equal(bench.driver.supports({ type: 'latch-reset' }), false);
            await assert.rejects(Promise.all([reset(), bench.clock.advance(100)]), { code: 'not-supported' });
        });
    });
});

function without(...ids: string[]): DeviceMap {
    return { ...simulatedDuramax, items: simulatedDuramax.items.filter(({ id }) => !ids.includes(id)) };
}
