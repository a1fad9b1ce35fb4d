import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { Node, NodeAPI } from 'node-red';
import type { UpsCommand } from '../../../lib/core/driver';
import { asUpsError, UpsError } from '../../../lib/core/errors';
import type { Journal } from '../../../lib/core/journal/journal';
import type { Sentence, SentenceData } from '../../../lib/core/language/sentence';
import type { SettingsOf } from '../../../lib/core/settings';
import type { CommandOutcome, MqttMode, ServedName } from '../../../lib/protocols/mqtt/mode';
import type { Broker } from '../../../lib/protocols/mqtt/mqtt-link';
import type { MqttServer, MqttServing } from '../../../lib/protocols/mqtt/server';
import { RefusalGate } from '../../../lib/protocols/shared/refusal-gate';
import type { settings } from '../../servers/ups-mqtt.settings';
import { ApiError } from '../api/api-route';
import { readCommand } from '../api/command-words';
import { mqttServer } from '../device/protocols';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { brokerMark, brokerOf } from '../settings/mqtt-broker';
import { StatusIndicator } from '../words/node-status';
import { packageVersion } from '../words/package-version';
import { wordsOf } from '../words/site-words';
import { errorText, statusText, toText } from '../words/texts';
import { mqttHub } from './mqtt-hub';
import { announceServer, type RunningServer } from './running-servers';
import { carryOutFor, servedMember } from './served-member';
import { servedOf } from './served-of';
import { followUnits, unitsOf } from './served-units';

type Settings = SettingsOf<typeof settings>;

/** Levels of topics that are not those of a UPS. */
const OWN_LEVELS = ['state'];

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-mqtt.said.${key}`, data });

/** What one node tells a broker, between two deploys. */
export class MqttNode {
    private readonly broker: Broker;
    private readonly mark: string;
    private readonly indicator: StatusIndicator;
    private readonly ends: (() => void)[] = [];
    private readonly gate: RefusalGate;
    private server: MqttServer | undefined;
    private names: ServedName[] = [];
    private complaint = '';
    private closed = false;

    /** @throws UpsError config-missing, config-invalid */
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly settings: Settings,
    ) {
        this.broker = brokerOf(RED, settings.broker);
        this.mark = brokerMark(this.broker);
        this.gate = new RefusalGate(flowOf(RED).clock);
        this.indicator = new StatusIndicator(node);
        this.indicator.show('connecting', statusText(RED, 'connecting'));
    }

    /** When the flows run. */
    follow(): void {
        const { RED, node, settings } = this;
        const { deploys, clock } = flowOf(RED);
        const { broker, commands: _, ...others } = settings;
        this.names = this.served();
        this.server = mqttHub(RED).take(
            node.id,
            JSON.stringify([this.mark, settings.commands, { ...others, broker }]),
            {
                where: this.where,
                clientId: this.clientId,
                open: mqttServer().linksTo(this.broker, () => clock.now()),
                mode: () => this.mode(),
                serving: this.serving(),
                changed: () => this.show(),
            },
        );
        const { server } = this;
        this.ends.push(
            followUnits(RED, {
                touch: (id) => server.touch(id),
                event: (id, event) => {
                    if (this.names.some((each) => each.id === id)) server.event(id, event);
                },
            }),
            deploys.afterEachStart(() => this.renew()),
            announceServer(RED, node.id, () => this.view()),
        );
        this.show();
    }

    async close(removed: boolean): Promise<void> {
        this.closed = true;
        for (const end of this.ends) end();
        await mqttHub(this.RED).leave(this.node.id, removed);
    }

    /** A deploy that does not concern this node may have changed the UPSs. */
    private renew(): void {
        if (this.closed || !this.server) return;
        const names = this.served();
        if (JSON.stringify(names) !== JSON.stringify(this.names)) {
            this.names = names;
            this.server.serve(this.serving());
        } else for (const { id } of names) this.server.touch(id);
        this.show();
    }

    private served(): ServedName[] {
        const units = unitsOf(this.RED, this.settings.site).map(({ unit: { id, name } }) => ({ id, name }));
        return [...mqttServer().levelsOf(units, OWN_LEVELS)].map(([id, level]) => ({ id, level }));
    }

    private serving(): MqttServing {
        return {
            upses: this.names,
            of: (id) => servedOf(this.RED, id),
            order: (id, order) => this.order(id, order),
            refused: (reason) => {
                const untold = this.closed ? undefined : this.gate.pass(reason);
                if (untold === undefined) return;
                const what = own(`refused.${reason}`, { broker: this.where });
                this.log('warning', untold > 0 ? own('more', { what, count: untold }) : what);
            },
            left: {
                get: () => this.left(),
                keep: (topics) => this.journal.setValue(this.node.id, 'mqtt-topics', { broker: this.mark, topics }),
            },
        };
    }

    /** What it has left at this broker; at another one nobody can take it back. */
    private left(): readonly string[] {
        const kept = this.journal.getValue(this.node.id, 'mqtt-topics') as
            | { broker?: unknown; topics?: unknown }
            | undefined;
        if (kept?.broker !== this.mark || !Array.isArray(kept.topics)) return [];
        return kept.topics.filter((topic): topic is string => typeof topic === 'string');
    }

    private mode(): MqttMode {
        const { RED } = this;
        const { clock } = flowOf(RED);
        const { mode, topicPrefix, discoveryPrefix, group, node, primaryHost, commands, deadbands } = this.settings;
        const lib = mqttServer();
        const deadbandOf = lib.deadbandsWith(deadbands);
        const common = { commands, version: packageVersion(), now: () => clock.now() };
        if (mode === 'plain') return new lib.PlainMode({ ...common, topicPrefix }, deadbandOf);
        if (mode === 'sparkplug') {
            const births = new lib.BirthSequence(`${this.where}/${group}/${node}`);
            // This node may be replaced, and its connection stays.
            const journal = () => journalOf(RED, this.settings.site);
            const nextBirth = () => births.next(journal());
            return new lib.SparkplugMode({ ...common, group, node, primaryHost, nextBirth }, deadbandOf);
        }
        const supports = (id: string, command: UpsCommand) => {
            const unit = servedMember(RED, id)?.unit;
            // An abort is always useful: if the UPS cannot abort, it may still report that nothing is pending.
            return unit !== undefined && (command.type === 'abort-shutdown' || unit.supports(command));
        };
        return new lib.HomeAssistantMode({ ...common, topicPrefix, discoveryPrefix, supports }, deadbandOf);
    }

    /** Carries out what a client has sent; the event log has who, what, and what came of it. */
    private async order(upsId: string, order: unknown): Promise<CommandOutcome> {
        const { RED } = this;
        try {
            const found = this.closed ? undefined : servedMember(RED, upsId);
            if (!found) throw new UpsError('no-device', { ups: upsId });
            const answer = await carryOutFor(RED, found, readCommand(order), `MQTT (${this.where})`);
            const { dryRun, text } = answer as { dryRun: boolean; text: string };
            return { ok: true, ...(dryRun && { dryRun }), text, order };
        } catch (error) {
            const told = error instanceof ApiError ? (error.data as { text?: string }).text : undefined;
            if (told === undefined && error instanceof ApiError) this.serving().refused('message');
            return { ok: false, text: told ?? errorText(RED, asUpsError(error, 'command-failed')), order };
        }
    }

    /** The only place that makes a node status of the state of the connection. */
    private show(): void {
        if (this.closed || !this.server) return;
        const { RED, indicator } = this;
        const { state } = this.server;
        if (state.state === 'waiting') {
            indicator.show('error', statusText(RED, state.error.code));
            const text = errorText(RED, state.error);
            if (text !== this.complaint) {
                this.node.error(text);
                this.log('error', text);
            }
            this.complaint = text;
            return;
        }
        if (state.state !== 'ready') {
            if (!this.complaint) indicator.show('connecting', statusText(RED, 'connecting'));
            return;
        }
        if (state.isSteady) {
            if (this.complaint) this.log('info', own('connected', { broker: this.where }));
            this.complaint = '';
        }
        if (state.isHeld && this.settings.primaryHost) indicator.show('warning', statusText(RED, 'waitsForHost'));
        else indicator.show('ok', `${this.where} · ${this.names.length}`);
    }

    private view(): RunningServer {
        const { state, published, waiting } = this.server!;
        const { host: address, port } = this.broker;
        return {
            id: this.node.id,
            type: this.node.type,
            name: this.label,
            ...(this.settings.site && { site: this.settings.site }),
            ...(state.state === 'ready' && { at: { address, port } }),
            ...(state.state === 'waiting' && { error: errorText(this.RED, state.error) }),
            clients: [],
            publishes: {
                mode: this.settings.mode,
                upses: this.names.length,
                messages: published,
                waiting,
                ...(state.state === 'ready' && { since: state.since, waitsForHost: state.isHeld }),
            },
        };
    }

    private get where(): string {
        return `${this.broker.host}:${this.broker.port}`;
    }

    private get label(): string {
        const { mode, topicPrefix, node } = this.settings;
        return this.node.name || (mode === 'sparkplug' ? node : topicPrefix);
    }

    /**
     * The same over restarts, so that a broker ends the former connection, and sends its will, before it takes the new one. Another machine with
     * a copy of the flows has another one. 22 characters: MQTT 3.1.1 promises 23.
     */
    private get clientId(): string {
        const mark = createHash('sha256').update(`${hostname()}|${this.node.id}`).digest('hex');
        return `rt${mark.slice(0, 20)}`;
    }

    private get journal(): Journal {
        return journalOf(this.RED, this.settings.site) ?? flowOf(this.RED).registry.memoryJournal;
    }

    private log(level: 'info' | 'warning' | 'error', what: Sentence | string): void {
        const { clock, registry } = flowOf(this.RED);
        const site = registry.siteOf(undefined, this.settings.site || undefined);
        if (level === 'warning') this.node.warn(toText(this.RED, what));
        site?.store.append({
            at: clock.now(),
            kind: 'system',
            level,
            source: this.label,
            nodeId: this.node.id,
            text: typeof what === 'string' ? what : wordsOf(this.RED, site).sentence(what),
        });
    }
}

/** That of the site, or of the first one; undefined: there is none now, in a deploy or without any site. */
function journalOf(RED: NodeAPI, siteId: string): Journal | undefined {
    const { registry } = flowOf(RED);
    const site: SiteRuntime | undefined = registry.siteOf(undefined, siteId || undefined) ?? registry.sites()[0];
    return site?.store;
}
