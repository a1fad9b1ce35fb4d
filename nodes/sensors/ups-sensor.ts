import type { Node, NodeAPI } from 'node-red';
import { UpsError, type UpsErrorCode } from '../../lib/core/errors';
import { SensorSource, type SensorView } from '../../lib/core/sensors/sensor-source';
import { readLeniently, readSettings, type SettingsOf } from '../../lib/core/settings';
import { channelIn, channelOf } from '../../lib/core/status/channels';
import type { Channel, UpsStatus } from '../../lib/core/status/status';
import { sideOfDischarge } from '../../lib/core/thresholds/battery-levels';
import { unitOf as unitOfValue } from '../../lib/core/thresholds/values';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { inUnit } from '../../lib/core/units/convert';
import { forPeople } from '../../lib/core/units/digits';
import { inSiteUnit } from '../../lib/core/units/temperature';
import type { SnmpDriver } from '../../lib/protocols/snmp/driver';
import { shortText } from '../../lib/flow/messages/coerce';
import { lostIndicator } from '../../lib/views/source-indicator';
import { registerDeclared } from '../shared/settings/define-node';
import { flowOf, siteWords, type SiteRuntime } from '../shared/runtime/flow-of';
import type { NodeState } from '../../lib/flow/ports';
import { attachSource, contextOf, propertyOf } from '../shared/source/source-node';
import { asSentence, eventText, errorText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { readingOf } from '../shared/device/device-readings';
import { noChannel } from '../shared/device/no-channel';
import { channelReading } from './channel-reading';
import { followChannel } from './device-channel';
import { pollObject } from './snmp-object';
import { followValue, readEveryMs, valueAt } from './unit-value';
import { settings } from './ups-sensor.settings';

type Own = SettingsOf<typeof settings>;

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (node, config) => {
        // These settings are needed even if others are invalid.
        const { site, unit, source: kind, topic, property, ...chosen } = readLeniently(settings, config);
        const words = siteWords(RED, site);
        const name = chosen.name || statusText(words, 'sensor');
        const sentence = (id: string, active: boolean) => `${name}: ${eventText(words, `sensor-${id}`, active)}`;
        const origin = { message: `msg.${property}`, unit: chosen.value, channel: chosen.channel, snmp: chosen.oid }[
            kind
        ];
        /** Why the last reading is no value; undefined: it is one, or there was none. */
        let fault: UpsError | undefined;
        /** Handles a reading. @returns whether it is a number; otherwise it is shown, and becomes connection-lost if it lasts */
        const take = (value: unknown): boolean => {
            const raw = asNumber(value);
            // The value goes out before the events that it brings: a text about them has this one.
            attached?.source.take(raw, () => sendValue(node, name, unit, attached.source.view()));
            fault = value instanceof UpsError ? value : faultOf(raw, value, origin, attached?.source.view());
            attached?.show();
            return Number.isFinite(raw);
        };
        let stop: (() => void) | undefined;
        const attached = attachSource(RED, node, () => {
            const own = readSettings(settings, config);
            const isOfUnit = own.source === 'unit';
            const ups = isOfUnit ? unitOf(RED, own.ups).unit : undefined;
            const context = contextOf(RED, own.site);
            const source = new SensorSource({
                ...context,
                id: node.id,
                name,
                clock: flowOf(RED).clock,
                ups,
                discharge: isOfUnit ? sideOfDischarge(own.value) : undefined,
                config: { ...own, timeoutSeconds: own.timeout },
                intervalMs: () => intervalNow(RED, own),
                unit,
                trouble: () => fault ?? (isOfUnit || own.source === 'channel' ? missing(RED, own, ups) : undefined),
                text: (id, active, value) => withValue(sentence(id, active), value, unit, context.site),
            });
            const begin = readings(RED, own, take, (error) => node.warn(errorText(RED, error)));
            return {
                source,
                context,
                sentence,
                nodeStatus: () => nodeStatus(RED, source.view(), unit, context.site, source.trouble),
                begin: () => (stop = begin()),
                end: () => stop?.(),
            };
        });
        node.on('input', (message, _send, done) => {
            try {
                if (message.topic === 'reset') attached?.source.reset();
                else if (kind === 'message' && (!topic || message.topic === topic)) {
                    const value = propertyOf(RED, message, property);
                    if (!take(value)) throw notANumber(origin, value);
                }
                done();
            } catch (error) {
                done(asSentence(errorText(RED, error)));
            }
        });
    });
};

/**
 * A function that starts the readings and returns one that stops them. Readings by message need no start.
 * @throws UpsError config-missing
 */
function readings(
    RED: NodeAPI,
    own: Own,
    take: (value: unknown) => void,
    warn: (error: unknown) => void,
): () => () => void {
    const { source, ups, device, channel, oid, interval } = own;
    switch (source) {
        case 'message':
            return () => () => {};
        case 'unit': {
            const { unit: followed } = unitOf(RED, ups);
            const read = readerOf(own, warn);
            return () => followValue(followed, read, take);
        }
        case 'channel': {
            const read = channelReader(channel, own, warn);
            return () =>
                followChannel(RED, device, channel, warn, (told) => {
                    const reading = read(told);
                    if (reading !== undefined) take(reading);
                });
        }
        case 'snmp': {
            const driver = () => (RED.nodes.getNode(device) as { driver?: SnmpDriver } | null)?.driver;
            return pollObject(flowOf(RED).clock, driver, oid, 1000 * interval, take, warn);
        }
    }
}

type InUnit = Pick<Own, 'unit' | 'scale'>;

/** With a scale, somebody has converted the value himself; an offset corrects a sensor. */
function isScaled({ scale }: InUnit): boolean {
    return scale !== 1;
}

/** Reads a value of a status, or a channel of it. */
function readerOf(own: Own, warn: (error: unknown) => void): (status: UpsStatus) => unknown {
    const { value: path, unit } = own;
    const name = channelIn(path);
    if (name !== undefined) {
        const read = channelReader(name, own, warn);
        return (status) => read(channelOf(status, name));
    }
    const its = isScaled(own) ? undefined : unitOfValue(path);
    return (status) => {
        const value = valueAt(status, path);
        if (typeof value !== 'number' || !its || !unit) return value;
        // A unit of another quantity is a label that nobody has changed: °C is the default.
        return inUnit(value, its, unit) ?? value;
    };
}

/**
 * Reads a channel. One in a unit of another quantity than that of the sensor is no number: its limits would mean something else. That is told once
 * for each unit.
 */
function channelReader(
    name: string,
    own: InUnit,
    warn: (error: unknown) => void,
): (channel: Channel | undefined) => unknown {
    const { unit } = own;
    let told: string | undefined;
    return (channel) => {
        const reading = channelReading(channel, unit, isScaled(own));
        if (reading === undefined) return undefined;
        if ('value' in reading) return Number.isFinite(reading.value) ? reading.value : noNumber(name, channel);
        const { otherUnit } = reading;
        const fault = new UpsError('unit-differs', { channel: name, unit: otherUnit, expected: unit });
        if (told !== otherUnit) warn(fault);
        told = otherUnit;
        return fault;
    };
}

function noNumber(channel: string, told: Channel | undefined): UpsError {
    return new UpsError('channel-no-number', { channel, value: shortText(told?.state ?? told?.value) });
}

/** Why a reading is no value; undefined: it is one. @param value as it came from `origin`, `raw` as a number */
function faultOf(raw: number, value: unknown, origin: string, view: SensorView | undefined): UpsError | undefined {
    if (!Number.isFinite(raw)) return notANumber(origin, value);
    return view?.invalid ? new UpsError('reading-out-of-range', { value: raw }) : undefined;
}

/** Why no reading comes: the device is silent, or it has no such channel. Undefined: not known. @param ups if the value is one of it */
function missing(RED: NodeAPI, { value, device, channel }: Own, ups: UpsUnit | undefined): UpsError | undefined {
    const name = ups ? channelIn(value) : channel;
    if (!name) return undefined;
    if (ups?.isSilent) return ups.absence;
    const { status, failure } = ups ? { status: ups.status() } : (readingOf(RED, device) ?? {});
    if (failure) return new UpsError(failure.code as UpsErrorCode, failure.data);
    if (!status || channelOf(status, name)) return undefined;
    return noChannel(name, status);
}

/** ms between the readings; 0 if not known. */
function intervalNow(RED: NodeAPI, { source, interval, ups, device }: Own): number {
    if (source === 'snmp') return 1000 * interval;
    if (source === 'channel') return readingOf(RED, device)?.intervalMs ?? 0;
    return source === 'unit' ? readEveryMs(unitOf(RED, ups).unit) : 0;
}

function notANumber(property: string, value: unknown): UpsError {
    const told = typeof value === 'string' ? `"${shortText(value)}"` : shortText(value);
    return new UpsError('not-a-number', { property, value: told });
}

/** Reads `21.5`, `"21.5"`, `"21,5"`; any other value is not a number. */
function asNumber(value: unknown): number {
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && value.trim() !== '') return Number(value.trim().replace(',', '.'));
    return NaN;
}

/** Sends the value on the second output. */
function sendValue(node: Node, name: string, unit: string, { value }: SensorView): void {
    node.send([null, { topic: `${name}/value`, payload: value, unit } as never]);
}

function withValue(sentence: string, value: number | undefined, unit: string, site: SiteRuntime | undefined): string {
    return value === undefined ? sentence : `${sentence} (${figure(value, unit, site)})`;
}

/** `21.5 °C`, or `70.7 °F` if the site uses that. */
function figure(value: number, unit: string, site: SiteRuntime | undefined): string {
    const shown = inSiteUnit(value, unit, site?.temperatureUnit);
    return `${forPeople(shown.value, site?.significantDigits, 2)} ${shown.unit}`.trim();
}

/** The words of a node's status for some faults. */
const SHORT: Partial<Record<UpsErrorCode, string>> = {
    'channel-no-number': 'not-a-number',
    'reading-out-of-range': 'outsideRange',
};

function nodeStatus(
    RED: NodeAPI,
    { value, level, latched, lost, read, invalid }: SensorView,
    unit: string,
    site: SiteRuntime | undefined,
    fault: UpsError | undefined,
): [NodeState, string] {
    const why = fault && statusText(RED, SHORT[fault.code] ?? fault.code);
    if (lost) return [lostIndicator(read), (read ? undefined : why) ?? statusText(RED, 'noValue')];
    const shown = value === undefined ? '' : figure(value, unit, site);
    const look = level && !level.startsWith('pre-') ? 'alarm' : 'warning';
    if (invalid) return [look, `${why ?? statusText(RED, 'outsideRange')} ${shown}`.trim()];
    if (level) {
        const text = [latched ? statusText(RED, 'latched') : '', shown].filter(Boolean).join(' ');
        return [look, text || level];
    }
    return shown ? ['ok', shown] : ['starting', why ?? statusText(RED, 'noReading')];
}
