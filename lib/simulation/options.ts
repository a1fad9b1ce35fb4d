import { UpsError } from '../core/errors';
import { said } from '../core/language/sentence';

/** A load with a name: a host, which draws power until its shutdown has ended. */
export interface NamedLoadOptions {
    name: string;
    /** VA while it runs, and while it shuts down. */
    va: number;
    /** Seconds from `setLoad({name, on: false})` until it draws no power. Default 0. */
    shutdownSeconds?: number;
}

/** The nameplate of a simulated UPS. Everything has a default. */
export interface SimulatedUpsOptions {
    /** Nameplate power, VA. Above it the UPS reports overload. Default 1000. */
    ratedVA?: number;
    /** The load at which a full battery lasts `holdMinutes`, VA; also the load at the start, unless `loads` are named. */
    loadVA?: number;
    /** Minutes a full battery lasts at `loadVA`. Default 60. */
    holdMinutes?: number;
    /** Minutes from empty to full. Default 240. */
    rechargeMinutes?: number;
    /** Named loads; their sum is the load, plus whatever `setLoad(va)` adds. */
    loads?: readonly NamedLoadOptions[];
    /** Charge at the start, percent. Default 100. */
    chargePercent?: number;
    /** The battery is low when the remaining runtime is not above this, minutes (upsConfigLowBattTime). Default 2. */
    lowMinutes?: number;
    /** … or when the charge is not above this, percent. Default 0: only the runtime decides. */
    lowPercent?: number;
    /** Charge at which the battery counts as depleted, percent: the last report before the output goes off at 0. Default 1. */
    depletedPercent?: number;
    /** The UPS comes back by itself when the mains return after the battery was depleted, or after a shutdown in an outage. Default true. */
    autoRestart?: boolean;
    /** Charge needed before it comes back by itself, percent. Default 0. */
    restartPercent?: number;
    /** Duration of the quick and of the self test, seconds. Default 10. */
    quickTestSeconds?: number;
    /** 1 or 3. Default 1. */
    phases?: number;
    /** Nominal voltage in and out, V. Default 230. */
    nominalVoltage?: number;
    /** Nominal frequency, Hz. Default 50. */
    nominalFrequency?: number;
    /** Nominal battery voltage, V DC. Default 48. */
    batteryVoltage?: number;
    /** W per VA of the load. Default 0.9. */
    powerFactor?: number;
    /** Battery temperature, °C. Default 25. */
    temperature?: number;
    /** Battery temperature above which `temp-bad` is reported, °C. Default 40. */
    temperatureLimit?: number;
    identity?: {
        manufacturer?: string;
        model?: string;
        serial?: string;
        firmware?: string;
        name?: string;
    };
    /** Day the battery was installed, `YYYY-MM-DD`. */
    batteryInstalledOn?: string;
}

export type Nameplate = Required<Omit<SimulatedUpsOptions, 'batteryInstalledOn' | 'loads' | 'identity'>> & {
    loads: Required<NamedLoadOptions>[];
    identity: Required<NonNullable<SimulatedUpsOptions['identity']>>;
    batteryInstalledOn?: string;
};

/** @throws UpsError out-of-range, config-invalid */
export function nameplateOf(options: SimulatedUpsOptions): Nameplate {
    const { loads = [], identity, batteryInstalledOn, ...numbers } = options;
    const plate: Nameplate = {
        ratedVA: 1000,
        loadVA: 1000,
        holdMinutes: 60,
        rechargeMinutes: 240,
        chargePercent: 100,
        lowMinutes: 2,
        lowPercent: 0,
        depletedPercent: 1,
        autoRestart: true,
        restartPercent: 0,
        quickTestSeconds: 10,
        phases: 1,
        nominalVoltage: 230,
        nominalFrequency: 50,
        batteryVoltage: 48,
        powerFactor: 0.9,
        temperature: 25,
        temperatureLimit: 40,
        ...withoutUndefined(numbers),
        loads: loads.map((load) => ({ shutdownSeconds: 0, ...withoutUndefined(load) })),
        identity: {
            manufacturer: 'Ridethrough',
            model: 'Simulated UPS',
            serial: 'SIM-0001',
            firmware: '1.0',
            name: 'simulated',
            ...withoutUndefined(identity ?? {}),
        },
        batteryInstalledOn,
    };
    for (const property of ['ratedVA', 'loadVA', 'holdMinutes', 'rechargeMinutes', 'nominalVoltage'] as const)
        requireRange(property, plate[property], Number.MIN_VALUE, Number.MAX_VALUE);
    for (const property of ['chargePercent', 'lowPercent', 'depletedPercent', 'restartPercent'] as const)
        requireRange(property, plate[property], 0, 100);
    for (const property of ['lowMinutes', 'quickTestSeconds'] as const)
        requireRange(property, plate[property], 0, Number.MAX_VALUE);
    if (plate.phases !== 1 && plate.phases !== 3)
        throw new UpsError('config-invalid', {
            property: 'phases',
            value: plate.phases,
            expected: said('expected.phases'),
        });
    const names = new Set(plate.loads.map((load) => load.name));
    if (names.size !== plate.loads.length)
        throw new UpsError('config-invalid', { property: 'loads', expected: said('expected.loadNames') });
    for (const load of plate.loads) {
        requireRange(`load ${load.name} va`, load.va, 0, Number.MAX_VALUE);
        requireRange(`load ${load.name} shutdownSeconds`, load.shutdownSeconds, 0, Number.MAX_VALUE);
    }
    return plate;
}

/** @throws UpsError out-of-range, also for NaN */
export function requireRange(property: string, value: number, min: number, max: number): void {
    if (!(value >= min && value <= max)) throw new UpsError('out-of-range', { property, value, min, max });
}

function withoutUndefined<T extends object>(options: T): T {
    return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
