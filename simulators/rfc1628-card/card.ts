import { EventEmitter } from 'node:events';
import snmp, { ObjectType } from 'net-snmp';
import type { Clock, TimerHandle } from '../../lib/core/clock';
import type { UpsCommand } from '../../lib/core/driver';
import type { ServedUps } from '../../lib/core/served/served-ups';
import type { SimulatedUps, UpsChange } from '../../lib/simulation/simulated-ups';
import { SnmpAgent } from '../shared/snmp/agent';
import { ObjectTree, type ServedObject } from '../../lib/protocols/snmp-agent/object-tree';
import { answer, type SnmpAnswer, type SnmpRequest } from '../../lib/protocols/snmp-agent/responder';
import { TrapSender, type TrapVarbind } from '../shared/snmp/trap-sender';
import type { AlarmRow } from '../../lib/protocols/snmp-agent/alarm-rows';
import { AlarmTable } from '../../lib/protocols/snmp-agent/ups-mib/alarm-table';
import type { CardEvents, CardFaults, CardOptions } from './card-options';
import { newObjectState, UPS, type ObjectSource } from '../../lib/protocols/snmp-agent/ups-mib/source';
import { servedObjects } from '../../lib/protocols/snmp-agent/ups-mib/objects';
import { servedReading, withValues } from './served-reading';
import { TRAP_ALARM_ADDED, TRAP_ALARM_REMOVED, TRAP_ON_BATTERY, TRAP_TEST_COMPLETED, UPS_TRAPS } from './traps';

export type { CardFaults, CardOptions } from './card-options';
export type { TrapTarget } from '../shared/snmp/trap-sender';

/** RFC 1628: the on-battery trap is resent at this interval. */
const RESEND_MS = 60_000;

/** An SNMP card of a simulated UPS: RFC 1628 over v1, v2c and v3, with current values at each request and traps at each edge. */
export class Rfc1628Card extends EventEmitter<CardEvents> {
    readonly faults: CardFaults = { silent: false, slowMs: 0, garbage: false, wrongTypes: false };
    readonly ups: SimulatedUps;
    readonly address: string;
    private readonly clock: Clock;
    private readonly startedAt: number;
    private readonly alarms = new AlarmTable();
    private readonly source: ObjectSource;
    private tree?: ObjectTree;
    private current?: ServedUps;
    /** sysUpTime at the start and end of the test, 1/100 s. */
    private test: { startedAt: number; endedAt?: number } = { startedAt: 0 };
    private readonly agent: SnmpAgent;
    private traps?: TrapSender;
    private resend: TimerHandle;
    private readonly follow = (change: UpsChange) => this.onChange(change);

    constructor(private readonly options: CardOptions) {
        super();
        this.ups = options.ups;
        this.clock = options.clock;
        this.address = options.address ?? '127.0.0.1';
        this.startedAt = this.clock.monotonic();
        this.source = this.makeSource();
        const { port = 0, community = 'public', writeCommunity = community, users = [], engineId } = options;
        this.agent = new SnmpAgent({
            clock: this.clock,
            port,
            address: this.address,
            community,
            writeCommunity,
            users,
            engineId,
            faults: () => ({ ...this.faults, silent: this.faults.silent || this.ups.silent }),
            respond: (request) => this.respond(request),
            onRefused: (reason) => this.emit('refused', { reason }),
        });
    }

    get port(): number {
        return this.agent.port;
    }

    /** Number of answered requests. */
    get requests(): number {
        return this.agent.requests;
    }

    /** snmpEngineID, hexadecimal: a receiver of v3 traps needs it. */
    get engineId(): string {
        return this.agent.engineId;
    }

    /** @throws UpsError port-in-use, port-forbidden */
    async start(): Promise<void> {
        await this.agent.start();
        this.traps = new TrapSender({
            clock: this.clock,
            prefix: UPS_TRAPS,
            targets: this.options.trapTargets ?? [],
            engineId: this.engineId,
            agentAddress: this.address,
            gapSeconds: this.options.trapGapSeconds ?? 5,
            upTime: () => this.upTime(),
            onSent: (trap, { host, port }, error) => this.emit('trap', { trap, host, port, error: error?.message }),
        });
        for (const alarm of this.ups.reading().alarms ?? []) this.alarms.add(alarm, this.upTime());
        this.tree = undefined;
        this.ups.on('change', this.follow);
        if (this.ups.reading().output?.source === 'battery') this.announceBattery();
    }

    /** Idempotent. The UPS keeps running. */
    async stop(): Promise<void> {
        this.ups.off('change', this.follow);
        this.clock.clearTimeout(this.resend);
        this.traps?.close();
        this.traps = undefined;
        await this.agent.stop();
    }

    private respond(request: SnmpRequest): SnmpAnswer {
        this.current = servedReading(this.ups.reading());
        this.tree ??= new ObjectTree(this.objects());
        const result = answer(this.tree, request);
        this.current = undefined;
        if (request.type === snmp.PduType.SetRequest && result.errorStatus === snmp.ErrorStatus.NoError)
            for (const { oid, value } of result.varbinds)
                this.emit('set', { oid, value: Buffer.isBuffer(value) ? value.toString() : value });
        if (this.faults.wrongTypes)
            for (const varbind of result.varbinds)
                if (varbind.type === ObjectType.Integer && Number(varbind.value) >= 0) varbind.type = ObjectType.Gauge;
        return result;
    }

    private makeSource(): ObjectSource {
        const { identity } = this.ups.reading();
        return {
            served: () => this.current ?? servedReading(this.ups.reading()),
            execute: (command: UpsCommand) => {
                this.ups.execute(command);
                this.current = servedReading(this.ups.reading());
            },
            abortStartup: () => this.ups.abortStartup(),
            upTime: () => this.upTime(),
            alarms: () => this.alarms.rows,
            state: newObjectState(),
            testTimes: () => this.testTimes(),
            system: {
                description: `${identity?.manufacturer ?? ''} ${identity?.model ?? ''}`.trim(),
                objectId: '1.3.6.1.2.1.33',
                contact: '',
                name: identity?.name ?? '',
                location: '',
                ...this.options.system,
            },
            agentVersion: 'Ridethrough RFC 1628 card',
            extensions: this.options.extensions ?? true,
        };
    }

    private objects(): ServedObject[] {
        return withValues(servedObjects(this.source));
    }

    private testTimes(): { started: number; elapsed: number } {
        const { startedAt, endedAt } = this.test;
        const isNone = this.source.state.testId === 1;
        return { started: startedAt, elapsed: isNone ? 0 : Math.round((endedAt ?? this.upTime()) - startedAt) };
    }

    /** 1/100 s since the card was created, by the clock of the simulation. */
    private upTime(): number {
        return Math.round((this.clock.monotonic() - this.startedAt) / 10);
    }

    private onChange(change: UpsChange): void {
        const { test } = this;
        if (change.what === 'on-battery') this.announceBattery();
        if (change.what === 'off-battery' || change.what === 'output-off') this.clock.clearTimeout(this.resend);
        if (change.what === 'test-started') {
            test.startedAt = this.upTime();
            test.endedAt = undefined;
        }
        if (change.what === 'test-completed') {
            test.endedAt = this.upTime();
            this.notify(TRAP_TEST_COMPLETED, () =>
                this.varbinds(['7.1.0', '7.2.0', '7.3.0', '7.4.0', '7.5.0', '7.6.0']),
            );
        }
        if (change.what === 'alarm-added' && change.alarm)
            this.announceAlarm(TRAP_ALARM_ADDED, this.alarms.add(change.alarm, this.upTime()));
        if (change.what === 'alarm-removed' && change.alarm)
            this.announceAlarm(TRAP_ALARM_REMOVED, this.alarms.remove(change.alarm));
    }

    private announceBattery(): void {
        this.clock.clearTimeout(this.resend);
        this.resend = this.clock.setTimeout(() => this.announceBattery(), RESEND_MS);
        const onBattery = () => this.ups.reading().output?.source === 'battery';
        this.notify(TRAP_ON_BATTERY, () => (onBattery() ? this.varbinds(['2.3.0', '2.2.0', '9.7.0']) : undefined));
    }

    private announceAlarm(trap: number, row: AlarmRow | undefined): void {
        if (!row) return;
        this.tree = undefined;
        // RFC 1628: upsTrapOnBattery replaces this trap. The removal is sent like any other.
        if (trap === TRAP_ALARM_ADDED && row.alarm === 'on-battery') return;
        this.notify(trap, () => [
            { oid: `${UPS}.6.2.1.1.${row.id}`, type: ObjectType.Integer, value: row.id },
            { oid: `${UPS}.6.2.1.2.${row.id}`, type: ObjectType.OID, value: row.oid },
        ]);
    }

    private notify(trap: number, build: () => TrapVarbind[] | undefined): void {
        this.traps?.send(trap, () => (this.faults.silent || this.ups.silent ? undefined : build()));
    }

    private varbinds(objects: string[]): TrapVarbind[] {
        const tree = new ObjectTree(this.objects());
        return objects.flatMap((suffix) => {
            const object = tree.get(`${UPS}.${suffix}`);
            return object ? [{ oid: object.oid, type: object.type, value: object.value() as number | string }] : [];
        });
    }
}
