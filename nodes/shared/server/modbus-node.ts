import type { Node, NodeAPI } from 'node-red';
import { BatterySource } from '../../../lib/core/batteries/battery-source';
import { assertSupported } from '../../../lib/core/commands/assert-supported';
import type { UpsCommand } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import type { Sentence, SentenceData } from '../../../lib/core/language/sentence';
import { servedBattery, type ServedBattery } from '../../../lib/core/served/served-battery';
import type { ServedUps } from '../../../lib/core/served/served-ups';
import type { SettingsOf } from '../../../lib/core/settings';
import type { CoilOrder } from '../../../lib/protocols/cs141/served/served-card';
import { RefusalGate } from '../../../lib/protocols/shared/refusal-gate';
import type { AllowedSenders } from '../../../lib/protocols/shared/senders';
import type { settings } from '../../servers/ups-modbus-server.settings';
import { noteCommand } from '../api/command-log';
import { orderSentence } from '../api/command-words';
import { modbusServer } from '../device/protocols';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { StatusIndicator } from '../words/node-status';
import { wordsOf } from '../words/site-words';
import { errorText, statusText, toText } from '../words/texts';
import { modbusHub, type HeldListener, type ModbusServing } from './modbus-hub';
import { announceServer, type RunningServer } from './running-servers';
import { servedOf } from './served-of';
import { carryOutFor, servedMember, type ServedMember } from './served-member';

type Settings = SettingsOf<typeof settings>;

const ORDERS: Readonly<Record<CoilOrder, UpsCommand>> = {
    startup: { type: 'startup', seconds: 0 },
    shutdown: { type: 'shutdown', seconds: 0, scope: 'output' },
};

/** The sentence for the reason of a refusal; for any other the client did not speak Modbus. */
const REASONS: Readonly<Record<string, string>> = {
    'not allowed': 'notAllowed',
    'too many clients': 'tooMany',
    'does not read its answers': 'notReading',
    'silent for too long': 'silent',
};

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-modbus-server.said.${key}`, data });

/** The server of one node, between two deploys. */
export class ModbusNode {
    private readonly listeners: HeldListener[];
    private readonly indicator: StatusIndicator;
    private readonly conceal: () => void;
    private readonly idByName = new Map<string, string>();
    private complaint = '';
    private closed = false;

    /** @throws UpsError config-invalid */
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly settings: Settings,
    ) {
        this.indicator = new StatusIndicator(node);
        this.indicator.show('connecting', statusText(RED, 'connecting'));
        const serving = this.serving();
        const { transport, address, port, path, baudRate, parity, stopBits } = settings;
        const hub = modbusHub(RED);
        this.listeners = [];
        if (transport !== 'rtu') this.listeners.push(hub.take(node.id, { tcp: { address, port } }, serving));
        if (transport !== 'tcp') {
            const rtu = { path, baudRate, parity, stopBits: stopBits as 1 | 2 };
            this.listeners.push(hub.take(node.id, { rtu }, serving));
        }
        this.conceal = announceServer(RED, node.id, () => this.view());
        this.show();
    }

    async close(removed: boolean): Promise<void> {
        this.closed = true;
        this.conceal();
        await modbusHub(this.RED).leave(this.node.id, removed);
    }

    private serving(): ModbusServing {
        const { AllowedSenders, ServedCard, registerMap } = modbusServer();
        const { units, unknownAs, answerAnyUnit, writes, clients, mostClients } = this.settings;
        const senders = new AllowedSenders(clients);
        const { clock } = flowOf(this.RED);
        const gate = new RefusalGate(clock);
        const mayOrder = this.writers(new AllowedSenders(this.settings.writers), new RefusalGate(clock));
        const card = new ServedCard({
            units: units.map(({ unitId, ups, map, bacs }) => ({
                unitId,
                map: registerMap(map)!,
                served: () => this.served(ups),
                ...(bacs && { battery: () => this.battery(bacs) }),
                ...(writes && { order: (order, client) => this.order(ups, order, client), mayOrder }),
            })),
            unknownAs: unknownAs === 'exception' ? unknownAs : (Number(unknownAs) as -1 | -9999),
            answerAnyUnit,
        });
        return {
            card,
            admits: (address) => senders.allows(address),
            mostClients,
            changed: () => this.show(),
            refused: (address, reason) => this.tell(gate, address, 'refused', REASONS[reason] ?? 'notModbus'),
            problem: (error) => {
                if (!this.closed) this.node.error(errorText(this.RED, error));
            },
        };
    }

    /** Modbus has no log-in: by address, and on the serial line all or nobody. */
    private writers(addresses: AllowedSenders, gate: RefusalGate): (client: string) => boolean {
        const { transport, path, lineWrites } = this.settings;
        return (client) => {
            const may = transport !== 'tcp' && client === path ? lineWrites : addresses.allows(client);
            if (!may) this.tell(gate, client, 'unwritten', 'notWriter');
            return may;
        };
    }

    /** Once a burst of a client. */
    private tell(gate: RefusalGate, address: string, key: 'refused' | 'unwritten', reason: string): void {
        const untold = this.closed ? undefined : gate.pass(address);
        if (untold === undefined) return;
        const what = own(key, { address, why: own(`why.${reason}`) });
        this.log('warning', untold > 0 ? own('more', { what, more: untold }) : what);
    }

    /** Hundreds of UPSs are not searched for a name at each request. */
    private member(ups: string): ServedMember | undefined {
        const before = servedMember(this.RED, this.idByName.get(ups) ?? ups);
        if (before && (before.unit.id === ups || before.unit.name === ups)) {
            this.idByName.set(ups, before.unit.id);
            return before;
        }
        this.idByName.delete(ups);
        const found = servedMember(this.RED, ups);
        if (found) this.idByName.set(ups, found.unit.id);
        return found;
    }

    private served(ups: string): ServedUps | undefined {
        return servedOf(this.RED, ups, this.member(ups));
    }

    /** The battery by the id of its node, or else by its name. */
    private battery(bacs: string): ServedBattery | undefined {
        const { registry } = flowOf(this.RED);
        const known = registry.source(bacs);
        const named =
            known instanceof BatterySource
                ? [known]
                : registry.sources().filter((each) => each instanceof BatterySource && each.name === bacs);
        return named.length === 1 ? servedBattery(named[0] as BatterySource) : undefined;
    }

    /** Carries out what a client has written; the event log has who, what, and what came of it. @throws UpsError it cannot be done */
    private order(ups: string, order: CoilOrder, client: string): Promise<unknown> {
        const found = this.closed ? undefined : this.member(ups);
        if (!found) throw new UpsError('no-device', { ups });
        const { unit, site } = found;
        const command = ORDERS[order];
        const who = `${client} (Modbus)`;
        try {
            assertSupported(unit, command);
        } catch (error) {
            const what = orderSentence(unit.name, command);
            const failed = errorText(wordsOf(this.RED, site), error);
            noteCommand(this.RED, { who, site, source: unit.name, nodeId: unit.id, what, outcome: { failed } });
            throw error;
        }
        return carryOutFor(this.RED, found, command, who);
    }

    /** The only place that makes a node status of the state of the listeners. */
    private show(): void {
        if (this.closed || !this.listeners) return;
        const failed = this.listeners.find(({ error }) => error !== undefined)?.error;
        if (failed) {
            this.indicator.show('error', statusText(this.RED, failed.code));
            const text = errorText(this.RED, told(failed));
            if (text !== this.complaint) {
                this.node.error(text);
                this.log('error', text);
            }
            this.complaint = text;
            return;
        }
        this.complaint = '';
        if (this.listeners.some(({ at }) => at === undefined)) return;
        const clients = this.listeners.reduce((count, each) => count + each.clients().length, 0);
        const places = this.places().join(', ');
        this.indicator.show('ok', `${statusText(this.RED, 'listening')} ${places} · ${clients}`);
    }

    private places(): string[] {
        return this.listeners.flatMap(({ at }) =>
            at ? [at.port === 0 ? at.address : `${at.address}:${at.port}`] : [],
        );
    }

    private view(): RunningServer {
        const { at } = this.listeners[0] ?? {};
        const site = this.site();
        const failed = this.listeners.find(({ error }) => error !== undefined)?.error;
        return {
            id: this.node.id,
            type: this.node.type,
            name: this.label,
            ...(site && { site: site.id }),
            ...(at && { at }),
            ...(failed && { error: errorText(this.RED, told(failed)) }),
            clients: this.listeners.flatMap((each) => each.clients().map((client) => ({ ...client }))),
        };
    }

    private get label(): string {
        return this.node.name || `Modbus ${this.places().join(', ')}`.trim();
    }

    private site(): SiteRuntime | undefined {
        return flowOf(this.RED).registry.siteOf(undefined, this.settings.site || undefined);
    }

    private log(level: 'warning' | 'error', what: Sentence | string): void {
        if (this.closed) return;
        const { clock } = flowOf(this.RED);
        const site = this.site();
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

/** Below 1024 a port needs a right that can be given. */
function told(error: UpsError): UpsError {
    if (error.code !== 'port-forbidden') return error;
    return new UpsError('port-forbidden', { ...error.data, sentence: own('forbidden', { port: error.data.port }) });
}
