import type { ServedUps } from '../../core/served/served-ups';
import { jsonObject } from './json-object';
import { MetricBook } from './metrics';
import type { CommandOutcome, ModeOptions, MqttMessage, MqttMode, Received, ServedName, ToldEvent } from './mode';
import { difference, type DeadbandOf, type ToldValues } from './told-values';

/** A longer payload is no command. */
const LONGEST_ORDER = 8192;

/** What is told of one UPS, and what was told of it on this connection. */
export interface PlainUps {
    readonly level: string;
    told?: ToldValues;
    /** What the values do not contain: names, and what the device says of itself. */
    about?: string;
    available?: boolean;
    introduced?: boolean;
}

/**
 * Topics behind a prefix, for programs of all kinds: `<prefix>/state` tells whether anybody tells anything; `<prefix>/<ups>/status` has all that is
 * known as one JSON object, kept by the broker; `<prefix>/<ups>/availability` whether that is of now; `<prefix>/<ups>/event` each edge of an event.
 */
export class PlainMode implements MqttMode {
    protected readonly upses = new Map<string, PlainUps>();
    private readonly byLevel = new Map<string, string>();
    private readonly book = new MetricBook();
    private readonly stateTopic: string;

    constructor(
        protected readonly options: ModeOptions,
        private readonly deadbandOf: DeadbandOf,
    ) {
        this.stateTopic = `${options.topicPrefix}/state`;
    }

    get subscriptions(): readonly string[] {
        return this.options.commands ? [`${this.options.topicPrefix}/+/command`] : [];
    }

    will(): MqttMessage {
        return this.state('offline');
    }

    begin(): MqttMessage[] | undefined {
        return [this.state('online')];
    }

    forget(): void {
        for (const ups of this.upses.values()) ups.told = ups.about = ups.available = ups.introduced = undefined;
    }

    serve(upses: readonly ServedName[]): MqttMessage[] {
        const before = new Map(this.upses);
        this.upses.clear();
        this.byLevel.clear();
        for (const { id, level } of upses) {
            const known = before.get(id);
            this.upses.set(id, known?.level === level ? known : { level });
            this.byLevel.set(level, id);
        }
        return [];
    }

    retained(): string[] {
        return [this.stateTopic, ...[...this.upses].flatMap(([id, { level }]) => this.retainedOf(id, level))];
    }

    ups(served: ServedUps): MqttMessage[] {
        const ups = this.upses.get(served.id);
        if (!ups) return [];
        const { told, hasGrown, changed } = difference(ups.told, this.book.of(served), this.deadbandOf);
        ups.told = told;
        const about = JSON.stringify(aboutOf(served));
        const isNewAbout = about !== ups.about;
        ups.about = about;
        const messages: MqttMessage[] = [];
        // Before its first reading nobody knows what it has to tell; who knows it from before, knows it on.
        if (served.knowledge !== 'none' && (hasGrown || isNewAbout || !ups.introduced)) {
            messages.push(...this.introduce(served, ups, told));
            ups.introduced = true;
        }
        if (changed.length > 0 || hasGrown || isNewAbout)
            messages.push(this.kept(`${this.topicOf(ups)}/status`, statusOf(served, told)));
        const available = served.knowledge === 'live' || served.knowledge === 'presumed';
        if (available !== ups.available)
            messages.push({ ...this.kept(this.availabilityOf(ups), available ? 'online' : 'offline'), qos: 1 });
        ups.available = available;
        return messages;
    }

    event({ upsId, event, late }: ToldEvent): MqttMessage[] {
        const ups = this.upses.get(upsId);
        if (!ups) return [];
        const { source, sourceId: _, firing: __, firedMs: ___, ...edge } = event;
        const payload = JSON.stringify({ ups: source, ...edge, ...(late && { late }) });
        return [{ topic: `${this.topicOf(ups)}/event`, payload, qos: 1, retain: false }];
    }

    result(upsId: string, outcome: CommandOutcome): MqttMessage[] {
        const ups = this.upses.get(upsId);
        if (!ups) return [];
        const payload = JSON.stringify({ ...outcome, at: this.options.now() });
        return [{ topic: `${this.topicOf(ups)}/result`, payload, qos: 1, retain: false }];
    }

    receive(topic: string, payload: Uint8Array, retained: boolean): Received[] {
        const { topicPrefix, commands } = this.options;
        const levels = topic.startsWith(`${topicPrefix}/`) ? topic.slice(topicPrefix.length + 1).split('/') : [];
        if (!commands || levels.length !== 2 || levels[1] !== 'command') return [];
        const upsId = this.byLevel.get(levels[0]!);
        // A command that the broker keeps would come again with each connection.
        const isOrder = !retained && upsId !== undefined && payload.length <= LONGEST_ORDER;
        const order = isOrder ? jsonObject(payload) : undefined;
        return upsId === undefined || order === undefined ? [{ kind: 'refused' }] : [{ kind: 'command', upsId, order }];
    }

    end(): MqttMessage[] {
        return [this.state('offline')];
    }

    /** What has to come before the status of a UPS that has more to tell than before, or another name. */
    protected introduce(_served: ServedUps, _ups: PlainUps, _told: ToldValues): MqttMessage[] {
        return [];
    }

    protected retainedOf(_id: string, level: string): string[] {
        const topic = this.topicOf({ level });
        return [`${topic}/status`, `${topic}/availability`];
    }

    protected topicOf({ level }: { level: string }): string {
        return `${this.options.topicPrefix}/${level}`;
    }

    protected availabilityOf(ups: { level: string }): string {
        return `${this.topicOf(ups)}/availability`;
    }

    protected kept(topic: string, payload: string): MqttMessage {
        return { topic, payload, qos: 0, retain: true };
    }

    protected get stateOfAll(): string {
        return this.stateTopic;
    }

    private state(payload: 'online' | 'offline'): MqttMessage {
        return { topic: this.stateTopic, payload, qos: 1, retain: true };
    }
}

function aboutOf({ name, site, identity }: ServedUps): Record<string, string | undefined> {
    const { manufacturer, model, serial, firmware } = identity;
    const { name: siteName, location, contact } = site;
    return { ups: name, site: siteName, location, contact, manufacturer, model, serial, firmware };
}

/** All that is known of a UPS; what nobody knows is absent. `time` is that of the last reading, epoch ms. */
function statusOf(served: ServedUps, { metrics, values }: ToldValues): string {
    const told: Record<string, unknown> = { ...aboutOf(served) };
    if (served.status) told.time = served.status.time;
    metrics.forEach(({ key }, index) => {
        if (values[index] !== undefined) told[key] = values[index];
    });
    told.events = served.events.map(({ id }) => id);
    return JSON.stringify(told);
}
