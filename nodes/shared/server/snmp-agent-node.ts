import type { Node, NodeAPI } from 'node-red';
import type { UpsCommand } from '../../../lib/core/driver';
import { asUpsError, UpsError } from '../../../lib/core/errors';
import type { Sentence, SentenceData } from '../../../lib/core/language/sentence';
import type { ServedBattery } from '../../../lib/core/served/served-battery';
import { RefusalGate } from '../../../lib/protocols/shared/refusal-gate';
import type { NotifyEngine } from '../../../lib/protocols/snmp/notify/sender';
import type { EngineTime } from '../../../lib/protocols/snmp-agent/messages';
import type { SnmpServer } from '../../../lib/protocols/snmp-agent/server';
import type { AgentServing, ServedTarget, SetRefusal } from '../../../lib/protocols/snmp-agent/serving';
import type { TrapReceiver } from '../../../lib/protocols/snmp-agent/traps/trap-outbox';
import { snmpAgent, snmpSender } from '../device/protocols';
import { flowOf } from '../runtime/flow-of';
import { agentEngine, engineIdOf } from './agent-engine';
import { agentMemory } from './agent-memory';
import { agentUsers, trapTargets, type AgentSettings } from './agent-security';
import { announceServer, type RunningServer } from './running-servers';
import { serveMibFiles } from './mib-admin';
import { canDo, batteryOf, carryOutFor, servedMember, setFor } from './served-member';
import { servedOf } from './served-of';
import { ServerFace } from './server-face';
import { snmpHub } from './snmp-hub';
import { bootCountStorage } from '../trap/snmp-engine';
import { KnownNames } from '../trap/trap-settings';
import { packageVersion } from '../words/package-version';
import { errorText, statusText } from '../words/texts';
import { secretOf, VERSIONS } from '../../servers/ups-snmp-agent.settings';

/** Longer than the time window of RFC 3414 lets a message live, both ways, ms. */
const REPLAYABLE_MS = 300_000;
/** The stores are not asked for the count of our starts at each request, ms. */
const ENGINE_KEPT_MS = 1000;
const BATTERY_KEPT_MS = 500;

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-snmp-agent.said.${key}`, data });

/** The agent of one node, between two deploys. */
export class SnmpAgentNode {
    private readonly server: SnmpServer;
    private readonly face: ServerFace;
    private readonly conceal: () => void;
    private readonly batteries = new Map<string, { served: ServedBattery | undefined; until: number }>();
    private closed = false;

    /** @throws UpsError config-invalid, config-missing */
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly settings: AgentSettings,
    ) {
        this.face = new ServerFace(RED, node, {
            site: settings.site,
            label: () => `SNMP :${settings.port}`,
            forbidden: (port) => own('forbidden', { port: Number(port) }),
            more: (what, count) => own('more', { what, count }),
        });
        const serving = this.serving();
        const { address, port } = settings;
        this.server = snmpHub(RED).take(node.id, { address, port }, serving, () => this.show());
        serveMibFiles(RED);
        this.conceal = announceServer(RED, node.id, () => this.view());
        this.show();
    }

    /** When the flows run: the sites, whose stores count our starts, are there by then. */
    follow(): void {
        for (const { name, ups, bacs } of this.settings.serves) {
            if (!servedMember(this.RED, ups)) this.face.say(own('noUps', { name, ups }));
            if (bacs && !batteryOf(this.RED, bacs)) this.face.say(own('noUps', { name, ups: bacs }));
        }
        if (!(VERSIONS[this.settings.versions] as readonly string[]).includes('3')) return;
        const keeping = bootCountStorage(this.RED);
        if (keeping !== 'kept') {
            this.node.warn(statusText(this.RED, keeping === 'no-site' ? 'bootsWithoutSite' : 'bootsInMemory'));
        }
    }

    async close(removed: boolean): Promise<void> {
        this.closed = true;
        this.face.close();
        this.conceal();
        await snmpHub(this.RED).leave(this.node.id, removed);
    }

    private serving(): AgentServing {
        const { AllowedSenders } = snmpAgent();
        const { serves, versions, communities, clients, writes, unknownAs } = this.settings;
        const { RED } = this;
        const engineId = engineIdOf(RED, this.settings);
        const users = agentUsers(this.settings);
        // Without a count of our starts, what was recorded before this start of the process would still be in time.
        const mayBeReplayed = () =>
            (VERSIONS[versions] as readonly string[]).includes('3') &&
            snmpHub(RED).remembersMs < REPLAYABLE_MS &&
            bootCountStorage(RED) !== 'kept';
        const gate = new RefusalGate(flowOf(RED).clock);
        const setGate = new RefusalGate(flowOf(RED).clock);
        return {
            version: `Ridethrough ${packageVersion()}`,
            versions: VERSIONS[versions],
            senders: new AllowedSenders(clients),
            communities: communities.map(({ clients: from, write, slot }, row) => {
                const community = secretOf(this.settings, 'community', slot, row);
                if (!community) throw new UpsError('config-missing', { property: `community${row + 1}` });
                return { community, write, senders: new AllowedSenders(from) };
            }),
            users,
            engineId,
            engineTime: this.engineTime(engineId),
            get writes() {
                return writes && !mayBeReplayed();
            },
            unknownAs,
            names: serves.map(({ name }) => name),
            target: (name) => this.target(serves.find((row) => row.name === name)),
            refused: (address, reason) =>
                // Who mends one fault must hear of the next.
                this.face.warn(gate, `${address} ${reason}`, own('refused', { address, why: own(`why.${reason}`) })),
            setRefused: (refusal) => {
                const { address, who, oid } = refusal;
                this.face.warn(setGate, `${address} ${who} ${oid}`, setRefused(refusal));
            },
            receivers: this.receivers(users, engineId),
            memory: agentMemory(RED, this.node.id, this.settings.site),
        };
    }

    private receivers(users: AgentServing['users'], engineId: string): TrapReceiver[] {
        const { clock } = flowOf(this.RED);
        const gate = new RefusalGate(clock);
        const names = new KnownNames();
        const targets = trapTargets(this.settings, users, names);
        // Loaded and looked up now, and not only when the mains fail.
        if (targets.length > 0) snmpSender();
        names.learn();
        return targets.map(({ name, to }) => ({
            name,
            send: (notification, context, upTime, signal) => {
                const engine = agentEngine(this.RED, engineId);
                return snmpSender().notify({ ...to, context }, notification, engine, upTime, clock, signal);
            },
            failed: (cause) => {
                const error = asUpsError(cause, 'host-unreachable', { host: name });
                if (error.code === 'interrupted') return;
                this.face.warn(gate, name, own('trapFailed', { receiver: name, why: errorText(this.RED, error) }));
            },
        }));
    }

    /** While a deploy replaces the sites, whose stores count our starts, what was read before stands in. */
    private engineTime(engineId: string): () => EngineTime {
        const { clock } = flowOf(this.RED);
        let known: { engine: NotifyEngine; until: number } | undefined;
        return () => {
            const now = clock.monotonic();
            if (!known || (now >= known.until && !this.closed)) {
                known = { engine: agentEngine(this.RED, engineId), until: now + ENGINE_KEPT_MS };
            }
            return { boots: known.engine.boots, seconds: known.engine.seconds() };
        };
    }

    private target(row: AgentSettings['serves'][number] | undefined): ServedTarget | undefined {
        if (!row) return undefined;
        const { ups, bacs } = row;
        const found = servedMember(this.RED, ups);
        return {
            served: () => servedOf(this.RED, ups, found),
            ...(bacs && { battery: () => this.battery(bacs) }),
            supports: (command) => found !== undefined && canDo(found.unit, command),
            order: (command, by) => this.order(ups, command, by),
        };
    }

    /** A walk over thousands of objects asks for it a hundred times a second. */
    private battery(bacs: string): ServedBattery | undefined {
        const now = flowOf(this.RED).clock.monotonic();
        const known = this.batteries.get(bacs);
        if (known && now < known.until) return known.served;
        const served = batteryOf(this.RED, bacs);
        this.batteries.set(bacs, { served, until: now + BATTERY_KEPT_MS });
        return served;
    }

    /** Carries out what a manager has set; the event log has who, what, and what came of it. @throws UpsError it cannot be done */
    private async order(ups: string, command: UpsCommand, who: string): Promise<unknown> {
        const found = this.closed ? undefined : servedMember(this.RED, ups);
        if (!found) throw new UpsError('no-device', { ups });
        if (command.type !== 'set') return carryOutFor(this.RED, found, command, who);
        const { setting, value } = command;
        const what = own('set', { ups: found.unit.name, setting, value: String(value) });
        return setFor(this.RED, found, command, what, who);
    }

    private show(): void {
        if (!this.server) return;
        const { at, error } = this.server;
        this.face.show(error, at && `${at.address}:${at.port} · ${this.server.activeClients().length}`);
    }

    private view(): RunningServer {
        const { at, error } = this.server;
        return this.face.view(at, error, this.server.activeClients());
    }
}

function setRefused({ address, who, ups, oid, value, fault }: SetRefusal): Sentence {
    return own('setRefused', {
        ...{ who: `${who} (SNMP, ${address})`, ups, value },
        object: snmpAgent().instanceName(oid),
        why: own(`fault.${fault}`),
    });
}
