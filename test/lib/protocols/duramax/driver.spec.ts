import assert from 'node:assert/strict';
import { checkMap } from '../../../../lib/protocols/device-map/check-map';
import { simulatedDuramax } from '../../../../lib/protocols/device-map/maps/simulated-duramax';
import { Prng } from '../../../simulation/kernel/prng';
import { DuramaxBench } from './bench';

const stateOf = ({ driver }: DuramaxBench) => driver.state.state;

describe('DuramaxDriver', () => {
    let bench: DuramaxBench;
    const start = async (...options: ConstructorParameters<typeof DuramaxBench>) =>
        (bench = await new DuramaxBench(...options).start());
    afterEach(async () => {
        await bench.stop();
        assert.equal(bench.clock.pending, 0, 'timers are left');
    });

    it('reads all that its map tells, by a map without faults', async () => {
        assert.equal(checkMap(simulatedDuramax).faults, undefined);
        await start({ load: 3.5, chargePercent: 80 });
        const { time, ...told } = bench.last;
        assert.ok(time);
        assert.deepEqual(told, {
            identity: { model: 'DURAmax DC UPS 24V 10A', serial: 'SIM0000001', firmware: '1.0.0' },
            battery: { voltage: 25.6, current: 0.5, chargePercent: 80, secondsOnBattery: 0 },
            input: { lines: [] },
            output: { source: 'normal', lines: [] },
            bypass: { lines: [] },
            test: {},
            dc: { inputVoltage: 24, outputVoltage: 24, outputCurrent: 3.5, temperature: 25 },
            alarms: [],
            alarmsTold: [
                'battery-replace',
                'charger-failed',
                'depleted-battery',
                'low-battery',
                'on-battery',
                'shutdown-pending',
                'temp-bad',
                'ups-output-off',
                'vendor:input overvoltage',
                'vendor:latched off',
            ],
            channels: {
                'hardware version': { state: '1.0.0' },
                'PC-Mode': { state: 'none' },
                'PC-Mode seconds left': { value: 0, unit: 's' },
                'relay battery low': { state: 'off' },
                'relay buffer mode': { state: 'off' },
                'relay fault': { state: 'off' },
            },
            settings: {
                operationMode: 'user',
                bufferThreshold: 21.6,
                chargeCurrent: 0.5,
                batterySelection: 'DURA ECO LA-BAT 24V 7AH',
                deepDischargeThreshold: 19.2,
                maxBufferSeconds: 10,
                dodProtection: 'on',
                dodUnit: 'V',
                inputOvp: 'auto',
                delaySeconds: 10,
                shutdownSeconds: 10,
                idleSeconds: 10,
            },
        });
        assert.deepEqual(
            bench.states.map(({ state }) => state),
            ['connecting', 'ready'],
        );
    });

    it('sees the buffer mode, its end, and the countdown of PC-Mode', async () => {
        await start({ mode: 'pc' });
        bench.device.ups.setInput(0);
        await bench.clock.advance(3000);
        assert.equal(bench.last.output?.source, 'battery');
        assert.deepEqual(bench.last.alarms, ['on-battery']);
        assert.equal(bench.last.channels?.['PC-Mode']?.state, 'delay');
        assert.equal(bench.last.battery?.secondsOnBattery, 2);
        await bench.clock.advance(9000);
        assert.ok(bench.last.alarms?.includes('shutdown-pending'));
        await bench.clock.advance(10_000);
        assert.equal(bench.last.output?.source, 'none');
        assert.deepEqual(bench.last.alarms, ['ups-output-off']);
        bench.device.ups.setInput(24);
        await bench.clock.advance(12_000);
        assert.equal(bench.last.output?.source, 'normal');
    });

    it('asks for settings and identity more rarely than for the state', async () => {
        await start();
        const before = bench.wire.sent.length;
        await bench.clock.advance(60_000);
        const sent = bench.wire.sent.slice(before);
        const count = (command: string) => sent.filter((each) => each.startsWith(command)).length;
        assert.deepEqual([count('a502'), count('a503'), count('a501')], [60, 12, 1]);
    });

    it('is silent after three polls without a right answer, and is back with the first', async () => {
        await start();
        for (const fault of ['stallAfter', 'badChecksum', 'unplugged'] as const) {
            Object.assign(bench.device.faults, { [fault]: fault === 'stallAfter' ? 9 : true });
            const before = bench.readings.length;
            await bench.clock.advance(2000);
            assert.equal(stateOf(bench), 'ready', `${fault}: too early`);
            await bench.clock.advance(8000);
            assert.equal(stateOf(bench), 'waiting', fault);
            assert.equal(bench.readings.length, before, `${fault}: a reading`);
            Object.assign(bench.device.faults, { stallAfter: undefined, badChecksum: false, unplugged: false });
            await bench.clock.advance(15_000);
            assert.equal(stateOf(bench), 'ready', `${fault}: not back`);
        }
    });

    it('knows nothing of what one frame does not tell, and the rest all the same', async () => {
        await start();
        bench.wire.answer = undefined;
        const { device } = bench;
        const { receive } = device;
        device.receive = (request) => (request.command === 0x03 ? undefined : receive.call(device, request));
        await bench.clock.advance(8000);
        assert.deepEqual(bench.last.settings, { operationMode: 'user' });
        assert.equal(bench.last.output?.source, 'normal');
        assert.equal(bench.driver.state.state, 'ready');
    });

    it('reads past rubbish, and answers that come late', async () => {
        await start();
        bench.device.faults.garbage = true;
        bench.device.ups.setInput(23);
        await bench.clock.advance(2000);
        assert.equal(bench.last.dc?.inputVoltage, 23);
        bench.device.faults.delayMs = 450;
        bench.device.ups.setInput(22);
        await bench.clock.advance(5000);
        assert.equal(bench.last.dc?.inputVoltage, 22);
        assert.equal(bench.driver.state.state, 'ready');
    });

    it('warns once if the rotary switch stands elsewhere than the node says', async () => {
        await start({ mode: 'user' }, simulatedDuramax, { mode: 'pc' });
        await bench.clock.advance(5000);
        assert.equal(bench.warnings.length, 1);
        bench.device.ups.setMode('fixed');
        await bench.clock.advance(5000);
        assert.equal(bench.warnings.length, 1);
    });

    it('takes the model that the node says where the device does not tell it', async () => {
        const map = { ...simulatedDuramax, items: simulatedDuramax.items.filter(({ id }) => id !== 'model') };
        await start({}, map, { identity: { manufacturer: 'Weidmüller', model: 'DURAmax DC UPS 24V 40A' } });
        assert.equal(bench.last.identity?.model, 'DURAmax DC UPS 24V 40A');
        assert.equal(bench.last.identity?.serial, 'SIM0000001');
    });

    it('never tells a value of a damaged frame', async function () {
        this.timeout(60_000);
        await start();
        const prng = new Prng(3);
        const { device } = bench;
        const { receive } = device;
        device.receive = (request) => {
            const answer = receive.call(device, request);
            if (answer) answer[prng.below(answer.length)]! ^= 1 << prng.below(8);
            return answer;
        };
        const before = bench.readings.length;
        await bench.clock.advance(600_000);
        assert.equal(bench.readings.length, before);
    });
});
