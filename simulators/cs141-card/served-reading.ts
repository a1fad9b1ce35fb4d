import { emptyStatus, type PartialStatus, type UpsStatus } from '../../lib/core/status/status';
import type { ServedUps } from '../../lib/core/served/served-ups';

/** A reading of the simulated UPS as a card sees it: at once, and by its alarms alone. Its battery has a centre tap and equal halves. */
export function servedReading(reading: PartialStatus): ServedUps {
    const { alarms = [], battery = {} } = reading;
    const usesBattery = alarms.includes('on-battery');
    const testsBattery = usesBattery && alarms.includes('test-in-progress') && !alarms.includes('input-bad');
    const half = battery.voltage === undefined ? undefined : battery.voltage / 2;
    const status: UpsStatus = {
        ...emptyStatus(reading.time ?? 0),
        ...reading,
        battery: { positiveVoltage: half, negativeVoltage: half, ...battery },
    };
    return {
        id: 'ups',
        name: '',
        site: {},
        knowledge: 'live',
        identity: reading.identity ?? {},
        status,
        onBattery: usesBattery && !testsBattery,
        batteryLow: alarms.includes('low-battery') || alarms.includes('depleted-battery'),
        testsBattery,
        communicationLost: alarms.includes('communications-lost'),
        events: [],
        secondsOnBattery: battery.secondsOnBattery ?? 0,
        remainingSeconds: battery.minutesRemaining === undefined ? undefined : battery.minutesRemaining * 60,
        chargePercent: battery.chargePercent,
    };
}
