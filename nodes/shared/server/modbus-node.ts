import type { Node, NodeAPI } from 'node-red';
import { assertSupported } from '../../../lib/core/commands/assert-supported';
import type { UpsCommand } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import type { Sentence, SentenceData } from '../../../lib/core/language/sentence';
import type { ServedUps } from '../../../lib/core/served/served-ups';
import type { SettingsOf } from '../../../lib/core/settings';
import type { CoilOrder } from '../../../lib/protocols/cs141/served/served-card';
import { RefusalGate } from '../../../lib/protocols/shared/refusal-gate';
import type { AllowedSenders } from '../../../lib/protocols/shared/senders';
import type { settings } from '../../servers/ups-modbus-server.settings';
import { noteCommand } from '../api/command-log';
import { orderSentence } from '../api/command-words';
import { modbusServer } from '../device/protocols';
import { flowOf } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';
import { errorText, statusText } from '../words/texts';
import { modbusHub, type HeldListener, type ModbusServing } from './modbus-hub';
import { announceServer, type RunningServer } from './running-servers';
import { batteryOf, carryOutFor, ServedMembers } from './served-member';
import { servedOf } from './served-of';
import { ServerFace } from './server-face';

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
    private readonly face: ServerFace;
    private readonly conceal: () => void;
    private readonly members: ServedMembers;
    private closed = false;

    /** @throws UpsError config-invalid */
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly settings: Settings,
    ) {
        this.members = new ServedMembers(RED);
        this.face = new ServerFace(RED, node, {
            site: settings.site,
            label: () => `Modbus ${this.places().join(', ')}`.trim(),
            forbidden: (port) => own('forbidden', { port: Number(port) }),
            more: (what, more) => own('more', { what, more }),
        });
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
        this.face.close();
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
                ...(bacs && { battery: () => batteryOf(this.RED, bacs) }),
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
        this.face.warn(gate, address, own(key, { address, why: own(`why.${reason}`) }));
    }

    private served(ups: string): ServedUps | undefined {
        return servedOf(this.RED, ups, this.members.of(ups));
    }

    /** Carries out what a client has written; the event log has who, what, and what came of it. @throws UpsError it cannot be done */
    private order(ups: string, order: CoilOrder, client: string): Promise<unknown> {
        const found = this.closed ? undefined : this.members.of(ups);
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

    private show(): void {
        if (!this.listeners) return;
        const listens = this.listeners.every(({ at }) => at !== undefined);
        const clients = this.listeners.reduce((count, each) => count + each.clients().length, 0);
        const text = `${statusText(this.RED, 'listening')} ${this.places().join(', ')} · ${clients}`;
        this.face.show(this.failure, listens ? text : undefined);
    }

    private get failure(): UpsError | undefined {
        return this.listeners.find(({ error }) => error !== undefined)?.error;
    }

    private places(): string[] {
        return this.listeners.flatMap(({ at }) =>
            at ? [at.port === 0 ? at.address : `${at.address}:${at.port}`] : [],
        );
    }

    private view(): RunningServer {
        const clients = this.listeners.flatMap((each) => each.clients().map((client) => ({ ...client })));
        return this.face.view(this.listeners[0]?.at, this.failure, clients);
    }
}
