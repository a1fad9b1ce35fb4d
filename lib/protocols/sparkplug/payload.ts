import { readFields, WireWriter } from './wire';

/** Numbers of data types (sparkplug_b.proto of Eclipse Tahu, enum DataType), those that are used here. */
export const DATA_TYPES = { int64: 4, double: 10, boolean: 11, string: 12 } as const;
export type DataType = keyof typeof DATA_TYPES;

export interface SparkplugMetric {
    /** In births, and of what has no alias. */
    name?: string;
    /** Unique in an edge node. */
    alias?: number;
    /** Epoch ms. */
    timestamp?: number;
    type: DataType;
    /** It was measured before, and could not be told then. */
    isHistorical?: boolean;
    /** Undefined: null. */
    value: number | boolean | string | undefined;
    /** The property `engUnit`, as Ignition writes it [inferred: the specification names no property]. */
    unit?: string;
}

export interface SparkplugPayload {
    /** Epoch ms. */
    timestamp: number;
    metrics: readonly SparkplugMetric[];
    /** 0 to 255; none in a death of the edge node. */
    seq?: number;
}

// Fields of sparkplug_b.proto (Eclipse Tahu).
const PAYLOAD = { timestamp: 1, metrics: 2, seq: 3 } as const;
const METRIC = {
    ...{ name: 1, alias: 2, timestamp: 3, datatype: 4, isHistorical: 5, isNull: 7, properties: 9 },
    ...{ int: 10, long: 11, float: 12, double: 13, boolean: 14, string: 15 },
} as const;
const PROPERTIES = { keys: 1, values: 2 } as const;
const PROPERTY = { type: 1, string: 8 } as const;

/** Makes payloads of Sparkplug B (sparkplug_b.proto). */
export class PayloadEncoder {
    private readonly payload = new WireWriter(1024);
    private readonly metric = new WireWriter(128);

    /** @returns octets of its own */
    encode({ timestamp, metrics, seq }: SparkplugPayload): Buffer {
        const to = this.payload;
        to.clear();
        to.varint(PAYLOAD.timestamp, timestamp);
        for (const metric of metrics) to.message(PAYLOAD.metrics, this.encodeMetric(metric));
        if (seq !== undefined) to.varint(PAYLOAD.seq, seq);
        return Buffer.from(to.written);
    }

    private encodeMetric(metric: SparkplugMetric): Uint8Array {
        const { name, alias, timestamp, type, isHistorical, value, unit } = metric;
        const to = this.metric;
        to.clear();
        if (name !== undefined) to.text(METRIC.name, name);
        if (alias !== undefined) to.varint(METRIC.alias, alias);
        if (timestamp !== undefined) to.varint(METRIC.timestamp, timestamp);
        to.varint(METRIC.datatype, DATA_TYPES[type]);
        if (isHistorical) to.varint(METRIC.isHistorical, 1);
        if (unit !== undefined) to.message(METRIC.properties, unitProperty(unit));
        if (value === undefined) to.varint(METRIC.isNull, 1);
        else if (type === 'boolean') to.varint(METRIC.boolean, value ? 1 : 0);
        else if (type === 'string') to.text(METRIC.string, String(value));
        else if (type === 'double') to.double(METRIC.double, Number(value));
        else to.varint(METRIC.long, Number(value));
        return to.written;
    }
}

function unitProperty(unit: string): Uint8Array {
    const property = new WireWriter(32);
    property.varint(PROPERTY.type, DATA_TYPES.string);
    property.text(PROPERTY.string, unit);
    const set = new WireWriter(64);
    set.text(PROPERTIES.keys, 'engUnit');
    set.message(PROPERTIES.values, property.written);
    return set.written;
}

/** A metric that somebody has sent; what it lacks, or has of other kinds, is undefined. */
export interface ReadMetric {
    name?: string;
    alias?: number;
    timestamp?: number;
    datatype?: number;
    isHistorical?: boolean;
    isNull?: boolean;
    value?: number | boolean | string;
}

export interface ReadPayload {
    timestamp?: number;
    seq?: number;
    metrics: ReadMetric[];
}

const LONGEST_PAYLOAD = 65_536;
const MOST_METRICS = 1000;
const MOST_FIELDS = 64;

/**
 * A payload from outside. What is unknown in it is passed over; of a field that is there twice, the last one counts.
 * @param longest octets
 * @returns undefined: it is none, or larger than anybody needs
 */
export function decodePayload(
    bytes: Uint8Array,
    longest = LONGEST_PAYLOAD,
    most = MOST_METRICS,
): ReadPayload | undefined {
    const fields = bytes.length <= longest ? readFields(bytes, most + MOST_FIELDS) : undefined;
    if (!fields) return undefined;
    const payload: ReadPayload = { metrics: [] };
    for (const { field, number, bytes: inner } of fields) {
        if (field === PAYLOAD.timestamp) payload.timestamp = number;
        else if (field === PAYLOAD.seq) payload.seq = number;
        else if (field === PAYLOAD.metrics && inner) {
            const metric = decodeMetric(inner);
            if (!metric || payload.metrics.length >= most) return undefined;
            payload.metrics.push(metric);
        }
    }
    return payload;
}

function decodeMetric(bytes: Uint8Array): ReadMetric | undefined {
    const fields = readFields(bytes, MOST_FIELDS);
    if (!fields) return undefined;
    const metric: ReadMetric = {};
    for (const { field, number, bytes: inner } of fields) {
        switch (field) {
            case METRIC.name:
            case METRIC.string: {
                const told = inner && decodeText(inner);
                if (told === undefined) return undefined;
                metric[field === METRIC.name ? 'name' : 'value'] = told;
                break;
            }
            case METRIC.alias:
                metric.alias = number;
                break;
            case METRIC.timestamp:
                metric.timestamp = number;
                break;
            case METRIC.datatype:
                metric.datatype = number;
                break;
            case METRIC.isHistorical:
                metric.isHistorical = number === 1;
                break;
            case METRIC.isNull:
                metric.isNull = number === 1;
                break;
            case METRIC.int:
            case METRIC.long:
            case METRIC.float:
            case METRIC.double:
                metric.value = number;
                break;
            case METRIC.boolean:
                metric.value = number !== undefined && number !== 0;
                break;
            default:
        }
    }
    return metric;
}

function decodeText(bytes: Uint8Array): string | undefined {
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
        return undefined;
    }
}
