/** The settings of the simulated DC UPS, as the DURAmax manual names them ("Configuration Settings"). V, A, s; the deep discharge threshold in V or %. */
export interface DcSettings {
    bufferThreshold: number;
    chargeCurrent: number;
    /** Index in BATTERIES. */
    battery: number;
    /** In V or in %, by `dodUnit`. */
    deepDischargeThreshold: number;
    maxBufferSeconds: number;
    dodProtection: boolean;
    dodUnit: 'V' | '%';
    inputOvp: 'auto' | 'latch';
    delaySeconds: number;
    shutdownSeconds: number;
    idleSeconds: number;
}

/** The first is in a picture of the DURAmax manual; the others are made up. Ah. */
export const BATTERIES = [
    { name: 'DURA ECO LA-BAT 24V 7AH', capacity: 7 },
    { name: 'simulated battery 24 V 3 Ah', capacity: 3 },
    { name: 'simulated battery 24 V 12 Ah', capacity: 12 },
] as const;

/** The values in the pictures of the DURAmax manual, "Battery parameter settings" and "PC configuration". */
export const FACTORY: DcSettings = {
    bufferThreshold: 21.6,
    chargeCurrent: 0.5,
    battery: 0,
    deepDischargeThreshold: 19.2,
    maxBufferSeconds: 10,
    dodProtection: true,
    dodUnit: 'V',
    inputOvp: 'auto',
    delaySeconds: 10,
    shutdownSeconds: 10,
    idleSeconds: 10,
};

/** What a new unit of the deep discharge threshold begins with; in V the threshold has to be below the buffer threshold. */
const FIRST_PERCENT = 20;

export type Refusal = 'mode' | 'limits' | 'unknown';

interface WireSetting {
    name: keyof DcSettings;
    /** The value of a raw number, as on the wire. */
    read(raw: number): DcSettings[keyof DcSettings];
    raw(settings: DcSettings): number;
    /** Limits of the raw number: of this simulator, not of a real device. */
    limits(settings: DcSettings): readonly [min: number, max: number];
    /** Only in User-Mode (DURAmax manual, "Configuration Settings"). */
    userMode?: true;
    /** Bytes that it takes among all settings. */
    bytes: 1 | 2;
}

const tenths = (value: number) => Math.round(value * 10);

function numeric(
    name: 'bufferThreshold' | 'chargeCurrent' | 'deepDischargeThreshold',
    limits: WireSetting['limits'],
    userMode?: true,
): WireSetting {
    return { name, read: (raw) => raw / 10, raw: (settings) => tenths(settings[name]), limits, userMode, bytes: 2 };
}

function time(
    name: 'maxBufferSeconds' | 'delaySeconds' | 'shutdownSeconds' | 'idleSeconds',
    min: number,
    max: number,
    userMode?: true,
): WireSetting {
    return {
        name,
        read: (raw) => raw,
        raw: (settings) => settings[name],
        limits: () => [min, max],
        userMode,
        bytes: 2,
    };
}

function oneOf<K extends 'dodProtection' | 'dodUnit' | 'inputOvp'>(
    name: K,
    values: readonly [DcSettings[K], DcSettings[K]],
): WireSetting {
    return {
        name,
        read: (raw) => values[raw === 0 ? 0 : 1],
        raw: (settings) => values.indexOf(settings[name]),
        limits: () => [0, 1],
        bytes: 1,
    };
}

/** In the order of their numbers on the wire, from 1. */
export const WIRE_SETTINGS: readonly WireSetting[] = [
    numeric('bufferThreshold', ({ dodUnit, deepDischargeThreshold }) => [
        dodUnit === 'V' ? Math.max(200, tenths(deepDischargeThreshold) + 1) : 200,
        240,
    ]),
    numeric('chargeCurrent', () => [2, 50]),
    {
        name: 'battery',
        read: (raw) => raw - 1,
        raw: (settings) => settings.battery + 1,
        limits: () => [1, BATTERIES.length],
        bytes: 1,
    },
    numeric(
        'deepDischargeThreshold',
        ({ dodUnit, bufferThreshold }) =>
            dodUnit === 'V' ? [180, Math.min(220, tenths(bufferThreshold) - 1)] : [100, 800],
        true,
    ),
    time('maxBufferSeconds', 1, 7200, true),
    oneOf('dodProtection', [false, true]),
    oneOf('dodUnit', ['V', '%']),
    oneOf('inputOvp', ['auto', 'latch']),
    time('delaySeconds', 0, 3600),
    time('shutdownSeconds', 1, 3600),
    time('idleSeconds', 0, 3600),
];

/** Changes one setting by its number on the wire. @returns why it is refused; undefined: changed */
export function writeSetting(
    settings: DcSettings,
    mode: 'user' | 'pc' | 'fixed',
    number: number,
    raw: number,
): Refusal | undefined {
    const setting = WIRE_SETTINGS[number - 1];
    if (!setting) return 'unknown';
    if (mode === 'fixed' || (setting.userMode && mode !== 'user')) return 'mode';
    const [min, max] = setting.limits(settings);
    if (raw < min || raw > max) return 'limits';
    const { dodUnit } = settings;
    Object.assign(settings, { [setting.name]: setting.read(raw) });
    if (settings.dodUnit !== dodUnit) settings.deepDischargeThreshold = firstThreshold(settings);
    return undefined;
}

function firstThreshold({ dodUnit, bufferThreshold }: DcSettings): number {
    if (dodUnit === '%') return FIRST_PERCENT;
    return Math.min(FACTORY.deepDischargeThreshold, Math.round((bufferThreshold - 0.1) * 10) / 10);
}
