import { EventEmitter } from 'node:events';
import { ObjectType } from 'net-snmp';
import type { Clock } from '../../lib/core/clock';
import { ALARM_COLUMNS, BACS_MIB, type SnmpDivisors } from '../../lib/protocols/bacs/oids';
import type { ModbusFaults } from '../../lib/protocols/modbus-server/faults';
import type { SnmpUser } from '../../lib/protocols/snmp/config';
import type { BatteryChange, SimulatedBattery } from '../../lib/simulation/battery/simulated-battery';
import { ModbusEndpoint, type ModbusEndpointOptions } from '../shared/modbus-endpoint';
import { SnmpAgent } from '../shared/snmp/agent';
import { ObjectTree } from '../../lib/protocols/snmp-agent/object-tree';
import { answer } from '../../lib/protocols/snmp-agent/responder';
import type { SystemTexts } from '../../lib/protocols/snmp-agent/object-makers';
import { TrapSender, type TrapTarget } from '../shared/snmp/trap-sender';
import { BatteryAlarms, sendsTrap } from './alarms';
import { CardLies } from './lies';
import { servedObjects, type ObjectSource } from './objects';
import { BatteryRegisters, type GapsAs } from './register-image';

export interface BacsCardOptions extends Pick<ModbusEndpointOptions, 'unitId' | 'tcp' | 'rtu'> {
    battery: SimulatedBattery;
    clock: Clock;
    gaps?: GapsAs;
    /** Serves SNMP. Port 0: any free port. */
    snmp?: {
        port?: number;
        address?: string;
        community?: string;
        users?: readonly SnmpUser[];
        engineId?: string;
        trapTargets?: readonly TrapTarget[];
        /** Seconds between two traps of the same kind. Default 0. */
        trapGapSeconds?: number;
        /** What a unit is on the wire, where it is to differ from what is inferred. */
        divisors?: Partial<SnmpDivisors>;
        /** Index of the first module and of the first string: 0 or 1 (default). */
        firstIndex?: number;
        system?: Partial<SystemTexts>;
    };
}

export interface BacsCardEvents {
    /** A client was refused. */
    refused: [{ reason: string; client?: string }];
    /** An internal error; the request was answered with exception 4. */
    failure: [unknown];
    lineClosed: [];
    trap: [{ trap: number; host: string; port: number; error?: string }];
}

const TRAP_ADDED = 1;
const TRAP_REMOVED = 2;

/** A WEBMANAGER that watches a simulated battery: Modbus over TCP, a serial line or both, SNMP v1, v2c and v3 with traps. Each request reads current values. */
export class BacsCard extends EventEmitter<BacsCardEvents> {
    readonly battery: SimulatedBattery;
    readonly lies = new CardLies();
    readonly registers: BatteryRegisters;
    readonly endpoint: ModbusEndpoint;
    readonly agent?: SnmpAgent;
    readonly alarms = new BatteryAlarms();
    private readonly startedAt: number;
    private readonly source: ObjectSource;
    private tree?: ObjectTree;
    private traps?: TrapSender;
    private readonly follow = (change: BatteryChange) => this.onChange(change);

    constructor(private readonly options: BacsCardOptions) {
        super();
        const { battery, clock, unitId, tcp, rtu, snmp, gaps } = options;
        this.battery = battery;
        this.startedAt = clock.monotonic();
        this.registers = new BatteryRegisters(battery, this.lies, gaps);
        this.endpoint = new ModbusEndpoint({ clock, device: this.registers, unitId, tcp, rtu });
        this.endpoint.on('refused', (refused) => this.emit('refused', refused));
        this.endpoint.on('failure', (error) => this.emit('failure', error));
        this.endpoint.on('lineClosed', () => this.emit('lineClosed'));
        this.source = {
            battery,
            alarms: this.alarms,
            lies: this.lies,
            upTime: () => this.upTime(),
            divisors: snmp?.divisors,
            firstIndex: snmp?.firstIndex,
            system: {
                description: 'Simulated BACS WEBMANAGER',
                objectId: BACS_MIB,
                contact: '',
                name: 'bacs',
                location: '',
                ...snmp?.system,
            },
        };
        if (!snmp) return;
        const { port = 0, address = '127.0.0.1', community = 'public', users = [], engineId } = snmp;
        this.agent = new SnmpAgent({
            clock,
            port,
            address,
            community,
            writeCommunity: community,
            users,
            engineId,
            faults: () => {
                const { silent, slowMs } = this.faults;
                return { silent: silent || battery.silent, slowMs, garbage: this.lies.garbage };
            },
            respond: (request) => {
                battery.catchUp();
                this.tree ??= new ObjectTree(servedObjects(this.source));
                return answer(this.tree, request);
            },
            onRefused: (reason) => this.emit('refused', { reason }),
        });
    }

    /** `silent` and `slowMs` hold for SNMP, too. */
    get faults(): ModbusFaults {
        return this.endpoint.faults;
    }

    /** @throws UpsError port-in-use, port-forbidden, host-unreachable */
    async start(): Promise<void> {
        const { snmp, clock } = this.options;
        await this.endpoint.start();
        try {
            await this.agent?.start();
        } catch (error) {
            await this.endpoint.stop();
            throw error;
        }
        if (this.agent && snmp)
            this.traps = new TrapSender({
                clock,
                prefix: `${BACS_MIB}.4`,
                targets: snmp.trapTargets ?? [],
                engineId: this.agent.engineId,
                agentAddress: snmp.address ?? '127.0.0.1',
                gapSeconds: snmp.trapGapSeconds ?? 0,
                upTime: () => this.upTime(),
                onSent: (trap, { host, port }, error) => this.emit('trap', { trap, host, port, error: error?.message }),
            });
        for (const state of this.battery.flags().states) this.alarms.change(state, true, this.upTime());
        this.tree = undefined;
        this.battery.on('change', this.follow);
        this.battery.start();
    }

    /** Idempotent. The battery goes on. */
    async stop(): Promise<void> {
        this.battery.off('change', this.follow);
        this.traps?.close();
        this.traps = undefined;
        await this.endpoint.stop();
        await this.agent?.stop();
    }

    /** The card starts anew: clients are disconnected, and for a while it knows nothing. */
    restart(): void {
        this.endpoint.dropClients();
        this.battery.restart();
    }

    /** 1/100 s, by the clock of the simulation. */
    private upTime(): number {
        return Math.round((this.options.clock.monotonic() - this.startedAt) / 10);
    }

    private onChange({ state, on }: BatteryChange): void {
        const row = this.alarms.change(state, on, this.upTime());
        if (!row) return;
        this.tree = undefined;
        if (!sendsTrap(state)) return;
        this.traps?.send(on ? TRAP_ADDED : TRAP_REMOVED, () =>
            this.faults.silent || this.battery.silent
                ? undefined
                : [
                      { oid: `${ALARM_COLUMNS.id}.${row.id}`, type: ObjectType.Integer, value: row.id },
                      { oid: `${ALARM_COLUMNS.descr}.${row.id}`, type: ObjectType.OID, value: row.oid },
                  ],
        );
    }
}
