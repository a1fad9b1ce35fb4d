/** The most that a map may hold, so that a file that is no map is refused at once. */
export const MOST_BYTES = 256 * 1024;
export const MOST_ITEMS = 512;
/** Values that the items of a map with rows of registers stand for, all together: 512 blocks with each quantity, and their strings. */
export const MOST_ROWS = 4096;

/**
 * A device described by data: which of its objects, registers, labels or bytes say what. Maps are shipped (`maps/`, one file each) or made by a
 * user in the dialog; both have this shape, and are checked whole by `checkMap`.
 */
export interface DeviceMap {
    version: 1;
    /** Lower case, digits and hyphens: flows store it. */
    id: string;
    /** For people. */
    name: string;
    /** What the map was judged by: recordings of real devices, a public MIB, a simulator. For people. */
    judgedBy: string;
    /** For SNMP: the values of sysObjectID that cards of this kind have, or begin with. */
    agents?: string[];
    /** For SNMP: one of these objects is there if the card speaks this map. */
    probes?: string[];
    /** For a device that answers requests with frames: what it is asked, in this order. */
    frames?: MapFrame[];
    items: MapItem[];
    /** What the device can be commanded; a command that is not listed is not offered. */
    commands?: MapCommand[];
}

export interface MapItem {
    /** Unique in the map. */
    id: string;
    at: Place;
    kind: 'number' | 'state' | 'text';
    /** For `number`: value = raw × scale + offset. Default 1 and 0. */
    scale?: number;
    offset?: number;
    /** Of the value, for channels. Values of the status have the units of `UpsStatus`. */
    unit?: string;
    /** Decimals of the value, 0 to 6: it is rounded to them. */
    digits?: number;
    /** Bounds of the value, both included; outside of them it is unknown. */
    min?: number;
    max?: number;
    /** Raw values that mean "not known". Of a bit or a character: what is neither, such as 65535, is the value of the whole place. */
    absent?: (number | string)[];
    /** For `state`: the meaning of each raw value. A raw value that is not listed is unknown. */
    states?: Record<string, string>;
    /** For `text` that is a day: the order of its parts. */
    date?: 'mdy' | 'dmy' | 'ymd';
    /** For an outlet or output: the raw values to write. Without them it is never switched. */
    write?: OutletWrite;
    /** For a setting of a device that speaks frames: how it is written. Without it, it is only shown. */
    set?: FrameSet;
    /** The item counts only while this holds: a probe that is plugged in, a total that stands for the only line. */
    when?: Condition;
    to: Target;
}

/** How an outlet is switched: by what is written at the place that its state is read from, which has to be one that can be written as such. */
export interface OutletWrite {
    on: number | string;
    off: number | string;
    /** Of the SNMP object. Absent: as it was read, an OCTET STRING if that was a text, else INTEGER. */
    type?: 'integer' | 'gauge' | 'text';
}

/** What another raw value of the device has to be. */
export interface Condition {
    /** For an item with all rows of a column, the row may be `*`: the same row. */
    at: Place;
    /** One of these raw values; absent: any that is known. */
    values?: (number | string)[];
    /** It also holds if the device does not have this value. */
    orAbsent?: boolean;
}

/** Where a raw value is. */
export type Place = ObjectPlace | ColumnPlace | RegisterPlace | LabelPlace | FramePlace;

/** One SNMP object, with its instance: `1.3.6.1.4.1.318.1.1.1.4.1.1.0`. */
export interface ObjectPlace extends Part {
    oid: string;
}

/**
 * One column of an SNMP table, without an instance. `row`: its instance (`1`, `1.3.1`), or `*` for all rows in their order, if the target has a
 * `*`, too, or is `alarm`.
 */
export interface ColumnPlace extends Part {
    column: string;
    row: string;
}

export interface RegisterPlace extends Part {
    /** As it is sent, counted from 0. */
    register: number;
    table: 'holding' | 'input' | 'coil' | 'discrete';
    /** Default u16; coils and discrete inputs are bits. */
    type?: 'u16' | 's16' | 'u32' | 's32' | 'f32' | 'text';
    /** For 32 bits: which word comes first. Default big: the high one. */
    order?: 'big' | 'little';
    /** For `text`: registers, each with two characters. */
    words?: number;
    /** So many values of one kind, one behind the other, as the rows of a column: the target has a `*`. 1 to 512. */
    rows?: number;
    /** Registers from one row to the next; default: as many as the value takes. */
    step?: number;
    /** The number of the first row; default 1. */
    first?: number;
}

/** Whether a place stands for many values, by rows. */
export function hasRows(at: Place): at is (ColumnPlace & { row: '*' }) | (RegisterPlace & { rows: number }) {
    return ('column' in at && at.row === '*') || ('register' in at && at.rows !== undefined);
}

/** A label of a page: the visible text before the value. */
export interface LabelPlace {
    label: string;
}

export interface FramePlace extends Part {
    /** Id of the request that brings the frame; default: the first. */
    frame?: string;
    /** Bytes from the start of the frame. */
    offset: number;
    type: 'u8' | 's8' | 'u16' | 's16' | 'u32' | 's32' | 'f32' | 'text';
    /** Of `text`: bytes. */
    length?: number;
    /** Default big. */
    endian?: 'big' | 'little';
}

/** `sum8`, `xor8` and `crc16` (that of Modbus RTU, low byte first) stand behind the bytes that they are made of; see `checksumOf`. */
export type FrameChecksum = 'sum8' | 'xor8' | 'crc16' | 'none';

/** What a frame of the device looks like. */
export interface FrameShape {
    /** Its first bytes, hex. What comes before them is skipped. The longer, the surer. */
    start: string;
    /** Bytes of the whole frame, start and checksum included; or where the frame tells a count, and how many bytes there are beside these. */
    length: number | { offset: number; type?: 'u8' | 'u16'; endian?: 'big' | 'little'; add: number };
    /** Over all bytes before it. A frame with a wrong one is not used. */
    checksum: FrameChecksum;
}

/** A request, and the frame that answers it. */
export interface MapFrame extends FrameShape {
    id: string;
    /** The bytes that are sent, hex, all of them. */
    request: string;
    /** Seconds: it is asked no more often, and its last answer counts meanwhile. Default: at each poll. */
    every?: number;
}

/** Words for a refusal that are translated; a map may also have words of its own. */
export const REFUSALS = ['mode', 'limits', 'unknown', 'fault', 'nothing'] as const;

/** A request that changes something. */
export interface FrameWrite {
    /** The bytes that are sent, hex, without their checksum. */
    send: string;
    checksum: FrameChecksum;
    answer: FrameShape;
    /** Where the answer tells whether it was taken, and why not (`REFUSALS`); absent: every whole answer says so. */
    status?: { at: FramePlace; taken: number[]; refused?: Record<string, string> };
}

/** How a setting is written. */
export interface FrameSet extends FrameWrite {
    /** Where the raw value stands in what is sent; bytes at the end need not be in `send`. */
    value: { offset: number; type: Exclude<FramePlace['type'], 'text'>; endian?: 'big' | 'little' };
    /** The least and the greatest value that may be written, in the unit of the item. Absent: not known. */
    min?: number;
    max?: number;
    /** The value that the maker delivers it with, as the item tells values. */
    default?: number | string;
}

/** A part of the raw value. At most one of them. */
interface Part {
    /** One bit of a whole number, 0 is the lowest: the raw value is 0 or 1. */
    bit?: number;
    /** One character of a text, 0 is the first, such as the flags `0100…` of PowerNet. */
    char?: number;
    /** The text is a row of so many flags, each 0 or 1; any other text says nothing. Only beside `char`. */
    chars?: number;
}

/**
 * Where a value goes:
 * - a path of `UpsStatus` (see `targets.ts`), lines by their number from 1 or by `*` (`output.lines.*.load`);
 * - `alarm`: the meaning of the raw value is the id of an active alarm, or empty;
 * - `alarm:<id>`: active if the meaning is `on`;
 * - `outlet:<id>`: `on` or `off`; `outletName:<id>`: its name; `*` as id: the rows of a column;
 * - `setting:<name>`;
 * - `channel:<name>`;
 * - `block:<number>.<quantity>`, `string:<number>.<quantity>`: of an `ups-battery` that the device feeds, or `*` for the rows. Nothing of the status.
 */
export type Target = string;

/**
 * One command, by what is written in this order, each in a request of its own. `{of: …}` stands for a number of the order, times `scale`.
 */
export interface MapCommand {
    does: CommandKey;
    /** For outlet commands: of these outlets; default: all that the map has. */
    outlets?: string[];
    set: MapWrite[];
    /** For a device that speaks frames, in place of `set`, which is empty then and may be left out of a file. */
    send?: FrameWrite[];
    /** Read after it: one of these raw values shows that the device does it. Absent: nobody can check. */
    shows?: { at: ObjectPlace | ColumnPlace | RegisterPlace; values: (number | string)[] };
}

export interface MapWrite {
    /** For an outlet of a table the row may be `*`: the row of that outlet. */
    at: ObjectPlace | ColumnPlace | RegisterPlace;
    /** Of the SNMP object; default integer. */
    type?: 'integer' | 'gauge' | 'ticks' | 'text' | 'oid';
    value:
        | number
        | string
        | { of: 'seconds' | 'restoreSeconds' | 'minutes'; scale?: number; min?: number; max?: number };
}

export const COMMAND_KEYS = [
    'shutdown.output',
    'shutdown.system',
    // With a return after `restoreSeconds`.
    'shutdown.output.restore',
    'shutdown.system.restore',
    'abort-shutdown',
    'startup',
    'reboot',
    'auto-restart.on',
    'auto-restart.off',
    'test.quick',
    'test.battery',
    'test.full',
    'test.custom',
    'test.self',
    'test.abort',
    'buzzer.on',
    'buzzer.off',
    'buzzer.mute',
    'outlet.on',
    'outlet.off',
    'outlet.cycle',
    'latch-reset',
] as const;

export type CommandKey = (typeof COMMAND_KEYS)[number];
