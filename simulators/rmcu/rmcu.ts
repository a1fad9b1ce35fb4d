import { EventEmitter } from 'node:events';
import { ErrorStatus, PduType } from 'net-snmp';
import { UpsError } from '../../lib/core/errors';
import type { SnmpUser } from '../../lib/protocols/snmp/config';
import { SnmpAgent } from '../shared/snmp/agent';
import { systemGroup } from '../../lib/protocols/snmp-agent/object-makers';
import { ObjectTree } from '../../lib/protocols/snmp-agent/object-tree';
import { answer, type SnmpAnswer, type SnmpRequest } from '../../lib/protocols/snmp-agent/responder';
import { TrapSender } from '../shared/snmp/trap-sender';
import { RmcuDevice, type Notification } from './device';
import type { Mib } from './mib/model';
import { scalarMib } from './mib/scalars';
import { served, trapOf } from './mib/serve';
import { tableMib } from './mib/table';
import {
    FACTORY_USERS,
    MOST_USERS,
    type RmcuEvents,
    type RmcuFaults,
    type RmcuOptions,
    type RmcuUser,
} from './options';
import type { SetupSource } from './setup-pages';
import { RmcuWeb } from './web';

export type { RmcuFaults, RmcuOptions, RmcuUser } from './options';

/**
 * A DC supply with remote monitoring and control unit as the RMCU manual describes it: SNMP agent (v1, v2c, v3), pages, log, alarms, schedules, traps
 * and mails. Its objects, pages and file columns are made up: the real ones are not public.
 */
export class Rmcu extends EventEmitter<RmcuEvents> {
    readonly device: RmcuDevice;
    readonly address: string;
    readonly mib: Mib;
    readonly faults: RmcuFaults = { silent: false, slowMs: 0, wrongEnum: false, textValues: false };
    private readonly agent: SnmpAgent;
    private readonly web: RmcuWeb;
    private readonly tree: ObjectTree;
    private traps?: TrapSender;
    private readonly notify = (notification: Notification) => this.sendTrap(notification);

    /** @throws UpsError out-of-range (more than eight users) */
    constructor(private readonly options: RmcuOptions) {
        super();
        const { clock, address = '127.0.0.1', port = 0, httpPort = 0, engineId } = options;
        const { community = 'public', writeCommunity = 'private', users = FACTORY_USERS } = options;
        if (users.length > MOST_USERS)
            throw new UpsError('out-of-range', { property: 'users', value: users.length, min: 0, max: MOST_USERS });
        this.address = address;
        this.device = new RmcuDevice({ ...options, isOffline: () => this.faults.silent });
        this.mib = options.shape === 'table' ? tableMib(this.device) : scalarMib(this.device);
        const { siteName } = this.device.settings;
        const description = 'Simulated RMCU (made-up objects)';
        const system = { description, objectId: this.mib.root, contact: '', name: siteName, location: '' };
        this.tree = new ObjectTree([
            ...systemGroup(system, () => this.device.upTime),
            ...served(this.mib, this.faults),
        ]);
        const onRefused = (reason: string) => void this.emit('refused', { reason });
        this.agent = new SnmpAgent({
            clock,
            port,
            address,
            community,
            writeCommunity,
            users: users.flatMap(snmpUser),
            engineId,
            faults: () => ({ ...this.faults, garbage: false }),
            respond: (request) => this.respond(request),
            onRefused,
        });
        this.web = new RmcuWeb({
            clock,
            port: httpPort,
            address,
            faults: this.faults,
            source: () => this.setupSource(),
            onRefused,
        });
    }

    get port(): number {
        return this.agent.port;
    }

    get httpPort(): number {
        return this.web.port;
    }

    /** Number of answered SNMP requests. */
    get requests(): number {
        return this.agent.requests;
    }

    /** snmpEngineID, hexadecimal: a receiver of v3 traps needs it. */
    get engineId(): string {
        return this.agent.engineId;
    }

    /** Address of the file to give to SNMP tools. */
    get mibUrl(): string {
        return `http://${this.address}:${this.httpPort}/${this.mib.module}.mib`;
    }

    /** @throws UpsError port-in-use, port-forbidden */
    async start(): Promise<void> {
        await this.agent.start();
        try {
            await this.web.start();
        } catch (error) {
            await this.agent.stop();
            throw error;
        }
        const { clock, trap } = this.options;
        this.traps = new TrapSender({
            clock,
            prefix: this.mib.notificationPrefix,
            targets: trap ? [trap] : [],
            engineId: this.engineId,
            agentAddress: this.address,
            gapSeconds: 0,
            upTime: () => this.device.upTime,
            onSent: (number, { host, port }, error) =>
                this.emit('trap', { trap: number, host, port, error: error?.message }),
        });
        this.device.on('notification', this.notify);
        this.device.start();
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        this.device.off('notification', this.notify);
        this.device.stop();
        this.traps?.close();
        this.traps = undefined;
        await this.web.stop();
        await this.agent.stop();
    }

    private respond(request: SnmpRequest): SnmpAnswer {
        const mayWrite = request.mayWrite && this.options.agentAccess !== 'read-only';
        const result = answer(this.tree, { ...request, mayWrite });
        if (request.type === PduType.SetRequest && result.errorStatus === ErrorStatus.NoError)
            for (const { oid, value } of result.varbinds)
                this.emit('set', { oid, value: Buffer.isBuffer(value) ? value.toString() : value });
        return result;
    }

    private sendTrap(notification: Notification): void {
        const trap = trapOf(this.mib, notification);
        if (trap) this.traps?.send(trap.number, () => (this.faults.silent ? undefined : trap.varbinds));
    }

    private setupSource(): SetupSource {
        const { device, mib, options, port, httpPort, address } = this;
        return { device, mib, options, port, httpPort, address };
    }
}

/** The user's SNMPv3, if it is enabled. */
function snmpUser({ name, snmp }: RmcuUser): SnmpUser[] {
    if (!snmp) return [];
    return [{ name, auth: { protocol: 'md5', key: snmp.authKey }, priv: { protocol: 'aes', key: snmp.privKey } }];
}
