import type { UpsCommand } from '../../core/driver';
import type { ServedUps } from '../../core/served/served-ups';
import { deviceId, discovery } from './home-assistant';
import type { ModeOptions, MqttMessage, Received } from './mode';
import { PlainMode, type PlainUps } from './plain-mode';
import type { DeadbandOf, ToldValues } from './told-values';

export interface HomeAssistantOptions extends ModeOptions {
    /** Of the discovery of Home Assistant; by default `homeassistant`. */
    discoveryPrefix: string;
    /** Whether the device of a UPS knows a command. */
    supports(upsId: string, command: UpsCommand): boolean;
}

/** As `PlainMode`, and each UPS is a device of Home Assistant, which finds it by itself. */
export class HomeAssistantMode extends PlainMode {
    constructor(
        protected override readonly options: HomeAssistantOptions,
        deadbandOf: DeadbandOf,
    ) {
        super(options, deadbandOf);
    }

    override get subscriptions(): readonly string[] {
        return [...super.subscriptions, this.statusTopic];
    }

    /** Home Assistant has started: it knows nothing, and what brokers keep for it may be gone. */
    override receive(topic: string, payload: Uint8Array, retained: boolean): Received[] {
        if (topic !== this.statusTopic) return super.receive(topic, payload, retained);
        // One that the broker has kept is of before this connection, and told everything already.
        const hasStarted = !retained && Buffer.from(payload.subarray(0, 16)).toString() === 'online';
        return hasStarted ? [{ kind: 'again' }] : [];
    }

    protected override introduce(served: ServedUps, ups: PlainUps, { metrics }: ToldValues): MqttMessage[] {
        const { version, commands, supports } = this.options;
        const topic = this.topicOf(ups);
        const { id, name, identity, site } = served;
        const payload = discovery({
            ...{ id, name, level: ups.level, identity, metrics, version },
            ...(site.location && { location: site.location }),
            ...(commands && { supports: (command) => supports(id, command) }),
            topics: {
                state: this.stateOfAll,
                status: `${topic}/status`,
                availability: this.availabilityOf(ups),
                command: `${topic}/command`,
            },
        });
        return [{ ...this.kept(this.configOf(id), JSON.stringify(payload)), qos: 1 }];
    }

    protected override retainedOf(id: string, level: string): string[] {
        return [...super.retainedOf(id, level), this.configOf(id)];
    }

    private configOf(id: string): string {
        return `${this.options.discoveryPrefix}/device/${deviceId(id)}/config`;
    }

    private get statusTopic(): string {
        return `${this.options.discoveryPrefix}/status`;
    }
}
