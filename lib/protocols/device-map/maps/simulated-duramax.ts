import type { DeviceMap, FrameSet, FrameShape, FrameWrite, MapItem } from '../device-map';

/**
 * The frames of `simulators/duramax`, and of nothing else: the protocol of a real DURAmax is not public, and no value, alarm or relay is
 * named (DURAmax manual, "Monitoring overview"). The settings have its names ("Configuration Settings"); their limits are the simulator's own.
 */

/** An answer of the simulator: 5A, the command, the count of data bytes, the data, CRC-16. */
const answer = (start: string): FrameShape => ({ start, length: { offset: 2, add: 5 }, checksum: 'crc16' });

const REFUSED = { '1': 'mode', '2': 'limits', '3': 'unknown', '4': 'fault', '5': 'nothing' };

const status = (offset: number): NonNullable<FrameWrite['status']> => ({
    at: { offset, type: 'u8' },
    taken: [0],
    refused: REFUSED,
});

type Limits = Pick<FrameSet, 'min' | 'max' | 'default'>;

/** A setting by its number in a write. */
function set(number: string, limits: Limits = {}): FrameSet {
    return {
        send: `a5 10 03 ${number}`,
        value: { offset: 4, type: 'u16' },
        checksum: 'crc16',
        answer: answer(`5a 10 02 ${number}`),
        status: status(4),
        ...limits,
    };
}

const inStatus = (offset: number, type: 'u8' | 'u16' | 's16') => ({ frame: 'status', offset, type });
const inSettings = (offset: number, type: 'u8' | 'u16') => ({ frame: 'settings', offset, type });
const inIdentity = (offset: number, length: number) => ({ frame: 'identity', offset, type: 'text' as const, length });

/** A 16-bit number of the status. */
function measured(id: string, to: string, offset: number, scale: number, unit: string, signed = false): MapItem {
    return { id, to, at: inStatus(offset, signed ? 's16' : 'u16'), kind: 'number', scale, unit };
}

/** One bit of the status. */
function flag(id: string, to: string, offset: number, type: 'u8' | 'u16', bit: number): MapItem {
    return { id, to, at: { ...inStatus(offset, type), bit }, kind: 'state', states: { '0': 'off', '1': 'on' } };
}

function seconds(name: string, offset: number, written: FrameSet): MapItem {
    return { id: name, to: `setting:${name}`, at: inSettings(offset, 'u16'), kind: 'number', unit: 's', set: written };
}

/** Tenths of V or A; the unit of the deep discharge threshold is told beside it. */
function tenths(name: string, offset: number, written: FrameSet, unit?: string): MapItem {
    const item: MapItem = {
        id: name,
        to: `setting:${name}`,
        at: inSettings(offset, 'u16'),
        kind: 'number',
        scale: 0.1,
    };
    return { ...item, ...(unit === undefined ? {} : { unit }), set: written };
}

function choice(name: string, offset: number, states: Record<string, string>, written: FrameSet): MapItem {
    return { id: name, to: `setting:${name}`, at: inSettings(offset, 'u8'), kind: 'state', states, set: written };
}

const BATTERIES = {
    '1': 'DURA ECO LA-BAT 24V 7AH',
    '2': 'simulated battery 24 V 3 Ah',
    '3': 'simulated battery 24 V 12 Ah',
};
const PHASES = { '0': 'none', '1': 'delay', '2': 'shutdown', '3': 'off', '4': 'idle' };

export const simulatedDuramax: DeviceMap = {
    version: 1,
    id: 'simulated-duramax',
    name: 'simulated DURAmax',
    judgedBy: 'the simulator simulators/duramax of this project; no real DURAmax speaks these frames',
    frames: [
        { id: 'status', request: 'a5 02 00 60 83', ...answer('5a 02') },
        { id: 'settings', request: 'a5 03 00 61 13', every: 5, ...answer('5a 03') },
        { id: 'identity', request: 'a5 01 00 60 73', every: 60, ...answer('5a 01') },
    ],
    items: [
        { id: 'model', to: 'identity.model', kind: 'text', at: inIdentity(3, 24) },
        { id: 'serial', to: 'identity.serial', kind: 'text', at: inIdentity(27, 16) },
        { id: 'firmware', to: 'identity.firmware', kind: 'text', at: inIdentity(43, 8) },
        { id: 'hardware', to: 'channel:hardware version', kind: 'text', at: inIdentity(51, 8) },
        {
            id: 'mode',
            to: 'setting:operationMode',
            kind: 'state',
            states: { '0': 'other', '1': 'user', '2': 'pc' },
            at: inStatus(3, 'u8'),
        },
        {
            id: 'source',
            to: 'output.source',
            kind: 'state',
            states: { '0': 'none', '1': 'normal', '2': 'battery' },
            at: inStatus(4, 'u8'),
        },
        { id: 'phase', to: 'channel:PC-Mode', kind: 'state', states: PHASES, at: inStatus(5, 'u8') },
        measured('input voltage', 'dc.inputVoltage', 6, 0.01, 'V'),
        measured('output voltage', 'dc.outputVoltage', 8, 0.01, 'V'),
        measured('output current', 'dc.outputCurrent', 10, 0.01, 'A'),
        measured('battery voltage', 'battery.voltage', 12, 0.01, 'V'),
        measured('battery current', 'battery.current', 14, 0.01, 'A', true),
        { id: 'charge', to: 'battery.chargePercent', kind: 'number', at: inStatus(16, 'u8') },
        measured('temperature', 'dc.temperature', 17, 0.1, '°C', true),
        measured('seconds in buffer mode', 'battery.secondsOnBattery', 19, 1, 's'),
        measured('seconds of the phase', 'channel:PC-Mode seconds left', 21, 1, 's'),
        flag('buffer mode', 'alarm:on-battery', 23, 'u16', 0),
        flag('overvoltage', 'alarm:vendor:input overvoltage', 23, 'u16', 1),
        flag('overtemperature', 'alarm:temp-bad', 23, 'u16', 2),
        flag('latched', 'alarm:vendor:latched off', 23, 'u16', 3),
        flag('shutdown', 'alarm:shutdown-pending', 23, 'u16', 4),
        flag('output off', 'alarm:ups-output-off', 23, 'u16', 5),
        flag('battery low', 'alarm:low-battery', 25, 'u8', 0),
        flag('deep discharge', 'alarm:depleted-battery', 25, 'u8', 1),
        flag('battery replace', 'alarm:battery-replace', 25, 'u8', 2),
        flag('charge fault', 'alarm:charger-failed', 26, 'u8', 0),
        flag('relay buffer', 'channel:relay buffer mode', 27, 'u8', 0),
        flag('relay battery low', 'channel:relay battery low', 27, 'u8', 1),
        flag('relay fault', 'channel:relay fault', 27, 'u8', 2),
        tenths('bufferThreshold', 3, set('01', { min: 20, max: 24, default: 21.6 }), 'V'),
        tenths('chargeCurrent', 5, set('02', { min: 0.2, max: 5, default: 0.5 }), 'A'),
        choice('batterySelection', 7, BATTERIES, set('03', { default: BATTERIES['1'] })),
        // Its limits are in V; in % they are not known to the map.
        tenths('deepDischargeThreshold', 8, set('04', { min: 18, max: 22, default: 19.2 })),
        seconds('maxBufferSeconds', 10, set('05', { min: 1, max: 7200, default: 10 })),
        choice('dodProtection', 12, { '0': 'off', '1': 'on' }, set('06', { default: 'on' })),
        choice('dodUnit', 13, { '0': 'V', '1': '%' }, set('07', { default: 'V' })),
        choice('inputOvp', 14, { '0': 'auto', '1': 'latch' }, set('08', { default: 'auto' })),
        seconds('delaySeconds', 15, set('09', { min: 0, max: 3600, default: 10 })),
        seconds('shutdownSeconds', 17, set('0a', { min: 1, max: 3600, default: 10 })),
        seconds('idleSeconds', 19, set('0b', { min: 0, max: 3600, default: 10 })),
    ],
    commands: [
        {
            does: 'latch-reset',
            set: [],
            send: [{ send: 'a5 11 00', checksum: 'crc16', answer: answer('5a 11 01'), status: status(3) }],
        },
    ],
};
