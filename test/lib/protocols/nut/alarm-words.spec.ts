import assert from 'node:assert/strict';
import { alarmsOf, alarmTexts } from '../../../../lib/protocols/nut/alarm-words';

const meanings = (text: string) => alarmTexts(text).flatMap(alarmsOf);

describe('the words of ups.alarm', () => {
    for (const [text, ...alarms] of [
        // usbhid-ups, netxml-ups
        ['Replace battery! Shutdown imminent!', 'battery-replace', 'shutdown-imminent'],
        ['Fan failure!', 'fan-failure'],
        ['No battery installed!', 'battery-bad'],
        ['Battery charger fail!', 'charger-failed'],
        ['Temperature too high!', 'temp-bad'],
        ['Internal UPS fault!', 'general-fault'],
        ['Communication fault!', 'communications-lost'],
        ['Fuse fault!', 'fuse-failure'],
        ['Awaiting power!', 'awaiting-power'],
        ['Automatic bypass mode!', 'on-bypass'],
        ['Battery voltage too low!', 'vendor:Battery voltage too low!'],
        ['UPS selftest failed!', 'diagnostic-test-failed'],
        // snmp-ups
        ['Inverter failure!', 'inverter-failure'],
        ['Bypass not available!', 'bypass-bad'],
        ['Output off!', 'ups-output-off'],
        ['Input failure!', 'input-bad'],
        ['Battery discharged!', 'depleted-battery'],
        ['Building alarm!', 'vendor:Building alarm!'],
        ['On inverter!', 'state:On inverter!'],
        // nutdrv_qx
        [
            'UPS warnings: Battery disconnected. Neutral not connected. Overload alarm. EPO enabled. Charger alarm.',
            'battery-bad',
            'vendor:Neutral not connected.',
            'output-overload',
            'emergency-power-off',
            'charger-failed',
        ],
        ['UPS is in ECO Mode.', 'eco-mode'],
        ['UPS is shutting down!', 'shutdown-imminent'],
        ['Unknown warnings [bit: #59]', 'vendor:Unknown warnings [bit: #59]'],
        // adelsystem_cbi
        ['General Alarm present.', 'general-fault'],
        // bcmxcp
        [
            'RECTIFIER_EPROM_FAIL OUTPUT_BREAKER_OPEN BATTERY_LOW',
            'vendor:RECTIFIER_EPROM_FAIL',
            'vendor:OUTPUT_BREAKER_OPEN',
            'low-battery',
        ],
        ['LOSS_OF_REDUNDANCY', 'redundancy-lost'],
        ['INVERTER_ON CHARGER_ON', 'state:INVERTER_ON', 'state:CHARGER_ON'],
        // newer NUT: each in brackets
        ['[Fan fault] [Battery DC bus overvoltage]', 'fan-failure', 'vendor:Battery DC bus overvoltage'],
        // other separators
        ['Overload; fan failure | charger fault', 'output-overload', 'fan-failure', 'charger-failed'],
        ['Overload, Fan failure', 'output-overload', 'fan-failure'],
        ['Overload\r\nEPO active', 'output-overload', 'emergency-power-off'],
        // says more than the id
        ['Fan failure in module 3', 'fan-failure', 'vendor:Fan failure in module 3'],
        ['On maintenance bypass!', 'on-bypass', 'vendor:On maintenance bypass!'],
        ['INVERTER_OVER_TEMP', 'temp-bad', 'vendor:INVERTER_OVER_TEMP'],
        // not what it looks like
        ['No fan failure', 'vendor:No fan failure'],
        ['Overload cleared', 'vendor:Overload cleared'],
        ['HEATSINK_TEMP_SENSOR_FAIL', 'vendor:HEATSINK_TEMP_SENSOR_FAIL'],
        ['INTERNAL_COM_FAIL', 'vendor:INTERNAL_COM_FAIL'],
        ['Sensor communication lost', 'vendor:Sensor communication lost'],
        ['Battery at 40,5 V', 'vendor:Battery at 40,5 V'],
        ['0'],
        [''],
        ['No alarms'],
        ['OK'],
    ] as const) {
        it(`"${text}": ${alarms.join(', ') || 'nothing'}`, () => assert.deepEqual(meanings(text), alarms));
    }

    it('are bounded in number and length, and free of control characters', () => {
        const many = alarmTexts(Array.from({ length: 5000 }, (_, index) => `Odd\u0007thing ${index}!`).join(' '));
        assert.ok(many.length <= 64 && many.length > 10, `${many.length}`);
        assert.equal(many[0], 'Odd thing 0!');
        assert.ok(alarmTexts('x'.repeat(100_000))[0]!.length <= 255);
    });
});
