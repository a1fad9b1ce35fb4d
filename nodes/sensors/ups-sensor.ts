import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { SensorSource, type SensorView } from '../../lib/core/sensors/sensor-source';
import { readLeniently, readSettings, type SettingsOf } from '../../lib/core/settings';
import { channelIn, channelOf } from '../../lib/core/status/channels';
import type { Channel, UpsStatus } from '../../lib/core/status/status';
import { sideOfDischarge } from '../../lib/core/thresholds/battery-levels';
import { unitOf as unitOfValue } from '../../lib/core/thresholds/values';
import { inUnit } from '../../lib/core/units/convert';
import { forPeople } from '../../lib/core/units/digits';
import { inSiteUnit } from '../../lib/core/units/temperature';
import type { SnmpDriver } from '../../lib/protocols/snmp/driver';
import { shortText } from '../../lib/flow/messages/coerce';
import { registerDeclared } from '../shared/settings/define-node';
import { flowOf, siteWords, type SiteRuntime } from '../shared/runtime/flow-of';
import type { NodeState } from '../../lib/flow/ports';
import { attachSource, contextOf, propertyOf } from '../shared/source/source-node';
import { asSentence, eventText, errorText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { readingOf } from '../shared/device/device-readings';
import { channelReading } from './channel-reading';
import { followChannel } from './device-channel';
import { pollObject } from './snmp-object';
import { followValue, readEveryMs, valueAt } from './unit-value';
import { settings } from './ups-sensor.settings';

type Own = SettingsOf<typeof settings>;
type Fault = 'not-a-number' | 'unit-differs';

/** A reading that a sensor cannot take: its limits are in another unit. */
const OTHER_UNIT = Symbol('other unit');

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (node, config) => {
        // These settings are needed even if others are invalid.
        const { site, unit, source: kind, topic, property, ...chosen } = readLeniently(settings, config);
        const words = siteWords(RED, site);
        const name = chosen.name || statusText(words, 'sensor');
        const sentence = (id: string, active: boolean) => `${name}: ${eventText(words, `sensor-${id}`, active)}`;
        /** Why the last reading is no value; undefined: it is out of range, or it is one. */
        let fault: Fault | undefined;
        /** Handles a reading. @returns whether it is a number; otherwise it is shown, and becomes connection-lost if it lasts */
        const take = (value: unknown): boolean => {
            const raw = asNumber(value);
            fault = value === OTHER_UNIT ? 'unit-differs' : Number.isFinite(raw) ? undefined : 'not-a-number';
            attached?.source.take(raw);
            attached?.show();
            if (!Number.isFinite(raw)) return false;
            sendValue(node, name, unit, attached?.source.view());
            return true;
        };
        let stop: (() => void) | undefined;
        const attached = attachSource(RED, node, () => {
            const own = readSettings(settings, config);
            const isOfUnit = own.source === 'unit';
            const context = contextOf(RED, own.site);
            const source = new SensorSource({
                ...context,
                id: node.id,
                name,
                clock: flowOf(RED).clock,
                ups: isOfUnit ? unitOf(RED, own.ups).unit : undefined,
                discharge: isOfUnit ? sideOfDischarge(own.value) : undefined,
                config: { ...own, timeoutSeconds: own.timeout },
                intervalMs: () => intervalNow(RED, own),
                unit,
                text: (id, active, value) => withValue(sentence(id, active), value, unit, context.site),
            });
            const begin = readings(RED, own, take, (error) => node.warn(errorText(RED, error)));
            return {
                source,
                context,
                sentence,
                nodeStatus: () => nodeStatus(RED, source.view(), unit, context.site, fault),
                begin: () => (stop = begin()),
                end: () => stop?.(),
            };
        });
        node.on('input', (message, _send, done) => {
            try {
                if (message.topic === 'reset') attached?.source.reset();
                else if (kind === 'message' && (!topic || message.topic === topic)) {
                    const value = propertyOf(RED, message, property);
                    if (!take(value)) throw notANumber(property, value);
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
        if (reading === undefined || 'value' in reading) return reading?.value;
        const { otherUnit } = reading;
        if (told !== otherUnit) warn(new UpsError('unit-differs', { channel: name, unit: otherUnit, expected: unit }));
        told = otherUnit;
        return OTHER_UNIT;
    };
}

/** ms between the readings; 0 if not known. */
function intervalNow(RED: NodeAPI, { source, interval, ups, device }: Own): number {
    if (source === 'snmp') return 1000 * interval;
    if (source === 'channel') return readingOf(RED, device)?.intervalMs ?? 0;
    return source === 'unit' ? readEveryMs(unitOf(RED, ups).unit) : 0;
}

function notANumber(property: string, value: unknown): UpsError {
    const told = typeof value === 'string' ? `"${shortText(value)}"` : shortText(value);
    return new UpsError('not-a-number', { property: `msg.${property}`, value: told });
}

/** Reads `21.5`, `"21.5"`, `"21,5"`; any other value is not a number. */
function asNumber(value: unknown): number {
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && value.trim() !== '') return Number(value.trim().replace(',', '.'));
    return NaN;
}

/** Sends the value on the second output. */
function sendValue(node: Node, name: string, unit: string, view: SensorView | undefined): void {
    // The reading is out of range: the shown value is that of an earlier reading.
    if (view?.value === undefined || view.invalid) return;
    node.send([null, { topic: `${name}/value`, payload: view.value, unit } as never]);
}

function withValue(sentence: string, value: number | undefined, unit: string, site: SiteRuntime | undefined): string {
    return value === undefined ? sentence : `${sentence} (${figure(value, unit, site)})`;
}

/** `21.5 °C`, or `70.7 °F` if the site uses that. */
function figure(value: number, unit: string, site: SiteRuntime | undefined): string {
    const shown = inSiteUnit(value, unit, site?.temperatureUnit);
    return `${forPeople(shown.value, site?.significantDigits, 2)} ${shown.unit}`.trim();
}

function nodeStatus(
    RED: NodeAPI,
    { value, level, latched, lost, read, invalid }: SensorView,
    unit: string,
    site: SiteRuntime | undefined,
    fault: Fault | undefined,
): [NodeState, string] {
    if (lost) return [read ? 'lost' : 'never', statusText(RED, 'noValue')];
    const shown = value === undefined ? '' : figure(value, unit, site);
    const look = level && !level.startsWith('pre-') ? 'alarm' : 'warning';
    if (invalid) return [look, `${statusText(RED, fault ?? 'outsideRange')} ${shown}`.trim()];
    if (level) {
        const text = [latched ? statusText(RED, 'latched') : '', shown].filter(Boolean).join(' ');
        return [look, text || level];
    }
    return shown ? ['ok', shown] : ['starting', statusText(RED, 'noReading')];
}
