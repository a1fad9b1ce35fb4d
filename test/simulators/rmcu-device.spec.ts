import assert from 'node:assert/strict';
import { parse } from 'node:path';
import { RmcuDevice, type DeviceOptions } from '../../simulators/rmcu/device';
import { MeasurementLog } from '../../simulators/rmcu/measurement-log';
import { factorySettings, type OutputSchedule } from '../../simulators/rmcu/settings';
import { FakeClock } from '../support/fake-clock';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('the simulated RMCU', () => {
    const devices: { device: RmcuDevice; clock: FakeClock }[] = [];
    afterEach(() => {
        for (const { device, clock } of devices.splice(0)) {
            device.stop();
            device.stop();
            assert.equal(clock.pending, 0);
        }
    });

    /** Starts on Thursday, 2026-01-15, 03:00 UTC. Alarms switch no output. */
    function start(options: Partial<DeviceOptions> = {}) {
        const clock = new FakeClock();
        const settings = factorySettings();
        for (const { under, over } of Object.values(settings.analog))
            for (const side of [under, over]) if (side) side.contacts = [];
        for (const input of Object.values(settings.inputs)) input.contacts = [];
        const device = new RmcuDevice({ clock, settings, ...options });
        devices.push({ device, clock });
        const told: string[] = [];
        device.on('plant', ({ what }) => told.push(what));
        device.on('output', ({ output, active, by }) =>
            told.push(`${output} ${active ? 'active' : 'inactive'} by ${by}`),
        );
        device.start();
        return { clock, device, told };
    }

    describe('supply and battery', () => {
        it('disconnects the battery at 10.4 V, and reconnects it at 12.5 V once AC is back', () => {
            // 100 Ah at 26 A: from 12.8 V (full) 0.676 V an hour, and 10.4 V after 3.55 h (by hand).
            const plant = { loadAmps: 26, batteryAh: 100, model: 'HE1U-5012-BMS-MU' } as const;
            const { clock, device, told } = start({ ...plant, sampleMs: MINUTE });
            const volts = () => device.plant.reading().batteryVolts;
            device.plant.setAc(0);
            assert.ok(Math.abs(volts() - 12.8) < 1e-9);
            clock.advanceSync(1.5 * HOUR);
            const { supplyVolts, supplyAmps, batteryAmps, fed } = device.plant.reading();
            assert.deepEqual([supplyVolts, supplyAmps, batteryAmps, fed], [0, 0, 26, true]);
            assert.ok(Math.abs(volts() - (12.8 - 1.5 * 0.676)) < 1e-9);
            const hours = (100 * (2.4 / 2.6)) / 26;
            clock.advanceSync(hours * HOUR - 1.5 * HOUR - SECOND);
            assert.ok(volts() > 10.4 && volts() < 10.401);
            assert.equal(device.plant.reading().disconnected, false);
            clock.advanceSync(2 * SECOND);
            assert.equal(device.plant.reading().disconnected, true);
            assert.ok(volts() > 10.8, 'at rest its voltage rises');
            clock.advanceSync(DAY);
            assert.equal(device.plant.reading().disconnected, true, 'but without AC it stays off');
            assert.deepEqual(told, ['ac-failed', 'battery-disconnected', 'loads-off']);

            device.plant.setAc(115);
            clock.advanceSync(SECOND);
            assert.equal(device.plant.reading().fed, true);
            assert.equal(device.plant.reading().disconnected, true);
            // From 2/26 to 8/26 of 100 Ah at 7.2 A: 3.205 h.
            const charging = (100 * (6 / 26)) / 7.2;
            clock.advanceSync(charging * HOUR - 2 * SECOND);
            assert.ok(volts() < 12.5);
            assert.equal(device.plant.reading().disconnected, true);
            clock.advanceSync(2 * SECOND);
            assert.equal(device.plant.reading().disconnected, false);
            assert.ok(volts() >= 12.5);
            clock.advanceSync(DAY);
            assert.deepEqual([volts(), device.plant.reading().chargePercent], [13.8, 100]);
        });

        it('charges with 7.2 A at most, and never with more than the supply has left', () => {
            const { device } = start({ loadAmps: 10, chargePercent: 50 });
            assert.equal(device.plant.reading().supplyAmps, 17.2);
            device.plant.setLoad(20);
            assert.equal(device.plant.reading().supplyAmps, 22);
            device.plant.setLoad(25);
            const { supplyAmps, batteryAmps } = device.plant.reading();
            assert.deepEqual([supplyAmps, batteryAmps], [22, 3], 'the battery carries the rest');
        });

        it('switches the supply OFF while output 2 is active, and the battery while output 3 is', () => {
            const { device, clock } = start();
            device.outputs.set(2, true, 'web');
            clock.advanceSync(SECOND);
            assert.equal(device.outputs.stateText(2), 'OFF');
            assert.deepEqual(device.display.statusLines().slice(1, 6), [
                'Amps Power Supply: 0.0 Amps',
                'Amps Battery Mode: 10.2 Amps',
                'Volts Power Supply: 0.0 Volts',
                'Volts Battery: 12.8 Volts',
                'Alarm In: CLOSED',
            ]);
            assert.equal(device.plant.reading().fed, true);
            device.outputs.set(3, true, 'web');
            assert.equal(device.plant.reading().fed, false);
            device.outputs.set(2, false, 'web');
            assert.equal(device.plant.reading().supplyOn, true);
            assert.equal(device.plant.reading().fed, true);
        });

        it('is the same course however often it is read', () => {
            const { device, clock } = start({ loadAmps: 15, batteryAh: 40 });
            const other = start({ loadAmps: 15, batteryAh: 40, sampleMs: HOUR });
            for (const each of [device, other.device]) each.plant.setAc(0);
            clock.advanceSync(90 * MINUTE);
            other.clock.advanceSync(90 * MINUTE);
            const [often, rarely] = [device.plant.reading(), other.device.plant.reading()];
            assert.ok(Math.abs(often.chargePercent - rarely.chargePercent) < 1e-6);
            assert.ok(Math.abs(often.chargePercent - (100 - (15 * 1.5 * 100) / 40)) < 1e-6);
        });
    });

    describe('outputs', () => {
        it('pulse for the time of their settings, half a second at least', () => {
            const { device, clock, told } = start();
            device.settings.outputs[2].pulse = true;
            device.outputs.set(2, true, 'snmp');
            clock.advanceSync(499);
            assert.equal(device.outputs.isActive(2), true);
            clock.advanceSync(1);
            assert.equal(device.outputs.isActive(2), false);
            assert.deepEqual(told, ['2 active by snmp', '2 inactive by pulse']);
            device.settings.outputs[2].pulseSeconds = 3;
            device.outputs.set(2, true, 'snmp');
            clock.advanceSync(2000);
            device.outputs.set(2, true, 'snmp');
            clock.advanceSync(2000);
            assert.equal(device.outputs.isActive(2), true, 'a new order begins a new pulse');
            device.outputs.set(2, false, 'snmp');
            clock.advanceSync(10_000);
            assert.deepEqual(told.slice(2), ['2 active by snmp', '2 inactive by snmp']);
        });

        it('follow sixteen schedules', () => {
            const { device, clock, told } = start({ sampleMs: MINUTE });
            assert.equal(device.settings.schedules.length, 16);
            const schedule = (part: Partial<OutputSchedule>): OutputSchedule => {
                return { enabled: true, output: 1, active: true, from: '00:00', to: '00:00', days: [], ...part };
            };
            // Every night from Thursday to Friday and from Friday to Saturday; the other one is the last of the list.
            device.settings.schedules[0] = schedule({ output: 3, from: '22:00', to: '06:00', days: [4, 5] });
            device.settings.schedules[15] = schedule({ output: 4, from: '04:00', to: '04:05', days: [4] });
            device.settings.schedules[7] = schedule({
                output: 1,
                active: true,
                from: '04:00',
                to: '05:00',
                days: [5],
                enabled: false,
            });
            clock.advanceSync(HOUR);
            assert.deepEqual(told.splice(0), ['4 active by schedule']);
            clock.advanceSync(4 * MINUTE);
            assert.deepEqual(told.splice(0), []);
            clock.advanceSync(MINUTE);
            assert.deepEqual(told.splice(0), ['4 inactive by schedule']);
            clock.advanceSync(17 * HOUR + 54 * MINUTE);
            assert.deepEqual(told.splice(0), []);
            clock.advanceSync(MINUTE);
            assert.deepEqual(told.splice(0), ['3 active by schedule'], 'Thursday, 22:00');
            clock.advanceSync(8 * HOUR - MINUTE);
            assert.deepEqual(told.splice(0), []);
            clock.advanceSync(MINUTE);
            assert.deepEqual(told.splice(0), ['3 inactive by schedule'], 'Friday, 06:00');
            clock.advanceSync(DAY);
            assert.deepEqual(told.splice(0), ['3 active by schedule', '3 inactive by schedule']);
            clock.advanceSync(4 * DAY);
            assert.deepEqual(told.splice(0), [], 'not from Saturday to Wednesday');
        });

        it('set the state of a schedule that keeps an output inactive, and the opposite after it', () => {
            const { device, clock, told } = start({ sampleMs: MINUTE });
            device.outputs.set(1, true, 'web');
            const times = { from: '03:10', to: '03:20', days: [4] };
            device.settings.schedules[0] = { enabled: true, output: 1, active: false, ...times };
            clock.advanceSync(HOUR);
            assert.deepEqual(told, ['1 active by web', '1 inactive by schedule', '1 active by schedule']);
        });

        it('count the whole day where a schedule begins and ends at the same time, in the zone of the device', () => {
            const { device, clock, told } = start({ sampleMs: MINUTE });
            // 03:00 UTC on Thursday is 22:00 on Wednesday there.
            device.settings.zoneHours = -5;
            device.settings.schedules[0] = {
                enabled: true,
                output: 1,
                active: true,
                from: '00:00',
                to: '00:00',
                days: [4],
            };
            clock.advanceSync(2 * HOUR - MINUTE);
            assert.deepEqual(told.splice(0), []);
            clock.advanceSync(MINUTE);
            assert.deepEqual(told.splice(0), ['1 active by schedule']);
            clock.advanceSync(DAY - MINUTE);
            assert.deepEqual(told.splice(0), []);
            clock.advanceSync(MINUTE);
            assert.deepEqual(told.splice(0), ['1 inactive by schedule']);
        });

        it('go by the clock of the device when it jumps, and pulses do not', () => {
            const { device, clock, told } = start();
            device.settings.schedules[0] = {
                enabled: true,
                output: 1,
                active: true,
                from: '12:00',
                to: '13:00',
                days: [4],
            };
            device.settings.outputs[4] = { ...device.settings.outputs[4], pulse: true, pulseSeconds: 10 };
            device.outputs.set(4, true, 'web');
            device.clock.jump(9 * HOUR + 30 * MINUTE);
            clock.advanceSync(5 * SECOND);
            assert.deepEqual(told.splice(0), ['4 active by web', '1 active by schedule']);
            device.clock.jump(-2 * HOUR);
            clock.advanceSync(5 * SECOND);
            assert.deepEqual(told.splice(0).sort(), ['1 inactive by schedule', '4 inactive by pulse']);
        });

        it('are inactive after a reboot, and the alarms begin anew', () => {
            const { device, clock, told } = start();
            device.outputs.set(2, true, 'web');
            device.settings.analog.ac.under!.contacts = [1];
            device.measurements.force('ac', 90);
            clock.advanceSync(SECOND);
            const boots: string[] = [];
            device.on('notification', ({ what }) => boots.push(what));
            told.length = 0;
            device.reboot();
            assert.equal(device.plant.reading().supplyOn, true);
            assert.deepEqual(boots, ['boot', 'analog']);
            assert.deepEqual(told, ['1 inactive by boot', '2 inactive by boot', '1 active by alarm']);
            assert.equal(device.upTime, 0);
        });
    });

    describe('the log', () => {
        const rows = (device: RmcuDevice, name = 'RMCU.CSV') => device.log.text(name)!.trimEnd().split('\r\n');

        it('has a row each so many minutes, 1 to 60, and none with rate 0', () => {
            const { device, clock } = start({ sampleMs: MINUTE });
            assert.deepEqual(rows(device), [
                'Time,Site,AC Line (Volts),Temperature (F),Amps Power Supply (Amps),Amps Battery Mode (Amps),' +
                    'Volts Power Supply (Volts),Volts Battery (Volts),Alarm In,DC-OK Power Supply,Alarm Out,' +
                    'Power Supply ON/OFF,Battery ON/OFF,Event',
            ]);
            clock.advanceSync(3 * MINUTE);
            assert.deepEqual(rows(device).slice(2), [
                '01/15/26 03:02:00,Simulated site,116.70,90.50,10.20,0.00,13.80,13.80,CLOSED,CLOSED,OFF/HIGH,ON,ON,',
                '01/15/26 03:03:00,Simulated site,116.70,90.50,10.20,0.00,13.80,13.80,CLOSED,CLOSED,OFF/HIGH,ON,ON,',
            ]);
            device.setLogRate(60);
            clock.advanceSync(59 * MINUTE);
            assert.equal(rows(device).length, 4);
            clock.advanceSync(MINUTE);
            assert.equal(rows(device).length, 5);
            device.setLogRate(0);
            clock.advanceSync(DAY);
            assert.equal(rows(device).length, 5);
            for (const wrong of [-1, 61, 1.5, NaN])
                assert.throws(() => device.setLogRate(wrong), { code: 'out-of-range' });
        });

        it('has a row for each alarm if it is set so', () => {
            const { device, clock } = start();
            device.setLogRate(0);
            device.measurements.force('analog-4', 11.9);
            clock.advanceSync(SECOND);
            device.measurements.force('analog-4', 13);
            clock.advanceSync(SECOND);
            const events = rows(device).map((row) => row.split(',').at(-1));
            assert.deepEqual(events, [
                'Event',
                'Volts Battery under alarm on: 11.90 Volts',
                'Volts Battery under alarm off: 13.00 Volts',
            ]);
            device.settings.log.alarms = false;
            device.measurements.force('analog-4', 11.9);
            clock.advanceSync(SECOND);
            assert.equal(rows(device).length, 3);
        });

        it('is renamed when it reaches its size, and no row is lost or doubled', () => {
            const { device, clock } = start({ rollBytes: 1000, sampleMs: MINUTE });
            clock.advanceSync(20 * MINUTE);
            const { names } = device.log;
            assert.ok(names.length >= 3, names.join());
            assert.deepEqual(names.slice(0, 2), ['RMCU001.CSV', 'RMCU002.CSV']);
            for (const name of names.filter((each) => parse(each).name !== 'RMCU')) {
                const text = device.log.text(name)!;
                const last = text.trimEnd().split('\r\n').at(-1)!;
                assert.ok(text.length >= 1000 && text.length - last.length - 2 < 1000, `${name} ${text.length}`);
            }
            const times = [...names, ...(names.includes('RMCU.CSV') ? [] : ['RMCU.CSV'])].flatMap((name) => {
                const [header, ...lines] = rows(device, name);
                assert.match(header!, /^Time,Site,AC Line/);
                return lines.map((line) => line.slice(9, 14));
            });
            const expected = Array.from({ length: 20 }, (_, index) => `03:${String(index + 1).padStart(2, '0')}`);
            assert.deepEqual(times, expected);
        });

        it('is renamed at 5 MB unless it is told otherwise', () => {
            const log = new MeasurementLog(() => ['Text']);
            const append = () => log.append({ at: 0, fields: ['x'.repeat(1024 * 1024)] });
            for (let row = 1; row <= 4; row++) append();
            assert.deepEqual(log.names, ['RMCU.CSV']);
            append();
            assert.deepEqual(log.names, ['RMCU001.CSV']);
        });

        it('drops the oldest row for a new one when the card is full', () => {
            const { device, clock } = start({ rollBytes: 1000, sampleMs: MINUTE });
            clock.advanceSync(10 * MINUTE);
            const oldest = () => rows(device, device.log.names[0])[1]?.slice(9, 14);
            assert.equal(oldest(), '03:01');
            device.log.fill(true);
            const bytes = device.log.bytes;
            clock.advanceSync(MINUTE);
            assert.equal(oldest(), '03:02');
            assert.equal(device.log.bytes, bytes);
            assert.equal(device.log.status, 'Card full');
            clock.advanceSync(30 * MINUTE);
            assert.ok(device.log.bytes <= bytes);
            assert.match(device.log.names.map((name) => device.log.text(name)).join(''), /03:41:00/);
            device.log.fill(false);
            assert.equal(device.log.status, 'Success');
            device.log.clear();
            assert.deepEqual(device.log.names, []);
        });

        it('stamps the time that the device believes', () => {
            const { device, clock } = start();
            device.settings.zoneHours = 2;
            device.clock.jump(-DAY);
            clock.advanceSync(MINUTE);
            assert.match(rows(device)[1]!, /^01\/14\/26 05:01:00,/);
            assert.equal(device.clock.sentence(), 'Wed, 14 Jan 2026 05:01:00');
        });
    });

    it('shows digits and the unit of temperature by its settings, and hides what has no name', () => {
        const { device } = start();
        assert.deepEqual(device.display.statusLines(), [
            'AC Line: 116.7 Volts',
            'Amps Power Supply: 10.2 Amps',
            'Amps Battery Mode: 0.0 Amps',
            'Volts Power Supply: 13.8 Volts',
            'Volts Battery: 13.8 Volts',
            'Alarm In: CLOSED',
            'DC-OK Power Supply: CLOSED',
            'Alarm Out: OFF/HIGH',
            'Power Supply ON/OFF: ON',
            'Battery ON/OFF: ON',
            'Temperature: 90.5 F',
        ]);
        device.settings.temperatureUnit = 'C';
        device.settings.digits = 2;
        device.settings.inputs[2].name = '';
        const lines = device.display.statusLines();
        assert.equal(lines.at(-1), 'Temperature: 32.50 C');
        assert.ok(!lines.some((line) => line.startsWith('DC-OK')));
    });

    it('measures within its ranges', () => {
        const { device, clock } = start({ loadAmps: 90, acVolts: 264, model: 'HE1U-12012-BMS-MU' });
        clock.advanceSync(SECOND);
        assert.equal(device.measurements.value('analog-1'), 75);
        device.plant.setAc(400);
        clock.advanceSync(SECOND);
        assert.equal(device.measurements.value('ac'), 300);
    });
});
