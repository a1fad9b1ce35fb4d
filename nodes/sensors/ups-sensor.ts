import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { SensorConfig } from '../../lib/core/sensors/sensor-config';
import { SensorSource, type SensorView } from '../../lib/core/sensors/sensor-source';
import { sideOfDischarge } from '../../lib/core/thresholds/battery-levels';
import { inSiteUnit } from '../../lib/core/units/temperature';
import type { SnmpDriver } from '../../lib/protocols/snmp/driver';
import { shown } from '../../lib/flow/messages/coerce';
import { flowOf, siteWords, type SiteRuntime } from '../shared/runtime/flow-of';
import type { Look } from '../shared/words/node-status';
import { numberOr } from '../shared/settings/numbers';
import { attachSource, homeOf, propertyOf } from '../shared/source/source-node';
import { asSentence, eventText, errorText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { pollObject } from './snmp-object';
import { followValue, readEveryMs, valueAt } from './unit-value';

interface UpsSensorConfig extends NodeDef, Omit<SensorConfig, 'timeoutSeconds'> {
    /** Keeps the state and the log; default: the only site. */
    site?: string;
    /** Of the value, for people. */
    unit: string;
    /** Without a usable value for so long (s) the connection is lost; 0: never. */
    timeout: string | number;
    /** Where readings come from. */
    source: 'message' | 'unit' | 'snmp';
    /** `message`: where in the message, and of which topic (empty: any). */
    property: string;
    topic: string;
    /** `unit`: which UPS, and which value of its status. */
    ups: string;
    value: string;
    /** `snmp`: id of the `ups-snmp` that is asked, the object, and how often (s). */
    device: string;
    oid: string;
    interval: string | number;
}

/** Empty by choice is no unit. */
const DEFAULT_UNIT = '°C';

export = (RED: NodeAPI) => {
    function UpsSensor(this: Node, config: UpsSensorConfig) {
        RED.nodes.createNode(this, config);
        const words = siteWords(RED, config.site);
        const name = config.name || statusText(words, 'sensor');
        const sentence = (id: string, active: boolean) => `${name}: ${eventText(words, `sensor-${id}`, active)}`;
        const unit = config.unit ?? DEFAULT_UNIT;
        /** The last one that came was no number. */
        let isNoNumber = false;
        /** Whether it was a number at all. One that is none is shown, and told as connection-lost if it lasts. */
        const take = (value: unknown): boolean => {
            const raw = asNumber(value);
            isNoNumber = !Number.isFinite(raw);
            attached?.source.take(raw);
            attached?.show();
            if (!Number.isFinite(raw)) return false;
            sendValue(this, name, unit, attached?.source.view());
            return true;
        };
        let stop: (() => void) | undefined;
        const attached = attachSource(RED, this, () => {
            const home = homeOf(RED, config.site);
            const source = new SensorSource({
                ...home,
                id: this.id,
                name,
                clock: flowOf(RED).clock,
                ups: config.source === 'unit' ? unitOf(RED, config.ups).unit : undefined,
                discharge: config.source === 'unit' ? sideOfDischarge(valueOf(config)) : undefined,
                config: { ...config, timeoutSeconds: numberOr('timeout', config.timeout, 60) },
                intervalMs: () => intervalNow(RED, config),
                unit,
                text: (id, active, value) => withValue(sentence(id, active), value, unit, home.site),
            });
            const begin = readings(RED, config, take, (error) => this.warn(errorText(RED, error)));
            return {
                source,
                home,
                sentence,
                look: () => look(RED, source.view(), unit, home.site, isNoNumber),
                begin: () => (stop = begin()),
                end: () => stop?.(),
            };
        });
        this.on('input', (message, _send, done) => {
            try {
                if (message.topic === 'reset') attached?.source.reset();
                else if (
                    (config.source || 'message') === 'message' &&
                    (!config.topic || message.topic === config.topic)
                ) {
                    const value = propertyOf(RED, message, config.property);
                    if (!take(value)) throw notANumber(config.property, value);
                }
                done();
            } catch (error) {
                done(asSentence(errorText(RED, error)));
            }
        });
    }
    RED.nodes.registerType('ups-sensor', UpsSensor as never);
};

/**
 * How to begin to read, and by what it returns to stop. Readings that come by message need nothing.
 * @throws UpsError config-missing, config-invalid
 */
function readings(
    RED: NodeAPI,
    config: UpsSensorConfig,
    take: (value: unknown) => void,
    warn: (error: unknown) => void,
): () => () => void {
    switch (config.source || 'message') {
        case 'message':
            return () => () => {};
        case 'unit': {
            const { unit } = unitOf(RED, config.ups);
            return () => followValue(unit, (status) => valueAt(status, valueOf(config)), take);
        }
        case 'snmp': {
            if (!config.device) throw new UpsError('config-missing', { property: 'device' });
            const driver = () => (RED.nodes.getNode(config.device) as { driver?: SnmpDriver } | null)?.driver;
            return pollObject(flowOf(RED).clock, driver, config.oid, intervalOf(config), take, warn);
        }
        default:
            throw new UpsError('config-invalid', {
                property: 'source',
                value: config.source,
                expected: 'message unit snmp',
            });
    }
}

function valueOf({ value }: UpsSensorConfig): string {
    return value || 'environment.temperature';
}

/** ms between the readings; 0 where nobody knows. */
function intervalNow(RED: NodeAPI, config: UpsSensorConfig): number {
    if (config.source === 'snmp') return intervalOf(config);
    return config.source === 'unit' ? readEveryMs(unitOf(RED, config.ups).unit) : 0;
}

/** ms. @throws UpsError config-invalid */
function intervalOf({ interval }: UpsSensorConfig): number {
    return 1000 * numberOr('interval', interval, 10, 0.5, 86_400);
}

function notANumber(property: string | undefined, value: unknown): UpsError {
    const told = typeof value === 'string' ? `"${shown(value)}"` : shown(value);
    return new UpsError('not-a-number', { property: `msg.${property || 'payload'}`, value: told });
}

/** `21.5`, `"21.5"`, `"21,5"`; everything else is no reading. */
function asNumber(value: unknown): number {
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && value.trim() !== '') return Number(value.trim().replace(',', '.'));
    return NaN;
}

/** The value itself, on the second output. */
function sendValue(node: Node, name: string, unit: string, view: SensorView | undefined): void {
    // Out of range: the value that is shown is that of an earlier reading.
    if (view?.value === undefined || view.invalid) return;
    node.send([null, { topic: `${name}/value`, payload: view.value, unit } as never]);
}

function withValue(sentence: string, value: number | undefined, unit: string, site: SiteRuntime | undefined): string {
    return value === undefined ? sentence : `${sentence} (${figure(value, unit, site)})`;
}

/** `21.5 °C`, or `70.7 °F` where the site wants that. */
function figure(value: number, unit: string, site: SiteRuntime | undefined): string {
    const shown = inSiteUnit(value, unit, site?.temperatureUnit);
    return `${Math.round(shown.value * 100) / 100} ${shown.unit}`.trim();
}

function look(
    RED: NodeAPI,
    { value, level, latched, lost, read, invalid }: SensorView,
    unit: string,
    site: SiteRuntime | undefined,
    isNoNumber: boolean,
): [Look, string] {
    if (lost) return [read ? 'lost' : 'never', statusText(RED, 'noValue')];
    const shown = value === undefined ? '' : figure(value, unit, site);
    if (invalid) return ['warning', `${statusText(RED, isNoNumber ? 'not-a-number' : 'outsideRange')} ${shown}`.trim()];
    if (level) {
        const text = [latched ? statusText(RED, 'latched') : '', shown].filter(Boolean).join(' ');
        return [level.startsWith('pre-') ? 'warning' : 'alarm', text || level];
    }
    return shown ? ['ok', shown] : ['starting', statusText(RED, 'noReading')];
}
