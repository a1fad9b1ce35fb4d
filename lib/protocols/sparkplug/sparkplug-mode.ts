import type { UpsCommand } from '../../core/driver';
import type { ServedUps } from '../../core/served/served-ups';
import { MetricBook, type Metric, type MetricValue } from '../mqtt/metrics';
import type { CommandOutcome, ModeOptions, MqttMessage, MqttMode, Received, ServedName, ToldEvent } from '../mqtt/mode';
import { jsonObject } from '../mqtt/json-object';
import { difference, type DeadbandOf, type ToldValues } from '../mqtt/told-values';
import { HostState } from './host-state';
import { decodePayload, PayloadEncoder, type ReadMetric, type SparkplugMetric } from './payload';

export interface SparkplugOptions extends Omit<ModeOptions, 'topicPrefix'> {
    group: string;
    /** The edge node; each UPS is a device of it. */
    node: string;
    /** Id of the primary host application; empty: nobody waits for one. */
    primaryHost: string;
    /** The bdSeq of the next connection, see `BirthSequence`. */
    nextBirth(): number;
}

interface Device {
    level: string;
    /** The first of its aliases. */
    base: number;
    isBorn: boolean;
    told?: ToldValues;
    about?: string;
    lastEvent?: string;
    lastResult?: string;
}

/** Each device has aliases of its own; a `MetricBook` has fewer metrics than this. */
const ALIASES = 32_768;
const COMMAND = { name: 'Device Control/Command', alias: ALIASES - 1 };
const RESULT = { name: 'Device Control/Result', alias: ALIASES - 2 };
const EVENT = { name: 'Events/Last', alias: ALIASES - 3 };
const REBIRTH = 'Node Control/Rebirth';
const SEQ_LIMIT = 256;
/** Of one message. */
const MOST_COMMANDS = 20;

/**
 * An edge node of Sparkplug B (Eclipse Sparkplug Specification 3.0.0): NBIRTH, a DBIRTH for each UPS, DDATA by alias for what has changed, DDEATH for a
 * UPS that is silent on mains, and an NDEATH with the bdSeq of the NBIRTH, as the will of the connection or as the last message before an intended end.
 */
export class SparkplugMode implements MqttMode {
    readonly subscriptions: readonly string[];
    private readonly devices = new Map<string, Device>();
    private readonly byLevel = new Map<string, string>();
    private readonly bases = new Map<string, number>();
    private readonly book = new MetricBook();
    private readonly encoder = new PayloadEncoder();
    private readonly host = new HostState();
    private readonly hostTopic: string | undefined;
    private isBorn = false;
    private bdSeq = 0;
    private seq = 0;

    constructor(
        private readonly options: SparkplugOptions,
        private readonly deadbandOf: DeadbandOf,
    ) {
        const { primaryHost, commands } = options;
        this.hostTopic = primaryHost ? `spBv1.0/STATE/${primaryHost}` : undefined;
        this.subscriptions = [
            this.topic('NCMD'),
            ...(commands ? [this.topic('DCMD', '+')] : []),
            ...(this.hostTopic ? [this.hostTopic] : []),
        ];
    }

    will(): MqttMessage {
        this.bdSeq = this.options.nextBirth();
        this.host.reset();
        return this.death();
    }

    begin(): MqttMessage[] | undefined {
        if (this.hostTopic && !this.host.isOnline) return undefined;
        const timestamp = this.options.now();
        this.seq = -1;
        this.isBorn = true;
        const metrics: SparkplugMetric[] = [
            { name: 'bdSeq', timestamp, type: 'int64', value: this.bdSeq },
            { name: REBIRTH, timestamp, type: 'boolean', value: false },
            { name: 'Properties/Version', timestamp, type: 'string', value: this.options.version },
        ];
        return [this.message('NBIRTH', metrics, timestamp)];
    }

    forget(): void {
        this.isBorn = false;
        for (const device of this.devices.values()) {
            device.isBorn = false;
            device.told = undefined;
        }
    }

    serve(upses: readonly ServedName[]): MqttMessage[] {
        const before = new Map(this.devices);
        this.devices.clear();
        this.byLevel.clear();
        for (const { id, level } of upses) {
            const known = before.get(id);
            const base = this.bases.get(id) ?? (this.bases.size + 1) * ALIASES;
            this.bases.set(id, base);
            const device = known?.level === level ? known : { level, base, isBorn: false };
            if (device === known) before.delete(id);
            this.devices.set(id, device);
            this.byLevel.set(level, id);
        }
        return [...before.values()].flatMap((device) => this.deviceDeath(device));
    }

    retained(): string[] {
        return [];
    }

    ups(served: ServedUps): MqttMessage[] {
        const device = this.devices.get(served.id);
        if (!device || !this.isBorn) return [];
        if (served.knowledge === 'none' || served.knowledge === 'silent') return this.deviceDeath(device);
        const { told, hasGrown, changed } = difference(device.told, this.book.of(served), this.deadbandOf);
        device.told = told;
        const about = JSON.stringify(aboutOf(served));
        const isNews = !device.isBorn || hasGrown || about !== device.about;
        device.about = about;
        const timestamp = served.status?.time ?? this.options.now();
        if (isNews) {
            device.isBorn = true;
            return [this.deviceBirth(device, served, told, timestamp)];
        }
        if (changed.length === 0) return [];
        const metrics = changed.map((index) => valueOf(told.metrics[index]!, told.values[index], device, timestamp));
        return [this.message('DDATA', metrics, this.options.now(), device)];
    }

    event({ upsId, event, late }: ToldEvent): MqttMessage[] {
        const device = this.devices.get(upsId);
        if (!device) return [];
        const { id, level, active, since, at, episode, text } = event;
        device.lastEvent = JSON.stringify({ id, level, active, since, at, episode, text });
        return this.named(device, EVENT, device.lastEvent, at, late);
    }

    result(upsId: string, outcome: CommandOutcome): MqttMessage[] {
        const device = this.devices.get(upsId);
        if (!device) return [];
        const at = this.options.now();
        device.lastResult = JSON.stringify({ ...outcome, at });
        return this.named(device, RESULT, device.lastResult, at);
    }

    receive(topic: string, payload: Uint8Array, retained: boolean): Received[] {
        if (topic === this.hostTopic) return this.hostTold(payload);
        const [, , type, , level] = topic.split('/');
        const read = retained ? undefined : decodePayload(payload);
        if (!read) return [{ kind: 'refused' }];
        if (type === 'NCMD') {
            const wants = read.metrics.some(({ name, value }) => name === REBIRTH && (value === true || value === 1));
            return [wants && this.isBorn ? { kind: 'again' } : { kind: 'refused' }];
        }
        const upsId = this.byLevel.get(level ?? '');
        if (type !== 'DCMD' || upsId === undefined || !this.options.commands) return [{ kind: 'refused' }];
        return read.metrics.slice(0, MOST_COMMANDS).map((metric): Received => {
            const order = this.orderOf(this.devices.get(upsId)!, metric);
            return order ? { kind: 'command', upsId, order } : { kind: 'refused' };
        });
    }

    end(): MqttMessage[] {
        if (!this.isBorn) return [];
        this.forget();
        return [this.death()];
    }

    private hostTold(payload: Uint8Array): Received[] {
        if (!this.host.receive(payload)) return [];
        if (this.host.isOnline) return this.isBorn ? [] : [{ kind: 'released' }];
        return this.isBorn ? [{ kind: 'held' }] : [];
    }

    private orderOf(device: Device, { name, alias, value }: ReadMetric): object | undefined {
        const own = alias === undefined ? undefined : alias - device.base;
        if (name === COMMAND.name || own === COMMAND.alias)
            return typeof value === 'string' ? jsonObject(Buffer.from(value)) : undefined;
        const metric = device.told?.metrics.find((each) => each.name === name || each.id === own);
        if (metric?.outlet === undefined || (typeof value !== 'boolean' && typeof value !== 'number')) return undefined;
        return { type: 'outlet', outlet: metric.outlet, action: value ? 'on' : 'off' } satisfies UpsCommand;
    }

    private deviceBirth(device: Device, served: ServedUps, told: ToldValues, timestamp: number): MqttMessage {
        const named = (of: { name: string; alias: number }, value: string | undefined): SparkplugMetric => ({
            ...{ name: of.name, alias: device.base + of.alias, timestamp, type: 'string', value },
        });
        const metrics = told.metrics.map((metric, index): SparkplugMetric => {
            const { name, unit } = metric;
            return { ...valueOf(metric, told.values[index], device, timestamp), name, ...(unit && { unit }) };
        });
        const properties = Object.entries(aboutOf(served)).map(([key, value]): SparkplugMetric => {
            return { name: `Properties/${key}`, timestamp, type: 'string', value };
        });
        const controls = this.options.commands ? [named(COMMAND, undefined), named(RESULT, device.lastResult)] : [];
        const all = [...metrics, named(EVENT, device.lastEvent), ...controls, ...properties];
        return this.message('DBIRTH', all, this.options.now(), device);
    }

    private deviceDeath(device: Device): MqttMessage[] {
        if (!device.isBorn || !this.isBorn) return [];
        device.isBorn = false;
        device.told = undefined;
        return [this.message('DDEATH', [], this.options.now(), device)];
    }

    private named(
        device: Device,
        { alias }: { alias: number },
        value: string,
        timestamp: number,
        late = false,
    ): MqttMessage[] {
        if (!device.isBorn || !this.isBorn) return [];
        const metric: SparkplugMetric = { alias: device.base + alias, timestamp, type: 'string', value };
        return [this.message('DDATA', [{ ...metric, isHistorical: late }], this.options.now(), device)];
    }

    /** Of all messages this one has no sequence number. */
    private death(): MqttMessage {
        const timestamp = this.options.now();
        const metrics: SparkplugMetric[] = [{ name: 'bdSeq', timestamp, type: 'int64', value: this.bdSeq }];
        const payload = this.encoder.encode({ timestamp, metrics });
        return { topic: this.topic('NDEATH'), payload, qos: 1, retain: false };
    }

    private message(
        type: string,
        metrics: readonly SparkplugMetric[],
        timestamp: number,
        device?: Device,
    ): MqttMessage {
        this.seq = (this.seq + 1) % SEQ_LIMIT;
        const payload = this.encoder.encode({ timestamp, metrics, seq: this.seq });
        return { topic: this.topic(type, device?.level), payload, qos: 0, retain: false };
    }

    private topic(type: string, level?: string): string {
        const { group, node } = this.options;
        return `spBv1.0/${group}/${type}/${node}${level === undefined ? '' : `/${level}`}`;
    }
}

function valueOf({ id, kind }: Metric, value: MetricValue, { base }: Device, timestamp: number): SparkplugMetric {
    const type = kind === 'number' ? 'double' : kind === 'boolean' ? 'boolean' : 'string';
    return { alias: base + id, timestamp, type, value };
}

function aboutOf({ name, site, identity }: ServedUps): Record<string, string> {
    const all = {
        Name: name,
        Site: site.name,
        Location: site.location,
        Manufacturer: identity.manufacturer,
        Model: identity.model,
        Serial: identity.serial,
        Firmware: identity.firmware,
    };
    return Object.fromEntries(Object.entries(all).filter((each): each is [string, string] => Boolean(each[1])));
}
