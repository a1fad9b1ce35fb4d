import type { PlausibleKind } from '../../core/status/plausible';
import type { Battery, Identity } from '../../core/status/status';

/** The variables of the identity, the more telling first (RFC 9271 section 5.1); a server tells all of them. */
export const IDENTITY = {
    manufacturer: ['device.mfr', 'ups.mfr'],
    model: ['device.model', 'ups.model'],
    serial: ['device.serial', 'ups.serial'],
    firmware: ['ups.firmware'],
    name: ['ups.id'],
} as const satisfies Record<keyof Identity, readonly string[]>;

/** Numbers of the battery whose unit is that of the status; charge and runtime are not among them, because each side weighs these. */
export const BATTERY_NUMBERS = {
    secondsOnBattery: { variable: 'battery.runtime.elapsed', kind: 'seconds' },
    voltage: { variable: 'battery.voltage', kind: 'dcVoltage' },
    current: { variable: 'battery.current', kind: 'batteryCurrent' },
    temperature: { variable: 'battery.temperature', kind: 'temperature' },
} as const satisfies Partial<Record<keyof Battery, { variable: string; kind: PlausibleKind }>>;

/** Single variables (RFC 9271 section 5.1). */
export const NAME = {
    status: 'ups.status',
    alarm: 'ups.alarm',
    test: 'ups.test.result',
    upsTemperature: 'ups.temperature',
    charge: 'battery.charge',
    chargeLow: 'battery.charge.low',
    /** s */
    runtime: 'battery.runtime',
    /** s */
    runtimeLow: 'battery.runtime.low',
    charger: 'battery.charger.status',
    installed: 'battery.date',
    inputNominal: 'input.voltage.nominal',
    outputFrequency: 'output.frequency',
    bypassFrequency: 'input.bypass.frequency',
    load: 'ups.load',
} as const;

/** The words of `battery.charger.status`, which are those of the status. */
export const CHARGING = ['charging', 'discharging', 'floating', 'resting'] as const;
